"""Into an SQLite file: the backup is made ready beside it, then takes its name in one step."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from bot.operations import shelf
from bot.operations.shelf import Series
from storage import schema
from storage.connecting import engine_for
from storage.copying import UnsoundFileError, check_sqlite, flushed, opened, put_in_place, unfinished
from storage.lockfile import LockFile

_CHUNK = 1 << 20
_SIDES = ("-wal", "-shm")


class Wish(Protocol):
    """What is wished for, as far as a file is concerned."""

    @property
    def file(self) -> Path:
        """The backup."""

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
    """Put a backup in the database's place and return where that is which was there; the bot must not run."""
    place = Path(url.database or "")
    if wish.file.with_name(f"{wish.file.name}-wal").exists():
        raise UnsoundFileError(
            "has a -wal file beside it: that is a database in use, or copied from one, and no backup"
        )
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with LockFile.beside(place), unfinished(place) as part:
        stands = place.exists() and place.stat().st_size > 0
        if stands and not wish.force:
            raise FileExistsError(17, f"there is a database at {place}; --force replaces it and keeps it aside")
        _copy(wish.file, part, progress)
        check_sqlite(part, called=str(wish.file))
        _make_ready(part, check)
        aside = _set_aside(place, now) if stands else None
        put_in_place(part, place)
    return aside


def _copy(source: Path, part: Path, progress: Callable[[int, int | None], object]) -> None:
    total, done = source.stat().st_size, 0
    part.touch(mode=0o600, exist_ok=False)
    with source.open("rb") as reading, part.open("wb") as writing:
        while chunk := reading.read(_CHUNK):
            writing.write(chunk)
            done += len(chunk)
            progress(done, total)


def _make_ready(part: Path, check: Callable[[Engine], None]) -> None:
    """Bring the copy up to date and look it over; then all of it is in its one file, on the disk."""
    engine = engine_for(URL.create("sqlite", database=str(part)))
    try:
        if schema.revision(engine) is None:
            raise UnsoundFileError("it holds no tables of Tertulia")
        schema.upgrade(engine)
        check(engine)
    finally:
        engine.dispose()
    with closing(opened(part)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    flushed(part)


def _set_aside(place: Path, now: datetime) -> Path:
    """Give the old database another name without ever leaving the place empty; its side files go with it."""
    aside = shelf.named(place.parent, Series.REPLACED, now, place.suffix.lstrip(".") or "sqlite3")
    with suppress(sqlite3.Error), closing(opened(place)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    try:
        aside.hardlink_to(place)
    except OSError:  # some file systems have no second names
        place.rename(aside)
    # Left in place, they would be taken for the new database's own, and spoil it.
    for side in _SIDES:
        with suppress(FileNotFoundError):
            place.with_name(place.name + side).rename(aside.with_name(aside.name + side))
    return aside
