"""Whatever is typed can be stored in every database and shown in every message."""

from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.legible import legible


@given(st.text(st.characters(), max_size=100))
def test_any_text_becomes_encodable_and_free_of_nul(text: str) -> None:
    assert "\x00" not in legible(text).encode().decode()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=100))
def test_text_that_is_text_stays_as_it_is(text: str) -> None:
    assert legible(text) == text


def test_halves_of_a_pair_are_shown_as_a_replacement_and_whole_pairs_as_what_they_mean() -> None:
    assert legible("a\ud83db\ude00") == "a\ufffdb\ufffd"
    assert legible("\ud83e\udd9c") == "🦜"
    assert legible(None) == ""
