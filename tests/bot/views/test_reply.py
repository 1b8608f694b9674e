"""A message as a value: its limits, and the calls it makes."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.reply import MAX_UNITS, Button, Reply, escape, foreign, shortened, units
from storage.delivery_tables import Action
from tests.bot.views.strict import faults
from tests.fake_checks import plain


@given(st.text(min_size=1, max_size=500))
def test_any_text_escapes(text: str) -> None:
    marked = f"<b>{escape(text)}</b> <code>{foreign(text)}</code>."
    assert faults(Reply(text=marked)) == []
    assert html.unescape(escape(text)) == text.replace("\x00", "\ufffd")


@given(st.text(max_size=200), st.integers(1, 50))
def test_a_shortened_text_is_no_longer_than_asked(text: str, limit: int) -> None:
    cut = shortened(text, limit)
    assert len(cut) <= limit
    assert cut == text or cut.endswith("…")


def test_foreign_words_keep_their_own_direction() -> None:
    assert foreign("قهوة") == "\u2068قهوة\u2069"
    assert plain(foreign("a<b")) == "a<b"


@pytest.mark.parametrize("text", ["", "a" * (MAX_UNITS + 1), "🦜" * (MAX_UNITS // 2 + 1)])
def test_a_message_of_no_or_too_many_units_cannot_be_made(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 4096"):
        Reply(text=text)


def test_units_are_counted_as_telegram_counts() -> None:
    assert [units(text) for text in ("a", "ñ", "🦜", "e\u0301")] == [1, 1, 2, 2]


@pytest.mark.parametrize("data", ["", "x" * 65, "ñ" * 33])
def test_a_button_with_too_little_or_too_much_data_cannot_be_made(data: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        Button(text="x", data=data)


def test_a_toast_alone_makes_no_message() -> None:
    assert Reply(toast="Too late.").drafts(1) == []


def test_a_place_is_stripped_before_the_new_message_is_sent() -> None:
    drafts = Reply(text="x", slot="b", strip="a").drafts(1)
    assert [(draft.action, draft.slot) for draft in drafts] == [(Action.STRIP, "a"), (Action.SEND, "b")]


def test_an_edit_goes_to_its_place_and_a_preview_is_never_asked_for() -> None:
    (draft,) = Reply(text="x", slot="a", edit=True, keyboard=[[Button(text="y", data="z")]]).drafts(7)
    assert (draft.chat_id, draft.action, draft.slot) == (7, Action.EDIT, "a")
    assert draft.payload == {
        "text": "x",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "y", "callback_data": "z"}]]},
    }
