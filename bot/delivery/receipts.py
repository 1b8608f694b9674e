"""What became of each row, written back in batches: one transaction for whatever came back within a moment."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from random import Random

from sqlalchemy import Connection

from bot.delivery.backoff import pauses
from storage import outbox, users
from storage.connecting import is_outage, outage
from storage.engine import Database
from storage.outbox import Receipt

BATCH_SECONDS = 0.02

_log = logging.getLogger("tertulia.receipts")


class Receipts:
    """Receipts on their way to the database; none is lost to an outage while the process lives."""

    def __init__(self, database: Database, written: Callable[[Sequence[Receipt]], None], *, random: Random) -> None:
        self._database = database
        self._written = written
        self._random = random
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

    async def drain(self, seconds: float) -> None:
        """Wait so long for what is not written yet, then give up: the rows are sent again at the next start."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=seconds)
        if self._writing is not None:
            self._writing.cancel()

    def _start(self) -> None:
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        while self._receipts or self._unreachable:
            await asyncio.sleep(BATCH_SECONDS)
            receipts, self._receipts = self._receipts, []
            unreachable, self._unreachable = self._unreachable, set()
            await self._write(receipts, unreachable)
            self._written(receipts)
        self._writing = None

    async def _write(self, receipts: list[Receipt], unreachable: set[int]) -> None:
        for pause in pauses(self._random):
            try:
                await self._database.together(_settle, receipts, unreachable)
            except Exception as error:  # noqa: BLE001 - the writer must outlive every outage
                if not is_outage(error):
                    _log.warning("Writing %s receipts failed: %s", len(receipts), type(error).__name__)
                    await self._write_singly(receipts, unreachable)
                    return
                _log.warning("The database does not answer: %s. %s receipts wait.", outage(error), len(receipts))
                await asyncio.sleep(pause)
            else:
                return

    async def _write_singly(self, receipts: list[Receipt], unreachable: set[int]) -> None:
        """Keep one thing that the database refuses from taking its neighbours with it."""
        if len(receipts) + len(unreachable) == 1:
            _log.error("What became of row %s is given up.", receipts[0].id if receipts else "(a block)")
            return
        for receipt in receipts:
            await self._write([receipt], set())
        for user_id in unreachable:
            await self._write([], {user_id})


def _settle(connection: Connection, receipts: list[Receipt], unreachable: set[int]) -> None:
    outbox.settle(connection, receipts)
    for user_id in unreachable:
        users.change(connection, user_id, reachable=False)
