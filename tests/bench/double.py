"""A Bot API server for measurements: HTTP over bare asyncio, prebuilt answers, nothing kept but unconfirmed updates.

Unlike `tests.fake_telegram` it checks nothing and knows no chats: it must cost next to nothing beside the bots.
"""

import asyncio
import json
import re
from collections import deque
from typing import Any, Protocol
from urllib.parse import parse_qsl

from tests.bench.pushing import Pusher

TOKEN = "123456:made-up-for-measuring"
BOT = {"id": 123456, "is_bot": True, "first_name": "Tertulia", "username": "tertulia_bot"}
MOST_AT_ONCE = 100

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_MESSAGES = {"sendMessage", "editMessageText"}
_DONE = b'{"ok":true,"result":true}'
_NOTHING = b'{"ok":true,"result":[]}'
_ME = json.dumps({"ok": True, "result": BOT}).encode()
_NO_WEBHOOK = b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}'
_CONFLICT = b'{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}'
_FROM = json.dumps(BOT).encode()

Params = dict[str, Any]


class Listener(Protocol):
    """Who wants to know what the bot says."""

    def arrived(self, chat_id: int) -> None:
        """Note that a message to this chat has just arrived at the server."""

    def seen(self, chat_id: int) -> None:
        """Note that the message stands in the chat: its call was answered."""


class Updates:
    """Updates until they are confirmed, by the rules of getUpdates."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, bytes]] = deque()
        self._last = 1000

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, content: bytes) -> bytes:
        """Give the next id to an update, keep it and return it as JSON."""
        self._last += 1
        update = b'{"update_id":%d,%s}' % (self._last, content)
        self._kept.append((self._last, update))
        return update

    def after(self, offset: int | None, limit: int) -> list[bytes]:
        """Confirm what stands before the offset (a negative one counts from the end) and return what follows."""
        if offset is not None and offset < 0:
            offset = self._kept[max(offset, -len(self._kept))][0] if self._kept else None
        while offset is not None and self._kept and self._kept[0][0] < offset:
            self._kept.popleft()
        return [update for (_, update), _ in zip(self._kept, range(limit), strict=False)]

    def drop(self) -> None:
        """Confirm everything."""
        self._kept.clear()


class Double:
    """One bot's server; `latency` delays the answer of every call but getUpdates."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.listener: Listener | None = None
        self.polled = asyncio.Event()
        self.calls: dict[str, int] = {}
        self._updates = Updates()
        self._poll: tuple[_Connection, asyncio.TimerHandle, int] | None = None
        self._pusher: Pusher | None = None
        self._server: asyncio.Server | None = None
        self._last_message = 100
        self._connections: set[_Connection] = set()

    async def start(self) -> str:
        """Listen on a free port and return the root of the API."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening and hang up."""
        self._unhook()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.hang_up()

    def put(self, content: bytes) -> None:
        """Make an update available, given as the inside of its JSON object without the id."""
        update = self._updates.add(content)
        if self._pusher is not None:
            self._updates.drop()
            self._pusher.push(update)
        elif self._poll is not None:
            connection, timer, limit = self._poll
            self._poll = None
            timer.cancel()
            connection.answer(_listed(self._updates.after(None, limit)))

    def next_message_id(self) -> int:
        """Return a message id nobody had before."""
        self._last_message += 1
        return self._last_message

    def call(self, connection: "_Connection", method: str, params: Params) -> None:
        """Take a call and see that it is answered."""
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getUpdates":
            self._get_updates(connection, params)
            return
        chat_id = int(params["chat_id"]) if method == "sendMessage" else None
        if chat_id is not None and self.listener is not None:
            self.listener.arrived(chat_id)
        answer = self._answer(method, params)
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self._finish, connection, answer, chat_id)
        else:
            self._finish(connection, answer, chat_id)

    def joined(self, connection: "_Connection") -> None:
        """Remember an open connection."""
        self._connections.add(connection)

    def left(self, connection: "_Connection") -> None:
        """Forget a closed connection and the poll that waited on it."""
        self._connections.discard(connection)
        if self._poll is not None and self._poll[0] is connection:
            self._poll[1].cancel()
            self._poll = None

    def _finish(self, connection: "_Connection", answer: bytes, chat_id: int | None) -> None:
        connection.answer(answer)
        if chat_id is not None and self.listener is not None:
            self.listener.seen(chat_id)

    def _answer(self, method: str, params: Params) -> bytes:
        if method in _MESSAGES:
            return self._message(params)
        if method == "setWebhook":
            self._hook(params)
        elif method == "deleteWebhook":
            self._unhook()
        return {"getMe": _ME, "getWebhookInfo": _NO_WEBHOOK}.get(method, _DONE)

    def _message(self, params: Params) -> bytes:
        number = params.get("message_id") or self.next_message_id()
        markup = params.get("reply_markup")
        # A form carries the keyboard as JSON already, a JSON body as an object.
        keyboard = markup.encode() if isinstance(markup, str) else json.dumps(markup).encode()
        return (
            b'{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":%d,"type":"private"},"from":%s,"text":%s%s}}'
            % (
                int(number),
                int(params["chat_id"]),
                _FROM,
                json.dumps(params["text"]).encode(),
                b',"reply_markup":' + keyboard if markup else b"",
            )
        )

    def _get_updates(self, connection: "_Connection", params: Params) -> None:
        self.polled.set()
        if self._poll is not None:
            earlier, timer, _ = self._poll
            self._poll = None
            timer.cancel()
            earlier.answer(_CONFLICT, status=b"409 Conflict")
        if self._pusher is not None:
            connection.answer(_CONFLICT, status=b"409 Conflict")
            return
        offset, limit = params.get("offset"), int(params.get("limit") or MOST_AT_ONCE)
        found = self._updates.after(None if offset is None else int(offset), limit)
        seconds = float(params.get("timeout") or 0)
        if found or not seconds:
            connection.answer(_listed(found))
            return
        timer = asyncio.get_running_loop().call_later(seconds, self._give_up, connection)
        self._poll = (connection, timer, limit)

    def _give_up(self, connection: "_Connection") -> None:
        self._poll = None
        connection.answer(_NOTHING)

    def _hook(self, params: Params) -> None:
        self._unhook()
        self._pusher = Pusher(params["url"], params.get("secret_token") or "", int(params.get("max_connections") or 40))
        for update in self._updates.after(None, len(self._updates)):
            self._pusher.push(update)
        self._updates.drop()
        self.polled.set()

    def _unhook(self) -> None:
        if self._pusher is not None:
            self._pusher.stop()
            self._pusher = None


class _Connection(asyncio.Protocol):
    """One kept-alive connection of a client that waits for each answer before it asks again."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._double.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._double.left(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._buffer, 0, end)
            stop = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < stop:
                return
            head, body, self._buffer = self._buffer[:end], self._buffer[end + 4 : stop], self._buffer[stop:]
            path = head.split(b" ", 2)[1]
            self._double.call(self, path.rpartition(b"/")[2].decode(), _parameters(body))

    def answer(self, body: bytes, *, status: bytes = b"200 OK") -> None:
        if self._transport is not None:
            head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
            self._transport.write(head + body)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _parameters(body: bytes) -> Params:
    if body.startswith(b"{"):
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode()))


def _listed(updates: list[bytes]) -> bytes:
    return b'{"ok":true,"result":[%s]}' % b",".join(updates)
