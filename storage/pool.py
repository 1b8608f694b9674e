"""Connections to PostgreSQL: each begins its transaction when it is taken, and so shows that it still lives."""

from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.connecting import JSON_BY, POOL_SIZE, PROMPTLY, WIRE, without_the_row
from storage.postgres import Wire

_FRESH = "fresh"


def postgres_engine(url: URL) -> Engine:
    """Return an engine whose connections notice within seconds that the server is gone, and tell no row."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=2,
        # psycopg itself prepares nothing: after a rollback it would undo what the wire has prepared as well.
        connect_args={**PROMPTLY, "prepare_threshold": None},
        **JSON_BY,
    )
    event.listen(engine, "handle_error", _shorten)
    event.listen(engine, "connect", _wired)
    event.listen(engine, "checkout", _begun)
    return engine


def _wired(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[WIRE] = Wire(connection)
    record.info[_FRESH] = True


def _begun(_connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Begin the transaction that a connection is wanted for; one that was cut off is noticed by that, and replaced."""
    fresh = record.info.pop(_FRESH, False)
    try:
        record.info[WIRE].begin()
    except psycopg.OperationalError as error:
        if fresh:
            raise  # a new one is no better: the database is out of reach
        raise InvalidatePoolError(type(error).__name__) from error


def _shorten(context: ExceptionContext) -> None:
    told = without_the_row(context.original_exception)
    if context.sqlalchemy_exception is not None and getattr(told, "diag", None) is not None:
        context.sqlalchemy_exception.args = (f"({type(told).__name__}) {told}",)
