"""Facts about a plain text read without python-telegram-bot: it says the same, or is left to python-telegram-bot."""

from typing import Any

import pytest
from telegram import Bot, Update

from bot.delivery.arrival import Arrival, plain_text

PERSON = {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": "es-MX"}
CHAT = {"id": 7, "type": "private", "first_name": "Ana"}
MESSAGE = {"message_id": 3, "date": 1_800_000_000, "text": "Hola", "from": PERSON, "chat": CHAT}


def update(**changes: Any) -> dict[str, Any]:
    return {"update_id": 5, "message": {**MESSAGE, **changes}}


def test_a_plain_text_is_read_as_python_telegram_bot_reads_it() -> None:
    parsed = Update.de_json(update(), Bot("1:x"))
    assert plain_text(update()) == (Arrival.of(parsed), "Hola")


def test_a_command_is_a_text_whatever_marks_it_carries() -> None:
    marks = [{"type": "bot_command", "offset": 0, "length": 5}]
    parsed = Update.de_json(update(text="/play cafe_order", entities=marks), Bot("1:x"))
    assert plain_text(update(text="/play cafe_order", entities=marks)) == (Arrival.of(parsed), "/play cafe_order")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {"update_id": "5", "message": MESSAGE},
        {"update_id": 5, "edited_message": MESSAGE},
        {"update_id": 5, "message": [MESSAGE]},
        update(text=""),
        update(text=7),
        update(date=-1),
        update(date="today"),
        update(date=10**12),
        update(entities={}),
        update(reply_to_message=MESSAGE),
        update(via_bot=PERSON),
        update(chat={**CHAT, "type": "group"}),
        update(chat={"id": 7}),
        update(chat={**CHAT, "id": "7"}),
        update(**{"from": {**PERSON, "id": True}}),
        update(**{"from": {**PERSON, "language_code": 7}}),
        update(**{"from": {"id": 7}}),
        {"update_id": 5, "message": {name: value for name, value in MESSAGE.items() if name != "from"}},
    ],
)
def test_anything_else_is_left_to_python_telegram_bot(raw: Any) -> None:
    assert plain_text(raw) is None
