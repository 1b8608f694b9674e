"""Into a PostgreSQL database: what is there steps aside under another name until the backup has proved sound."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from bot.operations.backup import Order, back_up
from bot.operations.postgres import run_tool
from bot.operations.shelf import Series
from storage import schema
from storage.connecting import engine_for
from storage.copying import UnsoundFileError
from storage.lockfile import LockedError

_LOOKS, _SECONDS = 10, 0.1
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


class Wish(Protocol):
    """What is wished for, as far as a server is concerned."""

    @property
    def file(self) -> Path:
        """The backup."""

    @property
    def folder(self) -> Path:
        """Where a dump of what is replaced goes."""

    @property
    def force(self) -> bool:
        """Whether something may stand there already."""


def put(
    wish: Wish,
    url: URL,
    now: datetime,
    check: Callable[[Engine], None],
    progress: Callable[[int, int | None], object],
) -> Path | None:
    """Put a backup into the database and return where the dump is of what was there; the bot must not run."""
    listed = run_tool("pg_restore", ["--list", str(wish.file)])
    if "TABLE public alembic_version" not in listed:
        raise UnsoundFileError("it holds no tables of Tertulia")
    told = url.render_as_string(hide_password=False)
    engine = engine_for(url)
    try:
        stands = _stands(engine)
        if stands and not wish.force:
            raise FileExistsError(17, "the database is not empty; --force replaces it and keeps a dump of it")
        dump = _dumped(told, wish, now) if stands else None
        with _aside(engine):
            engine.dispose()
            arguments = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(wish.file)]
            run_tool("pg_restore", arguments, told, watch=lambda: progress(0, None))
            schema.revision(engine)
            schema.upgrade(engine, restoring=True)
            check(engine)
    finally:
        engine.dispose()
    return dump


def _stands(engine: Engine) -> bool:
    """Tell whether there are tables; refuse while anybody else is connected."""
    for _ in range(_LOOKS):
        with engine.connect() as connection:
            others = connection.scalar(_OTHERS)
        if not others:
            break
        time.sleep(_SECONDS)  # whoever has just left is still seen for a moment
    else:
        raise LockedError(f"{others} other connection(s) use the database; stop the bot first")
    # A restore that was killed left what it had replaced under another name: that comes back first.
    _back(engine)
    with engine.connect() as connection:
        return bool(connection.scalar(_TABLES))


def _dumped(told: str, wish: Wish, now: datetime) -> Path:
    order = Order(database_url=told, folder=wish.folder, keep=None, series=Series.REPLACED)
    return back_up(order, now).path


@contextmanager
def _aside(engine: Engine) -> Iterator[None]:
    """Make room, and make it undone if what comes in is not sound."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER SCHEMA public RENAME TO {schema.REPLACED}")
        connection.exec_driver_sql("CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        _back(engine)
        raise
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema.REPLACED} CASCADE")


def _back(engine: Engine) -> None:
    with engine.begin() as connection:
        if schema.is_replaced(connection):
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql(f"ALTER SCHEMA {schema.REPLACED} RENAME TO public")
