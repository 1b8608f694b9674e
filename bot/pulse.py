"""How the queues stand, read at most once every few seconds however many ask, and never waited for long."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from storage import queues
from storage.engine import Database
from storage.queues import Queues

FRESH_SECONDS = 3.0
PATIENCE_SECONDS = 2.0


class Pulse:
    """The latest look at the queues; a database that hangs is asked once, not once a probe."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, fresh: float = FRESH_SECONDS) -> None:
        self._database = database
        self._clock = clock
        self._fresh = fresh
        self._seen: Queues | None = None
        self._seen_at = 0.0
        self._looking: asyncio.Task[Queues] | None = None

    async def look(self) -> Queues:
        """Return how the queues stand; raise TimeoutError, or what the database raised, where it does not say."""
        if self._seen is not None and _now() - self._seen_at < self._fresh:
            return self._seen
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._looked)
        return await asyncio.wait_for(asyncio.shield(self._looking), PATIENCE_SECONDS)

    async def _look(self) -> Queues:
        self._seen = await self._database.read(queues.look, self._clock())
        self._seen_at = _now()
        return self._seen

    def _looked(self, task: asyncio.Task[Queues]) -> None:
        self._looking = None
        if not task.cancelled():
            task.exception()  # whoever asked may have gone


def _now() -> float:
    return asyncio.get_running_loop().time()
