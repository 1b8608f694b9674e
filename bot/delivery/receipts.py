"""What became of each row, written back in batches, in a transaction that somebody else needs where there is one."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Connection

from bot.delivery.backoff import pauses
from storage import outbox, users
from storage.connecting import is_outage, outage
from storage.engine import Database
from storage.outbox import Receipt

_log = logging.getLogger("tertulia.receipts")


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """What is written in one go."""

    receipts: list[Receipt] = field(default_factory=list)
    unreachable: set[int] = field(default_factory=set)


class Receipts:
    """Receipts on their way to the database; none is lost to an outage while the process lives."""

    def __init__(
        self, database: Database, written: Callable[[Sequence[Receipt]], None], *, random: Random, within: float
    ) -> None:
        self._database = database
        self._written = written
        self._random = random
        self._within = within
        self._hurried = False
        self._receipts: list[Receipt] = []
        self._unreachable: set[int] = set()
        self._writing: asyncio.Task[None] | None = None

    def add(self, receipt: Receipt) -> None:
        """Take what became of a row, to be written soon."""
        self._receipts.append(receipt)
        self._start()

    def unreachable(self, user_id: int) -> None:
        """Note that a learner cannot be written to until they write again."""
        self._unreachable.add(user_id)
        self._start()

    def hurry(self) -> None:
        """Write what there is now: something waits for it."""
        self._hurried = True
        self._database.hurry()

    async def drain(self, seconds: float) -> None:
        """Wait so long for what is not written yet, then give up: the rows are sent again at the next start."""
        self.hurry()
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=seconds)
        if self._writing is not None:
            self._writing.cancel()

    def _start(self) -> None:
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        while self._receipts or self._unreachable:
            self._written((await self._write()).receipts)
        self._writing = None

    async def _write(self) -> _Batch:
        within, self._hurried = 0.0 if self._hurried else self._within, False
        batch: _Batch | None = None

        def gather() -> _Batch:
            nonlocal batch
            batch = self._take()
            return batch

        try:
            await self._database.run_along(_settle, gather, within=within)
        except Exception as error:  # noqa: BLE001 - the writer must outlive every outage
            batch = batch or self._take()
            await self._insist(batch, error)
        return batch or _Batch()

    def _take(self) -> _Batch:
        batch = _Batch(receipts=self._receipts, unreachable=self._unreachable)
        self._receipts, self._unreachable = [], set()
        return batch

    async def _insist(self, batch: _Batch, error: Exception | None) -> None:
        """Write a batch that failed, if it did, as soon as the database is there again."""
        for pause in pauses(self._random):
            if error is None:
                return
            if not is_outage(error):
                _log.warning("Writing %s receipts failed: %s", len(batch.receipts), type(error).__name__)
                await self._write_singly(batch)
                return
            _log.warning("The database does not answer: %s. %s receipts wait.", outage(error), len(batch.receipts))
            await asyncio.sleep(pause)
            error = await self._failure(batch)

    async def _failure(self, batch: _Batch) -> Exception | None:
        try:
            await self._database.together(_settle, batch)
        except Exception as error:  # noqa: BLE001 - likewise
            return error
        return None

    async def _write_singly(self, batch: _Batch) -> None:
        """Keep one thing that the database refuses from taking its neighbours with it."""
        singles = [_Batch(receipts=[receipt]) for receipt in batch.receipts]
        singles += [_Batch(unreachable={user_id}) for user_id in batch.unreachable]
        if len(singles) == 1:
            _log.error("What became of row %s is given up.", batch.receipts[0].id if batch.receipts else "(a block)")
            return
        for single in singles:
            await self._insist(single, await self._failure(single))


def _settle(connection: Connection, batch: _Batch) -> None:
    outbox.settle(connection, batch.receipts)
    for user_id in batch.unreachable:
        users.change(connection, user_id, reachable=False)
