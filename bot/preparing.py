"""The tables of an SQLite file brought up to date in a process of its own: the 12 MiB that this loads end with it."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import closing

from sqlalchemy.engine import make_url

from storage import schema
from storage.engine import Database


async def prepare(url: str) -> None:
    """Bring a file's tables up to date; whatever cannot be done is told by the opening that follows."""
    asked = make_url(url)
    if asked.get_backend_name() != "sqlite" or not asked.database or _revision(asked.database) == schema.newest():
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.preparing", stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
    )
    await process.communicate(url.encode())


def _revision(path: str) -> str | None:
    """Return the revision of a file without writing to it; nothing where there are no tables of ours."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


async def _open_and_close(url: str) -> None:
    database = Database(url)
    try:
        await database.open()
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_open_and_close(sys.stdin.read()))
