"""The face of the fake Bot API that brings updates: one queue a chat, its head only, again until it is taken."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fake_telegram import FakeTelegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
AGAIN_SECONDS = 0.05
TAKEN = 200


class Postman:
    """Posts what the fake holds to the webhook that was set; `statuses` are the answers, in the order they came.

    A proxy in front hands each on to one of the roots in `at`, by chance; `brought` counts what each has taken.
    """

    def __init__(self, fake: FakeTelegram, session: aiohttp.ClientSession, *, at: Sequence[str]) -> None:
        self.statuses: list[int | None] = []
        self.brought: Counter[str] = Counter()
        self._random = Random(7)
        self._fake = fake
        self._session = session
        self._at = at
        self._seen: set[int] = set()
        self._queues: dict[Any, deque[Any]] = {}
        self._rounds: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take up whatever is new, for ever."""
        while True:
            await self._fake.news.wait()
            self._fake.news.clear()
            if self._fake.webhook is not None:
                self._sort()

    async def close(self) -> None:
        """Stop posting at once."""
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)

    def _sort(self) -> None:
        for raw in self._fake.pending:
            if id(raw) not in self._seen:
                self._seen.add(id(raw))
                self._enqueue(_chat(raw), raw)

    def _enqueue(self, chat: Any, raw: Any) -> None:
        if chat in self._queues:
            self._queues[chat].append(raw)
            return
        self._queues[chat] = deque([raw])
        task = asyncio.create_task(self._round(chat))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def _round(self, chat: Any) -> None:
        queue = self._queues[chat]
        while queue:
            status = await self._post(queue[0])
            self.statuses.append(status)
            if status != TAKEN:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            self._confirm(queue.popleft())
        del self._queues[chat]

    async def _post(self, raw: Any) -> int | None:
        webhook = self._fake.webhook
        if webhook is None:
            return None
        url = urlsplit(webhook["url"])
        root = self._random.choice(self._at) if self._at else f"{url.scheme}://{url.netloc}"
        headers = {SECRET_HEADER: webhook.get("secret_token", ""), "Content-Type": "application/json"}
        try:
            async with self._session.post(root + url.path, data=json.dumps(raw).encode(), headers=headers) as answer:
                self.brought[root] += answer.status == TAKEN
                return answer.status
        except (aiohttp.ClientError, OSError):
            return None

    def _confirm(self, raw: Any) -> None:
        # By what it is, not by what it says: the same update may be queued twice.
        self._fake.pending = deque(each for each in self._fake.pending if each is not raw)
        self._seen.discard(id(raw))
        if not self._fake.pending:
            self._fake.confirmed.set()


@asynccontextmanager
async def posting(fake: FakeTelegram, *at: str) -> AsyncIterator[Postman]:
    """Bring the fake's updates to its webhook; `at` stands for the public root of its address, as a proxy does."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=40)) as session:
        postman = Postman(fake, session, at=at)
        running = asyncio.create_task(postman.run())
        try:
            yield postman
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await postman.close()


def _chat(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return None
    message = raw.get("message") or raw.get("my_chat_member") or (raw.get("callback_query") or {}).get("message")
    return message.get("chat", {}).get("id") if isinstance(message, dict) else None
