"""A restore: a backup is checked and brought up to date before it takes the place of what is there."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.operations import into_postgres, into_sqlite
from bot.operations.backup import BackupError, reason
from bot.operations.postgres import ToolError
from storage import counting
from storage.copying import HEADER, UnsoundFileError
from storage.health.check import Finding
from storage.health.examination import examine
from storage.lockfile import LockedError
from storage.schema import NewerDatabaseError

DUMP_HEADER = b"PGDMP"
Progress = Callable[[int, int | None], object]


class RestoreError(Exception):
    """Nothing was restored and nothing was changed; the one line says why."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which backup is to be restored, where to, and whether something may stand there already."""

    file: Path
    database_url: str
    folder: Path
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back, what was wrong with it, and where that is which stood there before."""

    rows: Mapping[str, int]
    findings: Sequence[Finding]
    replaced: Path | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a restored database turned out to hold, before it is let into place."""

    rows: Mapping[str, int]
    findings: Sequence[Finding]


def restore(wish: Wish, now: datetime, progress: Progress = lambda _done, _total: None) -> Restored:
    """Put a backup into the configured database; raise `RestoreError` and leave everything as it was otherwise."""
    url = make_url(wish.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    try:
        _fits(wish.file, sqlite=sqlite)
        checked: list[Checked] = []

        def check(engine: Engine) -> None:
            checked.append(_looked_over(engine, now))

        place = into_sqlite if sqlite else into_postgres
        replaced = place.put(wish, url, now, check, progress)
    except (
        OSError,
        sqlite3.Error,
        DBAPIError,
        ToolError,
        BackupError,
        NewerDatabaseError,
        LockedError,
        UnsoundFileError,
    ) as error:
        raise RestoreError(_line(wish, error)) from None
    return Restored(rows=checked[0].rows, findings=checked[0].findings, replaced=replaced)


def _line(wish: Wish, error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and isinstance(error.orig, Exception) else error
    return f"{wish.file} was not restored: {reason(cause)}"


def _fits(file: Path, *, sqlite: bool) -> None:
    """Refuse a file that is no backup, or a backup of another kind of database."""
    with file.open("rb") as opened:
        head = opened.read(len(HEADER))
    kinds = {HEADER: True, DUMP_HEADER: False}
    kind = next((of for header, of in kinds.items() if head.startswith(header)), None)
    if kind is None:
        raise UnsoundFileError("it is no backup: neither an SQLite database nor a dump made by pg_dump -Fc")
    if kind is not sqlite:
        held, wanted = ("SQLite", "PostgreSQL") if kind else ("PostgreSQL", "SQLite")
        raise UnsoundFileError(f"it is a backup of {held}, but the configured database is {wanted}")


def _looked_over(engine: Engine, now: datetime) -> Checked:
    with engine.begin() as connection:
        rows = counting.of_everything(connection)
    return Checked(rows=rows, findings=[found for found in examine(engine, now) if found.count])
