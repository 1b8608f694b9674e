"""The database: opened once, migrated under a lock, and used only through whole transactions on its own threads.

`run` takes a plain function `(connection, *args) -> result` and makes it one transaction. A function may be run twice
(after a lost race or a failed commit), so it must do nothing but talk to its connection.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import configure_mappers

from storage import schema
from storage.connecting import LONE, UNDO_IN_MEMORY, engine_for, is_outage, repeated
from storage.group import GroupCommit
from storage.lockfile import LockFile
from storage.together import Together

__all__ = ["Database", "is_outage"]

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A database with one way to write (`run`) and one way to read at length (`read`)."""

    def __init__(self, url: str) -> None:
        # Rows are built without the ORM's constructor, which would have done this on first use.
        configure_mappers()
        self._url = make_url(url)
        self.shared = self._url.get_backend_name() != "sqlite"
        self._writers = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._lone = ThreadPoolExecutor(LONE, thread_name_prefix="database-lone") if self.shared else self._writers
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="database-read")
        self._engine: Engine = engine_for(self._url)
        self._reading: Engine = self._engine if self.shared else engine_for(self._url, reading=True)
        self._group = (Together if self.shared else GroupCommit)(self._transaction, self._writers, self._transact)
        self._held: Connection | None = None
        self._lock = LockFile.beside(Path(self._url.database)) if not self.shared and self._url.database else None

    @property
    def url(self) -> str:
        """Return where the database is, password included: never to be logged."""
        return self._url.render_as_string(hide_password=False)

    async def open(self) -> None:
        """Bring the tables up to date; refuse a database newer than this program, or an SQLite file in use."""
        await asyncio.get_running_loop().run_in_executor(self._writers, self._prepare)

    async def run(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case as one transaction: all of it is kept, or none."""

        def work(connection: Connection) -> R:
            return use_case(connection, *args, **kwargs)

        if not self.shared:
            return await self._group.run(work)
        return await asyncio.get_running_loop().run_in_executor(self._lone, self._transact, work)

    async def together(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case as `run` does, but commit it with what else waits; it may touch rows of our chats only.

        Its locks last as long as the group: where others write as well, they would wait for what is not theirs.
        """
        return await self._group.run(lambda connection: use_case(connection, *args, **kwargs))

    async def run_along(
        self, use_case: Callable[[Connection, R], None], gather: Callable[[], R], *, within: float
    ) -> None:
        """Run a use case `together` with others, or by itself after so many seconds: for what nobody waits for yet.

        `gather` gives what it works on, at the last moment; `hurry` is for when somebody does wait.
        """

        def gathered() -> Callable[[Connection], None]:
            work = gather()
            return lambda connection: use_case(connection, work)

        await self._group.ride(gathered, within)

    def hurry(self) -> None:
        """Let what `run_along` holds back be run now."""
        self._group.begin()

    async def read(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a slow query beside the writers, on a connection that cannot write."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: self._look(lambda connection: query(connection, *args, **kwargs))
        )

    async def close(self) -> None:
        """Wait for what is running, then let go of every connection."""
        await self._group.finished()
        for threads in (self._writers, self._lone, self._readers):
            await asyncio.get_running_loop().run_in_executor(None, threads.shutdown)
        self._let_go()
        self._reading.dispose()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def _prepare(self) -> None:
        if self._lock is not None:
            self._lock.acquire()
        self._let_go()
        schema.upgrade(self._engine)

    def _transact(self, work: Callable[[Connection], R]) -> R:
        def transaction() -> R:
            with self._transaction() as connection:
                return work(connection)

        return repeated(transaction)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Begin and commit, or roll back; SQLite's one writer keeps its connection, since taking one has its price."""
        if self.shared:
            with self._engine.begin() as connection:
                yield connection
            return
        try:
            with self._writing().begin():
                yield self._writing()
        except BaseException:
            # Given back it forgets whatever was left open.
            self._let_go()
            raise

    def _writing(self) -> Connection:
        if self._held is None:
            self._held = self._engine.connect()
            driver: Any = self._held.connection.driver_connection
            driver.execute(UNDO_IN_MEMORY)
        return self._held

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.close()

    def _look(self, query: Callable[[Connection], R]) -> R:
        with self._reading.begin() as connection:
            if self.shared:
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            return query(connection)
