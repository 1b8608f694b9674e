"""What delivery knows of an update: who sent it, where, and what it may answer.

A typed text, which is nearly all that comes in, is read straight from its JSON. It must have the plainest form there
is: whatever else an update holds, and whatever is odd about it, is left to python-telegram-bot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.constants import ChatType

_LATEST = 2**32  # seconds; a later date is left to python-telegram-bot, which refuses those that are none
_UPDATE = {"update_id": int, "message": dict}
_MUST = {"message_id": int, "date": int, "text": str, "from": dict, "chat": dict}
_MESSAGE = {**_MUST, "entities": list}  # how parts of the text look, or that it is a command: the text says enough
_NAMES = {"first_name": str, "last_name": str, "username": str}
_PERSON = {"id": int, "is_bot": bool, "language_code": str, "is_premium": bool, **_NAMES}
_CHAT = {"id": int, "type": str, **_NAMES}


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """The envelope of one update: a message of a learner has `message_id`, a pressed button `query_id`."""

    update_id: int
    person_id: int
    chat_id: int
    language_code: str | None
    message_id: int | None = None
    query_id: str | None = None

    @classmethod
    def of(cls, update: Update) -> "Arrival":
        """Take the envelope off an update that python-telegram-bot has parsed."""
        person, chat = update.effective_user, update.effective_chat
        assert person is not None and chat is not None  # noqa: S101, PT018 - dispatch lets no other update through
        return cls(
            update_id=update.update_id,
            person_id=person.id,
            chat_id=chat.id,
            language_code=person.language_code,
            message_id=update.message.message_id if update.message else None,
            query_id=update.callback_query.id if update.callback_query else None,
        )


def plain_text(raw: Any) -> tuple[Arrival, str] | None:
    """Read a private message that holds a text and nothing else; nothing means: let python-telegram-bot read it."""
    if not _has(raw, _UPDATE, _UPDATE):
        return None
    message = raw["message"]
    if not _has(message, _MESSAGE, _MUST) or not message["text"] or not 0 <= message["date"] < _LATEST:
        return None
    person, chat = message["from"], message["chat"]
    if not _has(person, _PERSON, ("id", "is_bot", "first_name")) or not _has(chat, _CHAT, ("id", "type")):
        return None
    if chat["type"] != ChatType.PRIVATE:
        return None
    arrival = Arrival(
        update_id=raw["update_id"],
        person_id=person["id"],
        chat_id=chat["id"],
        language_code=person.get("language_code"),
        message_id=message["message_id"],
    )
    return arrival, message["text"]


def _has(part: Any, form: Mapping[str, type], must: Iterable[str]) -> bool:
    """Tell whether a part is an object with keys of a form only, each of its type, and all that it must have."""
    if type(part) is not dict or any(name not in part for name in must):
        return False
    return all(type(value) is form.get(name) for name, value in part.items())
