"""Order in a chat, fairness between chats: one lane per chat that has something to do, and no lane for the rest."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from bot.delivery.backoff import pauses
from storage import inbox
from storage.connecting import is_outage, outage
from storage.delivery_tables import InboxUpdate
from storage.engine import Database

MOST_WAITING = 5000
PAGE = 500

_log = logging.getLogger("tertulia.lanes")


@dataclass(kw_only=True, eq=False)
class _Lane:
    """What waits in one chat, by its id; `left` when the chat is another process's by now."""

    updates: dict[int, InboxUpdate] = field(default_factory=dict)
    left: bool = False


class Lanes:
    """Updates on their way to `handle`, which says whether it is finished with one or wants another try."""

    def __init__(self, handle: Callable[[InboxUpdate], Awaitable[bool]], *, random: Random, limit: int = 64) -> None:
        self._handle = handle
        self._random = random
        self._slots = asyncio.Semaphore(limit)
        self._lanes: dict[int | None, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self.idle = asyncio.Event()
        self.idle.set()

    @property
    def waiting(self) -> int:
        """Return how many updates are waiting or under way."""
        return self._waiting

    def serves(self, chat_id: int) -> bool:
        """Tell whether anything of a chat is waiting or under way; 0 stands for what has no chat."""
        return (chat_id or None) in self._lanes

    def submit(self, update: InboxUpdate) -> None:
        """Put an update at the end of its chat's lane, unless it is there already."""
        lane = self._lanes.get(update.chat_id)
        if lane is not None:
            if update.update_id not in lane.updates:
                self._count(1)
            lane.updates.setdefault(update.update_id, update)
            lane.left = False
            return
        self.idle.clear()
        self._count(1)
        self._lanes[update.chat_id] = _Lane(updates={update.update_id: update})
        task = asyncio.create_task(self._work(update.chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self) -> None:
        """Leave what is not under way to whoever serves the chats from now on."""
        for lane in self._lanes.values():
            lane.left = True
            for update_id in list(lane.updates)[1:]:
                del lane.updates[update_id]
                self._count(-1)

    async def take(self, updates: Sequence[InboxUpdate]) -> None:
        """Submit a batch, then wait for room."""
        for update in updates:
            self.submit(update)
        await self.room()

    async def room(self) -> None:
        """Wait while too many are waiting: the rest is safe where it is."""
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
        while lane.updates:
            update = next(iter(lane.updates.values()))
            await self._finish(lane, update)
            del lane.updates[update.update_id]
            self._count(-1)
        del self._lanes[chat_id]
        if not self._lanes:
            self.idle.set()

    async def _finish(self, lane: _Lane, update: InboxUpdate) -> None:
        for pause in pauses(self._random):
            if lane.left:
                return
            async with self._slots:
                if await self._handled(update):
                    return
            await asyncio.sleep(pause)

    async def _handled(self, update: InboxUpdate) -> bool:
        try:
            return await self._handle(update)
        except Exception as error:  # noqa: BLE001 - the lane must go on whatever happens in one update
            if is_outage(error):
                _log.warning("The database does not answer: %s. Update %s waits.", outage(error), update.update_id)
                return False
            _log.error("Update %s is left for the next start: %s", update.update_id, type(error).__name__)
            return True

    def _count(self, change: int) -> None:
        self._waiting += change
        if self._waiting < MOST_WAITING:
            self._room.set()
        else:
            self._room.clear()
