"""A Bot API server as a value: what was asked, what it answers, and every way in which it can fail.

Nothing here waits or talks to a network; `tests.fake_faces` puts it behind a transport.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tests.fake_checks import fault, plain

TOKEN = "123456:a-made-up-token"  # a made-up one
BOT = {"id": 123456, "is_bot": True, "first_name": "Tertulia", "username": "tertulia_bot"}
QUERY_SECONDS = 15
REACTIONS = {"\N{THUMBS UP SIGN}", "\N{CLAPPING HANDS SIGN}", "\N{FIRE}", "\N{PARTY POPPER}"}  # some of those allowed

Answer = tuple[int, bytes]


class Fault(StrEnum):
    """How a call can fail; the last two happen after the call had its effect."""

    REFUSED = "refused"
    TOO_MANY = "too many"
    SERVER_ERROR = "server error"
    GARBAGE = "garbage"
    CUT = "cut"
    LOST_ANSWER = "lost answer"


class RefusedError(Exception):
    """Nobody listens: the call was never made."""


class CutError(Exception):
    """The connection broke with the answer outstanding."""


@dataclass(kw_only=True)
class FakeMessage:
    """A message in a chat as it stands now."""

    message_id: int
    chat_id: int
    text: str
    markup: dict[str, Any] | None
    sent_at: float
    edits: int = 0
    mine: bool = True
    reactions: list[str] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """Return the text as a learner reads it."""
        return plain(self.text)

    @property
    def buttons(self) -> list[dict[str, str]]:
        """Return the buttons under it, row after row."""
        return [button for row in (self.markup or {}).get("inline_keyboard", []) for button in row]

    def as_json(self) -> dict[str, Any]:
        """Return the message as the Bot API describes it."""
        chat = {"id": self.chat_id, "type": "private"}
        said = {"message_id": self.message_id, "date": 1_790_000_000, "chat": chat, "text": self.plain, "from": BOT}
        return said | ({"reply_markup": self.markup} if self.markup else {})


@dataclass(kw_only=True)
class _Script:
    fault: Fault
    method: str
    chat_id: int | None
    times: int
    retry_after: int


@dataclass(kw_only=True)
class FakeTelegram:
    """The server: chats with their messages, updates nobody has confirmed, scripted faults, and a log of calls."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    stamp: Callable[[], float] = lambda: 0.0
    token: str = TOKEN
    known_only: bool = True
    outage: bool = False
    conflict: bool = False
    blocked: set[int] = field(default_factory=set)
    chats: dict[int, list[FakeMessage]] = field(default_factory=dict)
    changes: list[FakeMessage] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    toasts: dict[str, str | None] = field(default_factory=dict)
    pending: deque[Any] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    webhook: dict[str, Any] | None = None
    _queries: dict[str, datetime] = field(default_factory=dict)
    _scripts: list[_Script] = field(default_factory=list)
    _last_message: int = 100
    _last_update: int = 1000

    def __post_init__(self) -> None:
        self.confirmed.set()

    def fail(
        self, fault: Fault, *, method: str = "sendMessage", chat_id: int | None = None, times: int = 1, wait: int = 3
    ) -> None:
        """Let the next such calls fail in this way."""
        self._scripts.append(_Script(fault=fault, method=method, chat_id=chat_id, times=times, retry_after=wait))

    def new_update(self, **content: Any) -> dict[str, Any]:
        """Queue an update for the bot and return it."""
        self._last_update += 1
        update = {"update_id": self._last_update, **content}
        self.put(update)
        return update

    def put(self, raw: Any) -> None:
        """Queue anything at all as an update, malformed or seen before."""
        self.pending.append(raw)
        self.confirmed.clear()
        self.news.set()

    def new_query(self) -> str:
        """Return the id of a button just pressed."""
        query = f"query-{len(self._queries) + 1}"
        self._queries[query] = self.now()
        return query

    def next_message_id(self) -> int:
        """Return a message id nobody had before."""
        self._last_message += 1
        return self._last_message

    def call(self, method: str, params: dict[str, Any]) -> Answer:
        """Answer a call; raises RefusedError or CutError where there is no answer."""
        if self.outage:
            raise RefusedError
        self.calls.append((method, params))
        script = self._script(method, params)
        if script is not None and script.fault is not Fault.LOST_ANSWER:
            return _failed(script)
        answer = self._answer(method, params)
        if script is not None:
            raise CutError
        return answer

    def _script(self, method: str, params: dict[str, Any]) -> _Script | None:
        for script in self._scripts:
            if script.method == method and script.chat_id in {None, params.get("chat_id")}:
                script.times -= 1
                if script.times == 0:
                    self._scripts.remove(script)
                return script
        return None

    def _answer(self, method: str, params: dict[str, Any]) -> Answer:
        wrong = fault(method, params)
        if wrong is not None:
            self.refusals.append(f"{method}: {wrong}")
            return _bad(wrong)
        if params.get("chat_id") in self.blocked:
            return error(403, "Forbidden: bot was blocked by the user")
        known: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda _params: self._set_webhook({"url": ""}),
            "sendMessage": self._send,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit,
            "answerCallbackQuery": self._answer_query,
            "setMessageReaction": self._react,
            "getMe": lambda _params: ok(BOT),
        }
        answer = known.get(method)
        return answer(params) if answer else ok(True)  # noqa: FBT003 - the API's own answer

    def _get_updates(self, params: dict[str, Any]) -> Answer:
        if self.conflict:
            return error(409, "Conflict: terminated by other getUpdates request")
        if self.webhook is not None:
            return error(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = params.get("offset") or 0
        # What has no id cannot be confirmed; it goes with whatever stands behind it.
        kept = [raw for raw in self.pending if _update_id(raw) is not None and _update_id(raw) >= offset]  # type: ignore[operator]
        strays = [raw for raw in self.pending if _update_id(raw) is None] if kept or not offset else []
        self.pending = deque([*strays, *sorted(kept, key=lambda raw: int(_update_id(raw) or 0))])
        if not self.pending:
            self.news.clear()
            self.confirmed.set()
        return ok(list(self.pending)[: params.get("limit") or 100])

    def _set_webhook(self, params: dict[str, Any]) -> Answer:
        self.webhook = params if params["url"] else None
        self.news.set()
        return ok(True)  # noqa: FBT003 - the API's own answer

    def _send(self, params: dict[str, Any]) -> Answer:
        chat_id = int(params["chat_id"])
        if self.known_only and chat_id not in self.chats:
            return _bad("chat not found")
        message = FakeMessage(
            message_id=self.next_message_id(),
            chat_id=chat_id,
            text=params["text"],
            markup=params.get("reply_markup"),
            sent_at=self.stamp(),
        )
        self.chats.setdefault(chat_id, []).append(message)
        self.changes.append(message)
        return ok(message.as_json())

    def _edit(self, params: dict[str, Any]) -> Answer:
        message = self.message(int(params["chat_id"]), int(params["message_id"]))
        if message is None or not message.mine:
            return _bad("message to edit not found" if message is None else "message can't be edited")
        text, markup = params.get("text", message.text), params.get("reply_markup")
        if (text, markup) == (message.text, message.markup):
            return _bad("message is not modified: specified new message content and reply markup are exactly the same")
        message.text, message.markup, message.edits = text, markup, message.edits + 1
        self.changes.append(message)
        return ok(message.as_json())

    def _react(self, params: dict[str, Any]) -> Answer:
        message = self.message(int(params["chat_id"]), int(params["message_id"]))
        emoji = [each["emoji"] for each in params.get("reaction") or []]
        if message is None:
            return _bad("message to react not found")
        if len(emoji) > 1 or not set(emoji) <= REACTIONS:
            return _bad("REACTION_INVALID")
        message.reactions = emoji
        return ok(True)  # noqa: FBT003 - the API's own answer

    def _answer_query(self, params: dict[str, Any]) -> Answer:
        asked_at = self._queries.get(params["callback_query_id"])
        if asked_at is None or (self.now() - asked_at).total_seconds() > QUERY_SECONDS:
            return _bad("query is too old and response timeout expired or query ID is invalid")
        self.toasts[params["callback_query_id"]] = params.get("text")
        return ok(True)  # noqa: FBT003 - the API's own answer

    def message(self, chat_id: int, message_id: int) -> FakeMessage | None:
        """Return a message of a chat."""
        return next((each for each in self.chats.get(chat_id, []) if each.message_id == message_id), None)


def ok(result: Any) -> Answer:
    """Return an answer with a result."""
    return 200, json.dumps({"ok": True, "result": result}).encode()


def error(code: int, description: str, **parameters: int) -> Answer:
    """Return a refusal as Telegram words it."""
    extra = {"parameters": parameters} if parameters else {}
    return code, json.dumps({"ok": False, "error_code": code, "description": description, **extra}).encode()


def _bad(description: str) -> Answer:
    return error(400, f"Bad Request: {description}")


def _failed(script: _Script) -> Answer:
    if script.fault is Fault.REFUSED:
        raise RefusedError
    if script.fault is Fault.CUT:
        raise CutError
    if script.fault is Fault.GARBAGE:
        return 502, b"<html>Bad Gateway</html>"
    if script.fault is Fault.SERVER_ERROR:
        return error(500, "Internal Server Error")
    wait = script.retry_after
    return error(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def _update_id(raw: Any) -> int | None:
    value = raw.get("update_id") if isinstance(raw, dict) else None
    return value if isinstance(value, int) else None
