"""A correction reads well, however the learner typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios.segments import Segment, plain
from bot.scenarios.tidy import tidied


def read(pieces: tuple[Segment, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (("[un]", " café!!!"), "[un] café!"),
        (("[UN]", " CAFÉ ,POR FAVOR..."), "[Un] café, por favor…"),
        (("[un]", "  café ,porfa \N{FIRE} "), "[un] café, porfa"),
        (("¿¿me pone un ", "[café]", " ??"), "¿me pone un [café]?"),
        (("[un]", " café POR FAVOR"), "[un] café por favor"),
        (("Un café con leche, por favor.",), "Un café con leche, por favor."),
        (("caf", "[é]"), "caf[é]"),
    ],
)
def test_odd_marks_and_shouting_go_and_the_words_stay(typed: tuple[str, ...], shown: str) -> None:
    pieces = [Segment(text=part.strip("[]"), differs=part.startswith("[")) for part in typed]
    assert read(tidied(pieces)) == shown


@given(st.text(max_size=60))
def test_any_text_can_be_tidied_and_is_tidy_then(text: str) -> None:
    once = tidied(plain(text))
    assert all(piece.text for piece in once)
    assert tidied(once) == once
