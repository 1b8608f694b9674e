"""A copy of a whole database while it is in use, and what a file must be to be taken for one."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

HEADER = b"SQLite format 3\x00"
_STEPS = 1_000  # of SQLite's machine between two looks at whether to stop: far less than a millisecond
SOUND = "ok"


class UnsoundFileError(Exception):
    """A file is no whole database."""


def copy_sqlite(source: Path, target: Path, stopped: Callable[[], bool] = lambda: False) -> None:
    """Write all that is committed in a database into a new file, private to its owner, and have it on the disk.

    It runs on a connection of its own beside the bot, which goes on writing meanwhile.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(opened(source, stopped=stopped)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError:
        if not stopped():
            # Of a damaged database SQLite says that the copy cannot be opened.
            check_sqlite(source, called="the database")
        raise
    check_sqlite(target, stopped, called="the copy")
    flushed(target)


def check_sqlite(path: Path, stopped: Callable[[], bool] = lambda: False, *, called: str) -> None:
    """Raise unless a file, called so in the error's words, is a whole SQLite database."""
    with path.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise UnsoundFileError(f"{called} is not an SQLite database")
    try:
        with closing(opened(path, mode="ro", stopped=stopped)) as connection:
            told = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if stopped():
            raise
        raise UnsoundFileError(f"{called} is damaged: {error}") from None
    if told != SOUND:
        raise UnsoundFileError(f"{called} is damaged: {' '.join(told.split())}")


def opened(path: Path, *, mode: str = "rw", stopped: Callable[[], bool] = lambda: False) -> sqlite3.Connection:
    """Open a file that is there; whatever runs on the connection ends soon after `stopped` says so."""
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=10, isolation_level=None)
    connection.set_progress_handler(lambda: int(stopped()), _STEPS)
    return connection


def flushed(path: Path) -> None:
    """Have a file on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def put_in_place(finished: Path, name: Path) -> None:
    """Give a finished file its name, in one step that a crash cannot halve."""
    finished.replace(name)
    folder = os.open(name.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Lend a name beside a file to write to; what has not been put in place by the end is gone."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    remains = [part.with_name(part.name + suffix) for suffix in ("", "-journal", "-wal", "-shm")]
    try:
        for each in remains:
            each.unlink(missing_ok=True)
        yield part
    finally:
        for each in remains:
            each.unlink(missing_ok=True)
