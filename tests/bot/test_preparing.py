"""A new SQLite file gets its tables without the bot's own process loading what lays them."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import preparing
from storage import schema


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_the_tables_are_laid_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tertulia.sqlite3"
    asyncio.run(preparing.prepare(f"sqlite:///{path}"))

    assert revision(path) == schema.newest()


def test_no_process_is_started_for_a_file_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'tertulia.sqlite3'}"
    asyncio.run(preparing.prepare(url))
    monkeypatch.setattr(sys, "executable", "/nowhere")

    asyncio.run(preparing.prepare(url))


def test_what_cannot_be_prepared_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.sqlite3"
    path.write_bytes(b"no database at all, but some other file that lies here")
    asyncio.run(preparing.prepare(f"sqlite:///{path}"))

    assert path.read_bytes().startswith(b"no database")


def test_a_server_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")

    asyncio.run(preparing.prepare("postgresql://nobody@127.0.0.1:1/none"))
