"""Order in a chat, fairness between chats: one lane per chat that has something to do, and no lane for the rest."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random

from bot.delivery.backoff import pauses
from storage import inbox
from storage.delivery_tables import InboxUpdate
from storage.engine import Database, is_outage

MOST_WAITING = 5000
PAGE = 500

_log = logging.getLogger("tertulia.lanes")


class Lanes:
    """Updates on their way to `handle`, which says whether it is finished with one or wants another try."""

    def __init__(self, handle: Callable[[InboxUpdate], Awaitable[bool]], *, random: Random, limit: int = 64) -> None:
        self._handle = handle
        self._random = random
        self._slots = asyncio.Semaphore(limit)
        self._lanes: dict[int | None, deque[InboxUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self.idle = asyncio.Event()
        self.idle.set()

    def submit(self, update: InboxUpdate) -> None:
        """Put an update at the end of its chat's lane."""
        self.idle.clear()
        self._count(1)
        lane = self._lanes.get(update.chat_id)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.chat_id] = deque([update])
        task = asyncio.create_task(self._work(update.chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def take(self, updates: Sequence[InboxUpdate]) -> None:
        """Submit a batch, then wait while too many are waiting: the rest is safe where it is."""
        for update in updates:
            self.submit(update)
        await self._room.wait()

    async def replay(self, database: Database) -> None:
        """Submit what an earlier run left undone, in the order it came."""
        after = -1
        while page := await database.run(inbox.undone, after=after, limit=PAGE):
            await self.take(page)
            after = page[-1].update_id

    async def drain(self, seconds: float) -> bool:
        """Wait until everything submitted is handled; what is not in time is left to the next run."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.idle.wait(), seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return self.idle.is_set()

    async def _work(self, chat_id: int | None) -> None:
        # The chat's lane is held first and the global slot inside it, so that a flooding chat takes one slot at most.
        lane = self._lanes[chat_id]
        while lane:
            await self._finish(lane[0])
            lane.popleft()
            self._count(-1)
        del self._lanes[chat_id]
        if not self._lanes:
            self.idle.set()

    async def _finish(self, update: InboxUpdate) -> None:
        for pause in pauses(self._random):
            async with self._slots:
                if await self._handled(update):
                    return
            await asyncio.sleep(pause)

    async def _handled(self, update: InboxUpdate) -> bool:
        try:
            return await self._handle(update)
        except Exception as error:  # noqa: BLE001 - the lane must go on whatever happens in one update
            if is_outage(error):
                _log.warning("The database does not answer; update %s waits.", update.update_id)
                return False
            _log.error("Update %s is left for the next start: %s", update.update_id, type(error).__name__)
            return True

    def _count(self, change: int) -> None:
        self._waiting += change
        if self._waiting < MOST_WAITING:
            self._room.set()
        else:
            self._room.clear()
