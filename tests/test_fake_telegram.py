"""Facts about the fake Bot API: it is as strict as the real one where we rely on it."""

import json
from typing import Any

import pytest

from tests.fake_checks import plain
from tests.fake_telegram import FakeTelegram, Fault

ANA = 7_000_000_001


@pytest.fixture
def fake() -> FakeTelegram:
    return FakeTelegram(chats={ANA: []})


def result(answer: tuple[int, bytes]) -> Any:
    assert answer[0] == 200, answer
    return json.loads(answer[1])["result"]


def refusal(answer: tuple[int, bytes]) -> str:
    assert answer[0] == 400, answer
    return str(json.loads(answer[1])["description"])


def say(fake: FakeTelegram, text: str = "hola", **more: Any) -> tuple[int, bytes]:
    return fake.call("sendMessage", {"chat_id": ANA, "text": text, "parse_mode": "HTML", **more})


def test_updates_come_again_until_a_later_one_is_asked_for(fake: FakeTelegram) -> None:
    first, second = fake.new_update(message={}), fake.new_update(message={})
    assert result(fake.call("getUpdates", {})) == [first, second]
    assert result(fake.call("getUpdates", {"limit": 1})) == [first]
    assert result(fake.call("getUpdates", {"offset": second["update_id"]})) == [second]
    assert not fake.confirmed.is_set()
    assert result(fake.call("getUpdates", {"offset": second["update_id"] + 1})) == []
    assert fake.confirmed.is_set()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        ("<b></b> ", "empty"),
        ("x" * 4097, "too long"),
        ("😀" * 2049, "too long"),
        ("<q>x</q>", "unsupported start tag"),
        ("a < b", "unsupported start tag"),
        ("<b>x", "can't find end tag"),
        ("<b><i>x</b></i>", "unmatched end tag"),
        ("x</b>", "unmatched end tag"),
    ],
)
def test_texts_telegram_would_refuse_are_refused(fake: FakeTelegram, text: str, complaint: str) -> None:
    assert complaint in refusal(say(fake, text))
    assert len(fake.refusals) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4096,
        "&lt;" * 4096,
        "<b>a</b> &amp; <tg-spoiler>b</tg-spoiler>",
        '<a href="https://example.org/?a=1&amp;b=2">a</a>',
        "<blockquote expandable>a</blockquote>",
    ],
)
def test_texts_telegram_would_take_are_taken(fake: FakeTelegram, text: str) -> None:
    assert result(say(fake, text))["text"] == plain(text)


@pytest.mark.parametrize("data", ["", "x" * 65, "ñ" * 33])
def test_button_data_holds_one_to_sixty_four_bytes(fake: FakeTelegram, data: str) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    assert "BUTTON_DATA_INVALID" in refusal(say(fake, reply_markup=markup))


def test_unknown_and_missing_parameters_are_refused(fake: FakeTelegram) -> None:
    assert "no parameter mood" in refusal(say(fake, mood="good"))
    assert "text is missing" in refusal(fake.call("sendMessage", {"chat_id": ANA}))
    assert "no such method" in refusal(fake.call("sendSmile", {}))


def test_an_edit_needs_its_message_and_a_change(fake: FakeTelegram) -> None:
    message_id = result(say(fake))["message_id"]
    edit = {"chat_id": ANA, "message_id": message_id, "text": "hola"}
    assert "not modified" in refusal(fake.call("editMessageText", edit))
    assert result(fake.call("editMessageText", {**edit, "text": "adiós"}))["text"] == "adiós"
    assert "not found" in refusal(fake.call("editMessageText", {**edit, "message_id": 1}))


def test_nobody_can_be_written_to_who_never_wrote(fake: FakeTelegram) -> None:
    assert "chat not found" in refusal(fake.call("sendMessage", {"chat_id": 5, "text": "hola"}))


def test_a_scripted_fault_strikes_only_where_and_as_often_as_it_should(fake: FakeTelegram) -> None:
    fake.fail(Fault.TOO_MANY, chat_id=ANA, wait=7)
    status, body = say(fake)
    assert (status, json.loads(body)["parameters"]) == (429, {"retry_after": 7})
    assert result(say(fake))
