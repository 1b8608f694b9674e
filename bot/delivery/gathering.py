"""Updates that come one by one, stored many at a time: what arrives during one transaction shares the next."""

import asyncio
import logging
from collections.abc import Sequence

from bot.delivery.intake import Intake
from bot.delivery.transport import kind
from storage.inbox import RawUpdate

BATCH = 100

_log = logging.getLogger("tertulia.webhook")

Waiting = tuple[RawUpdate, asyncio.Future[None]]


class NotStoredError(Exception):
    """The update is not in the inbox: whoever sent it must send it again."""


class Gathering:
    """Stores updates for many callers at once and hands on the new ones, in the order in which they were stored."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, update: RawUpdate) -> None:
        """Come back once the update is committed; raise NotStoredError where it cannot be."""
        committed = asyncio.get_running_loop().create_future()
        self._waiting.append((update, committed))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await committed

    async def drain(self, seconds: float) -> None:
        """Wait so long for what is being stored, then give up: nobody was told that it is."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=seconds)
        if self._writing is not None:
            self._writing.cancel()

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await self._intake.store([update for update, _ in batch])
                _settle(batch, None)
                await self._intake.room()  # full lanes slow us down
            except Exception as error:  # noqa: BLE001 - storing must outlive every outage
                _log.warning("%d updates are not stored, or wait for the next start: %s", len(batch), kind(error))
                _settle(batch, NotStoredError(kind(error)))
        self._writing = None


def _settle(batch: Sequence[Waiting], failure: NotStoredError | None) -> None:
    for _, committed in batch:
        if committed.done():
            continue  # told already, or gone
        if failure is None:
            committed.set_result(None)
        else:
            committed.set_exception(failure)
