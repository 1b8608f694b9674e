"""Connections to a database: how each engine opens them, and what its errors may say."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

R = TypeVar("R")

LONE = 2  # threads for what is committed by itself: how updates come in, and looking around
POOL_SIZE = LONE + 2  # with one for groups, and one for reading
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    # Pages that many turns change are brought home once for all of them: sixteen megabytes beside the file.
    "wal_autocheckpoint=4000",
    "cache_size=-4000",
)
# What undoes one use case of a group is some forty pages: in a file, their writes were a tenth of a turn. Only for use
# cases: whoever makes an index must be able to sort a whole table.
UNDO_IN_MEMORY = "PRAGMA temp_store=MEMORY"
ATTEMPTS = 5
_LOST_RACES = {"40001", "40P01"}
WAY = "_tertulia_way"  # a connection knows by this attribute what is looked up once a transaction
WIRE = "wire"  # a connection's place in its pool knows it by this word
SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY: "another program holds the file locked",
    sqlite3.SQLITE_LOCKED: "another program holds the file locked",
    sqlite3.SQLITE_READONLY: "the file cannot be written",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: restore a backup",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
}
_DATA_REFUSED = "22"  # the class of PostgreSQL's states whose texts quote a value
# A server that is cut off is noticed within some ten seconds instead of hours.
PROMPTLY: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def _written(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def write_json(value: Any) -> str | None:
    """Write what stands in a column of JSON; nothing is NULL there, never a JSON null."""
    return None if value is None else _written(value)


def read_json(text: str | None) -> Any:
    """Read what stands in a column of JSON."""
    return None if text is None else orjson.loads(text)


JSON_BY: dict[str, Any] = {"json_serializer": _written, "json_deserializer": orjson.loads}


def engine_for(url: URL, *, reading: bool = False) -> Engine:
    """Return an engine for a database; on SQLite one made for reading cannot write."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, reading=reading)
    from storage.pool import postgres_engine  # noqa: PLC0415 - the driver is ten megabytes that SQLite needs not

    return postgres_engine(url)


def is_outage(error: BaseException) -> bool:
    """Tell whether the database itself is at fault (gone, locked, full), not the use case."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) in SQLITE_OUTAGES
    return error.connection_invalidated or isinstance(error, OperationalError)


def repeated(transaction: Callable[[], R]) -> R:
    """Run a transaction, and again where it has lost a race: here and nowhere else."""
    for _ in range(ATTEMPTS - 1):
        try:
            return transaction()
        except DBAPIError as error:
            if not may_be_repeated(error):
                raise
    return transaction()


def may_be_repeated(error: BaseException) -> bool:
    """Tell whether a transaction lost a race and is worth running again."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _LOST_RACES


def outage(error: BaseException) -> str:
    """Say in a few words, for the operator, what is wrong with the database."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return SQLITE_OUTAGES.get(code, type(cause).__name__)
    return f"no connection ({type(cause).__name__})"


def _sqlite_engine(url: URL, *, reading: bool = False) -> Engine:
    if url.database and not reading:
        _create_private(Path(url.database))
    engine = create_engine(
        url, hide_parameters=True, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}, **JSON_BY
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # Without this the driver opens transactions by itself, late, and savepoints do not hold.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if reading:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        vars(connection).pop(WAY, None)
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error, dialect=connection.dialect) from error

    return engine


def _create_private(path: Path) -> None:
    """Create the file readable by its owner alone; SQLite gives its side files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def without_the_row(error: BaseException) -> BaseException:
    """Shorten what PostgreSQL says: its detail quotes the refused row, and a refused value stands in the first line."""
    told = getattr(error, "diag", None)
    if told is not None and told.sqlstate is not None:
        brief = f"data refused ({told.sqlstate})" if told.sqlstate.startswith(_DATA_REFUSED) else told.message_primary
        error.args = (brief,)
    return error
