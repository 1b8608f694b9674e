"""The database: opened once, migrated under a lock, and used only through whole transactions on its own threads.

`run` takes a plain function `(connection, *args) -> result` and makes it one transaction. A function may be run twice
(a serialization failure is retried here and nowhere else), so it must not do anything but talk to its connection.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import configure_mappers

from storage import schema

P = ParamSpec("P")
R = TypeVar("R")

POOL_SIZE = 5
ATTEMPTS = 5
SERIALIZATION_FAILURES = {"40001", "40P01"}
SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
_DATA_REFUSED = "22"  # the class of PostgreSQL's states whose texts quote a value


class Database:
    """A database with one way to write (`run`) and one way to read at length (`read`)."""

    def __init__(self, url: str) -> None:
        # Rows are built without the ORM's constructor, which would have done this on first use.
        configure_mappers()
        self._url = make_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        writers = 1 if self._sqlite else POOL_SIZE
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="database")
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="database-read")
        self._engine: Engine = _sqlite_engine(self._url) if self._sqlite else _postgres_engine(self._url)
        self._reading: Engine = _sqlite_engine(self._url, reading=True) if self._sqlite else self._engine

    async def open(self) -> None:
        """Bring the tables up to date; a database newer than this program is refused."""
        await asyncio.get_running_loop().run_in_executor(self._writers, schema.upgrade, self._engine)

    async def run(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case as one transaction: all of it is kept, or none."""
        return await asyncio.get_running_loop().run_in_executor(
            self._writers, lambda: self._transact(lambda connection: use_case(connection, *args, **kwargs))
        )

    async def read(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a slow query beside the writers, on a connection that cannot write."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: self._look(lambda connection: query(connection, *args, **kwargs))
        )

    async def close(self) -> None:
        """Wait for what is running, then let go of every connection."""
        await asyncio.get_running_loop().run_in_executor(None, self._writers.shutdown)
        await asyncio.get_running_loop().run_in_executor(None, self._readers.shutdown)
        self._reading.dispose()
        self._engine.dispose()

    def _transact(self, work: Callable[[Connection], R]) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not _may_repeat(error):
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _look(self, query: Callable[[Connection], R]) -> R:
        with self._reading.begin() as connection:
            if not self._sqlite:
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            return query(connection)


def _may_repeat(error: DBAPIError) -> bool:
    """Tell whether the transaction lost a race and is worth running again."""
    return getattr(error.orig, "sqlstate", None) in SERIALIZATION_FAILURES


def is_outage(error: BaseException) -> bool:
    """Tell whether the database itself is at fault (gone, locked, full), not the use case."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) in SQLITE_OUTAGES
    return error.connection_invalidated or isinstance(error, OperationalError)


def _sqlite_engine(url: URL, *, reading: bool = False) -> Engine:
    if url.database and not reading:
        _create_private(Path(url.database))
    engine = create_engine(
        url, hide_parameters=True, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # Without this the driver opens transactions by itself, late, and savepoints do not hold.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")
        if reading:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _create_private(path: Path) -> None:
    """Create the file readable by its owner alone; SQLite gives its side files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _postgres_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=2,
        pool_pre_ping=True,
    )
    event.listen(engine, "handle_error", _without_the_row)
    return engine


def _without_the_row(context: ExceptionContext) -> None:
    """Shorten what PostgreSQL says: its detail quotes the refused row, and a refused value stands in the first line."""
    told = getattr(context.original_exception, "diag", None)
    if told is None or told.sqlstate is None:
        return
    brief = f"data refused ({told.sqlstate})" if told.sqlstate.startswith(_DATA_REFUSED) else told.message_primary
    context.original_exception.args = (brief,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(context.original_exception).__name__}) {brief}",)
