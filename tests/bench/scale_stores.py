"""Scratch databases for the bench of growth: made, filled, forgotten by the caches where that can be done, removed."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from storage.engine import Database
from tests.bench import scale_rows
from tests.databases import DEFAULT_SERVER, URL_VARIABLE, on_server

BYTES_A_LEARNER = 12_000  # a generous guess, side files included, by which a full disk is refused beforehand


class Store:
    """A filled database: its URL, its size, and how its pages are made to leave memory."""

    def __init__(self, url: str, size: Callable[[], int], chill: Callable[[], None] | None) -> None:
        self.url = url
        self.size = size
        self.chill = chill


@contextmanager
def sqlite_store(learners: int, tell: Callable[[str], None]) -> Iterator[Store]:
    """Yield a SQLite database of so many learners in a folder of its own, which goes at the end."""
    folder = Path(tempfile.mkdtemp(prefix="tertulia-scale-"))
    try:
        _refuse_a_small_disk(folder, learners)
        path = folder / "tutor.sqlite3"
        url = f"sqlite:///{path}"
        asyncio.run(_open(url))
        engine = create_engine(url)
        with engine.connect() as connection:
            # Nobody needs this file after a crash: it is written without a journal.
            raw = connection.connection.driver_connection
            assert raw is not None
            for pragma in ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=OFF", "cache_size=-262144"):
                raw.execute(f"PRAGMA {pragma}")
            scale_rows.fill(connection, learners, tell)
            connection.commit()
            raw.execute("PRAGMA journal_mode=WAL")
        engine.dispose()
        yield Store(url, lambda: path.stat().st_size, lambda: _forget_pages(path))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_store(learners: int, tell: Callable[[str], None]) -> Iterator[Store]:
    """Yield a database of so many learners on the server at hand, dropped at the end."""
    server, name = os.environ.get(URL_VARIABLE, DEFAULT_SERVER), f"tertulia_scale_{uuid4().hex[:12]}"
    _refuse_a_small_disk(Path(tempfile.gettempdir()), learners)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            url = on_server(server, name)
            asyncio.run(_open(url))
            _fill_postgres(url, learners, tell)
            yield Store(url, lambda: _one(admin, "SELECT pg_database_size(%s)", name), None)
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _fill_postgres(url: str, learners: int, tell: Callable[[str], None]) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET maintenance_work_mem = '256MB'"))
        scale_rows.fill(connection, learners, tell)
        # The ids were given by hand: the counters go on behind them.
        for table in ("vocabulary_items", "cards", "scenario_runs", "review_prompts", "outbox"):
            last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 - our own words
            connection.execute(text(last))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    engine.dispose()


async def _open(url: str) -> None:
    database = Database(url)
    await database.open()
    await database.close()


def _one(connection: psycopg.Connection, query: str, *values: str) -> int:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return int(row[0])


def _forget_pages(path: Path) -> None:
    """Ask the kernel to let go of a file's pages; what is written must be on the disk for that."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def _refuse_a_small_disk(folder: Path, learners: int) -> None:
    needed, free = 2 * learners * BYTES_A_LEARNER, shutil.disk_usage(folder).free
    if needed > free:
        raise SystemExit(
            f"bench-scale: {learners:,} learners may need {needed / 1e9:.1f} GB in {folder}, "
            f"which has {free / 1e9:.1f} GB free. Choose fewer: make bench-scale SIZES=10000,100000"
        )
