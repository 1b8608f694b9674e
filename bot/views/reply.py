"""What a view returns: a message as a value, checked against Telegram's limits before it is queued."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.delivery_tables import Action, Priority
from storage.outbox import Draft

MAX_UNITS = 4096  # UTF-16 code units of a message, after entities are parsed
MAX_CALLBACK_BYTES = 64
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def escape(text: str) -> str:
    """Return foreign text as it may stand in HTML; the only way any learner's or author's words get into a message."""
    return html.escape(text, quote=False).replace("\x00", "\ufffd")


def foreign(text: str) -> str:
    """Return escaped text that keeps its own direction of writing amid other scripts."""
    return f"{FIRST_STRONG_ISOLATE}{escape(text)}{POP_ISOLATE}"


def units(text: str) -> int:
    """Count as Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str, limit: int) -> str:
    """Return the text, cut with an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button under a message; its data holds short ids only."""

    text: str
    data: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.data.encode()) <= MAX_CALLBACK_BYTES:
            raise ValueError("button data must hold 1 to 64 bytes")


Keyboard = Sequence[Sequence[Button]]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One message to a learner, and where it belongs; without a text it is a toast alone.

    `slot` names its place (a run's screen, a question); `edit` changes the place's last message instead of sending a
    new one. `strip` takes the keyboard from another place first. `toast` answers the pressed button, `react` puts a
    reaction on the message it answers. `forget` leaves no trace once it is sent.
    """

    text: str = ""
    keyboard: Keyboard = ()
    slot: str | None = None
    edit: bool = False
    strip: str | None = None
    toast: str | None = None
    react: str | None = None
    forget: bool = False
    priority: Priority = Priority.REPLY
    expires_at: datetime | None = None
    prompt_id: int | None = None

    def __post_init__(self) -> None:
        if self.text == "" and self.toast:
            return
        if not 1 <= units(self.text) <= MAX_UNITS:
            raise ValueError("a message holds 1 to 4096 UTF-16 units")

    def drafts(self, chat_id: int) -> list[Draft]:
        """Return the calls that bring this message to a chat."""
        if not self.text:
            return []
        message = Draft(
            chat_id=chat_id,
            action=Action.EDIT if self.edit else Action.SEND,
            payload=self._payload(),
            slot=self.slot,
            priority=self.priority,
            expires_at=self.expires_at,
            prompt_id=self.prompt_id,
            forget=self.forget,
        )
        if self.strip is None:
            return [message]
        return [Draft(chat_id=chat_id, action=Action.STRIP, slot=self.strip, priority=self.priority), message]

    def _payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "text": self.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if self.keyboard:
            rows = [[{"text": button.text, "callback_data": button.data} for button in row] for row in self.keyboard]
            payload["reply_markup"] = {"inline_keyboard": rows}
        return payload
