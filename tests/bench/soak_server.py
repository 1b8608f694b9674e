"""The fake Bot API with weather: limits, failures, cut connections and outages at random, rubbish among the updates."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fake_telegram import Answer, CutError, FakeMessage, FakeTelegram, error

CALLS_KEPT = 200
MESSAGES_KEPT = 60
QUIET = frozenset({"getMe", "deleteWebhook", "setMyCommands"})


@dataclass(kw_only=True)
class Weather(FakeTelegram):
    """The server in bad weather; `storm` is the share of calls that fail in some way."""

    random: Random = field(default_factory=lambda: Random(20261129))
    storm: float = 0.0
    failed: dict[str, int] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)
    received: dict[int, list[int]] = field(default_factory=dict)
    told: dict[tuple[int, str], int] = field(default_factory=dict)
    heard: dict[int, asyncio.Event] = field(default_factory=dict)
    rubbish: set[int] = field(default_factory=set)
    taken: int = 0
    polls: int = 0
    hello: asyncio.Event = field(default_factory=asyncio.Event)

    def call(self, method: str, params: dict[str, Any]) -> Answer:
        """Answer, unless the weather forbids it."""
        self.taken += 1
        if method == "getUpdates":
            self.polls += 1
            self.hello.set()
        fate = self.random.random()
        if self.outage or method in QUIET or fate >= self.storm:
            return self._heard(method, params)
        kind = self.random.choice(("429", "500", "502", "cut", "lost answer"))
        self.failed[kind] = self.failed.get(kind, 0) + 1
        if kind == "429":
            return error(429, "Too Many Requests: retry after 1", retry_after=1)
        if kind == "500":
            return error(500, "Internal Server Error")
        if kind == "502":
            return 502, b"<html>Bad Gateway</html>"
        if kind == "lost answer":
            self._heard(method, params)
        raise CutError

    def _heard(self, method: str, params: dict[str, Any]) -> Answer:
        answer = super().call(method, params)
        if len(self.calls) > CALLS_KEPT:
            del self.calls[: -CALLS_KEPT // 2]
        chat = params.get("chat_id")
        if chat is None or answer[0] != 200 or method not in {"sendMessage", "editMessageText"}:
            return answer
        self._count(int(chat), method, params)
        return answer

    def _count(self, chat: int, method: str, params: dict[str, Any]) -> None:
        self.answered[chat] = self.answered.get(chat, 0) + 1
        if method == "sendMessage":
            self.received.setdefault(chat, []).append(self._last_message)
            key = (chat, params["text"])
            self.told[key] = self.told.get(key, 0) + 1
        if len(self.chats[chat]) > 2 * MESSAGES_KEPT:
            del self.chats[chat][:MESSAGES_KEPT]
        self.changes.clear()
        self.heard.setdefault(chat, asyncio.Event()).set()

    async def polled(self, times: int) -> None:
        """Wait until updates have been asked for so often."""
        while self.polls < times:
            self.hello.clear()
            await self.hello.wait()

    def shown(self, chat: int) -> list[FakeMessage]:
        """Return the bot's messages of a chat that still stand there."""
        return [message for message in self.chats[chat] if message.mine]

    def litter(self) -> None:
        """Put something among the updates that no update should be."""
        self._last_update += 1
        number = self._last_update
        self.rubbish.add(number)
        self.put(
            self.random.choice(
                (
                    {"update_id": number, "message": "nonsense"},
                    {"update_id": number, "message": {"message_id": "x", "chat": {"id": 5, "type": "private"}}},
                    {"update_id": number, "callback_query": {"id": 7}},
                    {"update_id": number, "message": {"message_id": 1, "date": "soon", "chat": 12}},
                )
            )
        )

    def all_confirmed(self) -> bool:
        """Tell whether every update was taken."""
        return self.confirmed.is_set() and self.pending == deque()
