"""A Bot API for one person at a terminal: every typed line is an update, every message is printed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console
from rich.text import Text
from telegram.request import RequestData

from bot.console.terminal import numbered, print_message
from bot.delivery.transport import QuietRequest

TOKEN = "1:console"  # noqa: S105 - no secret: it opens nothing
ROOT = "https://console.invalid"
USER_ID = 1
QUIT = "/quit"

_BOT = {"id": 1, "is_bot": True, "first_name": "Tertulia", "username": "tertulia_bot"}


class Lines(Protocol):
    """Where lines come from."""

    async def next(self) -> str | None:
        """Wait for a line; nothing means that there will be no more."""


@dataclass(kw_only=True)
class _Message:
    id: int
    html: str
    markup: dict[str, Any] | None


class ConsoleRequest(QuietRequest):
    """The transport that ends at a terminal; `ended` is set when its user has gone and everything is settled.

    `settled` waits until every update so far is answered; `first_update_id` follows the newest one of earlier chats.
    """

    def __init__(
        self,
        console: Console,
        lines: Lines,
        settled: Callable[[], Awaitable[Any]],
        *,
        clock: Callable[[], datetime],
        first_update_id: int,
        language_code: str = "en",
    ) -> None:
        self._console = console
        self._lines = lines
        self._settled = settled
        self._clock = clock
        self._next_update_id = first_update_id
        # Above every id of earlier chats, so that a place remembered from then is not taken for a message of today.
        self._last_message_id = int(clock().timestamp())
        self._person = {"id": USER_ID, "is_bot": False, "first_name": "You", "language_code": language_code}
        self._messages: dict[int, _Message] = {}
        self.ended = asyncio.Event()

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Hold nothing."""

    async def send(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        """Do what the method would do, on the terminal."""
        method, params = url.rpartition("/")[2], data.parameters if data else {}
        if method == "getUpdates":
            return _ok([await self._next_update()])
        if method in {"sendMessage", "editMessageText", "editMessageReplyMarkup"}:
            return self._message(method, params)
        if method == "answerCallbackQuery" and params.get("text"):
            self._console.print(Text(f"({params['text']})", style="dim"))
        return _ok(_BOT if method == "getMe" else True)

    async def _next_update(self) -> dict[str, Any]:
        await self._settled()
        line = await self._lines.next()
        while line is not None and not line.strip():
            line = await self._lines.next()
        if line is None or line.strip() == QUIT:
            self.ended.set()
            await asyncio.Event().wait()
        update = {"update_id": self._next_update_id, **self._content(str(line).strip())}
        self._next_update_id += 1
        return update

    def _content(self, line: str) -> dict[str, Any]:
        message = next((each for each in reversed(self._messages.values()) if _data(each)), None)
        data = _data(message).get(line) if message else None
        if message is None or data is None:
            return {"message": self._typed(line)}
        press = {"id": str(self._next_update_id), "from": self._person, "chat_instance": "1", "data": data}
        return {"callback_query": {**press, "message": self._as_json(message)}}

    def _typed(self, line: str) -> dict[str, Any]:
        message = {**self._place(self._new_message_id()), "from": self._person, "text": line}
        if line.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(line.split(maxsplit=1)[0])}]
        return message

    def _message(self, method: str, params: dict[str, Any]) -> tuple[int, bytes]:
        if method == "sendMessage":
            message = _Message(id=self._new_message_id(), html="", markup=None)
        else:
            known = self._messages.pop(params["message_id"], None)
            if known is None:
                return _refusal("Bad Request: message to edit not found")
            message = known
        message.html, message.markup = params.get("text", message.html), params.get("reply_markup")
        # What was printed last is the newest: its numbers are the ones in sight.
        self._messages[message.id] = message
        if method != "editMessageReplyMarkup":
            markup = message.markup or {}
            print_message(self._console, message.html, numbered(markup)[0], markup.get("input_field_placeholder"))
        return _ok(self._as_json(message))

    def _new_message_id(self) -> int:
        self._last_message_id += 1
        return self._last_message_id

    def _place(self, message_id: int) -> dict[str, Any]:
        chat = {"id": USER_ID, "type": "private", "first_name": "You"}
        return {"message_id": message_id, "date": int(self._clock().timestamp()), "chat": chat}

    def _as_json(self, message: _Message) -> dict[str, Any]:
        return {**self._place(message.id), "from": _BOT, "text": message.html}


def _data(message: _Message | None) -> dict[str, str]:
    return numbered((message.markup if message else None) or {})[1]


def _ok(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def _refusal(description: str) -> tuple[int, bytes]:
    return 400, json.dumps({"ok": False, "error_code": 400, "description": description}).encode()
