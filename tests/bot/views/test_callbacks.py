"""Laws of button data: what is encoded is decoded, it always fits, and nothing else is understood."""

from dataclasses import fields
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.callbacks import PRESSES
from bot.views.learner_presses import Delete, Hour, Place
from bot.views.practice_presses import Choice
from bot.views.press import Press
from bot.views.reply import MAX_CALLBACK_BYTES
from bot.views.scene_presses import Starter

# Ids of ours: of scenes and of languages.
ids = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)


def presses() -> st.SearchStrategy[Press]:
    return st.one_of(*(st.builds(kind, **values_of(kind)) for kind in PRESSES))


def values_of(kind: type[Press]) -> dict[str, st.SearchStrategy[object]]:
    numbers = st.integers(kind.LOWEST, kind.HIGHEST)
    return {field.name: numbers if field.type is int else ids for field in fields(kind)}


@given(presses())
def test_what_is_encoded_is_decoded_by_its_own_kind_alone(press: Press) -> None:
    assert [kind.decode(press.encode()) for kind in PRESSES if kind.decode(press.encode()) is not None] == [press]


@given(presses())
def test_any_ids_fit_into_a_button(press: Press) -> None:
    assert 1 <= len(press.encode().encode()) <= MAX_CALLBACK_BYTES


@pytest.mark.parametrize("kind", PRESSES)
def test_the_largest_ids_fit_into_a_button(kind: type[Press]) -> None:
    press = kind(*(kind.HIGHEST if field.type is int else "x" * 40 for field in fields(kind)))
    assert len(press.encode().encode()) <= MAX_CALLBACK_BYTES
    assert kind.decode(press.encode()) == press


@given(st.text(max_size=70) | st.from_regex(r"[a-z]{1,4}(:-?[0-9]{0,25}){0,4}"))
def test_no_data_breaks_the_decoder_and_what_it_understands_is_canonical(data: str) -> None:
    for kind in PRESSES:
        press = kind.decode(data)
        assert press is None or press.encode() == data


def test_no_two_kinds_share_a_word() -> None:
    assert all(one.WORD != other.WORD for one, other in combinations(PRESSES, 2))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Starter, "st:1:0:-1"), (Starter, "st:1:0"), (Starter, "st:1:0:0:0"), (Starter, "st:01:0:0"),
        (Starter, "st:9223372036854775808:0:0"), (Starter, "st:٣:0:0"), (Choice, "ch:1:-2"), (Place, "z:-1"),
        (Hour, "hr:24"), (Delete, "del:2"), (Delete, "del:"), (Delete, "del:1\n"),
    ],
)  # fmt: skip
def test_what_no_button_can_carry_is_not_understood(kind: type[Press], data: str) -> None:
    assert kind.decode(data) is None
