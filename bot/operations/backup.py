"""A backup: everything that is committed, in one file that is whole or not there, while the bot goes on."""

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

from sqlalchemy.engine import URL, make_url

from bot.operations import shelf
from bot.operations.postgres import StoppedError, ToolError, run_tool
from bot.operations.shelf import Series
from storage.copying import UnsoundFileError, copy_sqlite, flushed, put_in_place, unfinished

SQLITE, POSTGRES = "sqlite3", "dump"
_SECONDS = 0.1
_DAY_SECONDS = 86_400
Progress = Callable[[int, int | None], object]


class BackupError(Exception):
    """No backup was made; the one line says why."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be backed up, where to, in which series, and how many of that series are kept."""

    database_url: str
    folder: Path
    keep: int | None
    series: Series = Series.BY_HAND
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that was made."""

    path: Path
    size: int
    removed: int


def back_up(order: Order, now: datetime, progress: Progress = lambda _done, _total: None) -> Made:
    """Make a backup, then delete the oldest of its series; raise `BackupError` and leave nothing behind otherwise."""
    url = make_url(order.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    ending = SQLITE if sqlite else POSTGRES
    path = shelf.named(order.folder, order.series, now, ending)
    try:
        order.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep_up(order.folder, now)
        with unfinished(path) as part:
            (_copy if sqlite else _dump)(url, part, order, progress)
            put_in_place(part, path)
        removed = shelf.thin_out(order.folder, order.series, ending, order.keep)
    except (OSError, sqlite3.Error, ToolError, UnsoundFileError) as error:
        raise BackupError(f"no backup was made in {order.folder}: {reason(error)}") from None
    return Made(path=path, size=path.stat().st_size, removed=removed)


def reason(error: Exception) -> str:
    """Return the system's or the tool's own word for what went wrong, on one line."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip().splitlines()[0]


def _copy(url: URL, part: Path, order: Order, progress: Progress) -> None:
    source = Path(url.database or "")
    if not source.is_file():
        raise FileNotFoundError(2, f"there is no database at {source}")
    total = source.stat().st_size
    halted = Event()

    def stopped() -> bool:
        return halted.is_set() or order.stopped()

    with ThreadPoolExecutor(1, thread_name_prefix="backup") as copying:
        copied = copying.submit(copy_sqlite, source, part, stopped)
        try:
            while not wait_for([copied], timeout=_SECONDS).done:
                progress(_size(part), total)
            copied.result()
        except sqlite3.OperationalError:
            if stopped():
                raise StoppedError from None
            raise
        finally:
            halted.set()  # Ctrl-C must not wait for the whole copy


def _dump(url: URL, part: Path, order: Order, progress: Progress) -> None:
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    told = url.render_as_string(hide_password=False)
    run_tool(
        "pg_dump",
        ["--format=custom", f"--file={part}"],
        told,
        watch=lambda: progress(_size(part), None),
        stopped=order.stopped,
    )
    run_tool("pg_restore", ["--list", str(part)])
    flushed(part)


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _sweep_up(folder: Path, now: datetime) -> None:
    """Remove what backups left behind that were killed: nothing is still being written after a day."""
    for part in folder.glob(".tertulia*.part*"):
        with suppress(FileNotFoundError):
            if now.timestamp() - part.stat().st_mtime > _DAY_SECONDS:
                part.unlink()
