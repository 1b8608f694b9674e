"""Facts about values: however one is made, it is the same."""

import pytest

from bot.scenarios.progress import Outcome
from bot.scenarios.values import made, replace


def test_a_value_made_of_what_was_stored_is_the_one_that_was_built() -> None:
    built = Outcome(turn="greet", intent="hello", quality=100, met=("greet",), believed=7)
    assert made(Outcome, {**vars(built)}) == built
    assert replace(made(Outcome, {**vars(built)}), quality=0) == replace(built, quality=0)


def test_what_was_stored_without_a_field_gets_its_default() -> None:
    stored = {"turn": "greet", "intent": "hello", "quality": 100}
    assert made(Outcome, stored) == Outcome(turn="greet", intent="hello", quality=100)


def test_what_lacks_a_field_that_must_be_there_or_has_one_too_many_is_refused() -> None:
    for stored in ({"turn": "greet"}, {"turn": "greet", "intent": "hello", "quality": 100, "mood": "fine"}):
        with pytest.raises(TypeError):
            made(Outcome, stored)
