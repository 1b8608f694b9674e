"""Group commit for a database with one writer: what waits together is committed together.

Each use case runs behind a savepoint of its own, so that one that fails is undone alone. If the whole transaction is
lost (a full disk, a failed COMMIT), every use case is run again in a transaction of its own.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.connecting import is_outage

R = TypeVar("R")

MOST = 64  # use cases a commit: a longer group would keep its first members waiting

Work = Callable[[Connection], Any]
Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a use case: its value, or the error that it raised."""

    value: Any = None
    error: BaseException | None = None


class GroupCommit:
    """The way to the one writer; while a group is under way, the next one gathers."""

    def __init__(self, transaction: Transaction, writer: Executor, alone: Callable[[Work], Any]) -> None:
        self._transaction = transaction
        self._writer = writer
        self._run_alone = alone
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._riding: list[tuple[Callable[[], Work], asyncio.Future[Any]]] = []
        self._under_way: asyncio.Future[list[Outcome]] | None = None
        self._wanted = False

    async def run(self, work: Callable[[Connection], R]) -> R:
        """Run a use case in the next group, and return or raise what came of it once it is committed."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        self.begin()
        return await future

    async def ride(self, gather: Callable[[], Callable[[Connection], R]], within: float) -> R:
        """Run a use case in whichever group comes next, or in one that begins for it after so many seconds.

        What it does is asked for at the last moment, when the group begins.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._riding.append((gather, future))
        timer = loop.call_later(within, self.begin)
        try:
            return await future
        finally:
            timer.cancel()

    def begin(self) -> None:
        """Let a group begin once the one under way has ended, and what is ready to join it has joined."""
        if not self._wanted:
            self._wanted = True
            if self._under_way is None:
                # After the tasks that this turn of the loop has woken: a batch and its answers are one commit.
                loop = asyncio.get_running_loop()
                loop.call_soon(loop.call_soon, self._begin)

    async def finished(self) -> None:
        """Wait until every use case handed over so far has ended."""
        while self._waiting or self._riding or self._under_way is not None:
            self.begin()
            if self._under_way is not None:
                await asyncio.wait([self._under_way])
            await asyncio.sleep(0)

    def _begin(self) -> None:
        riding, self._riding = self._riding, []
        group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        group = [(gather(), future) for gather, future in riding if not future.done()] + group
        self._wanted = bool(self._waiting)
        if group:
            works = [work for work, _ in group]
            self._under_way = asyncio.get_running_loop().run_in_executor(self._writer, self._commit, works)
            self._under_way.add_done_callback(lambda done: self._deliver(group, done))

    def _deliver(self, group: Sequence[tuple[Work, asyncio.Future[Any]]], done: asyncio.Future[list[Outcome]]) -> None:
        self._under_way = None
        failure = None if done.cancelled() else done.exception()
        outcomes = [Outcome(error=failure)] * len(group) if failure or done.cancelled() else done.result()
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if future.done():
                continue  # whoever asked has given up; what was done stays done
            if outcome.error is not None:
                future.set_exception(outcome.error)
            elif done.cancelled():
                future.cancel()
            else:
                future.set_result(outcome.value)
        if self._wanted:
            self._begin()

    def _commit(self, works: Sequence[Work]) -> list[Outcome]:
        if len(works) > 1:
            try:
                with self._transaction() as connection:
                    return [_behind_a_savepoint(connection, work) for work in works]
            except (DBAPIError, sqlite3.Error):
                pass  # the transaction is gone with all its members; each is run again, alone
        return [self._alone(work) for work in works]

    def _alone(self, work: Work) -> Outcome:
        try:
            return Outcome(value=self._run_alone(work))
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            return Outcome(error=error)


def _behind_a_savepoint(connection: Connection, work: Work) -> Outcome:
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT member")
    try:
        outcome = Outcome(value=work(connection))
    except Exception as error:
        if is_outage(error):
            raise
        driver.execute("ROLLBACK TO member")
        outcome = Outcome(error=error)
    driver.execute("RELEASE member")
    return outcome
