"""A restore puts back what was kept, loses nothing that stood there, and refuses whatever is no backup."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from bot.operations import into_postgres, postgres
from bot.operations.backup import Order, back_up
from bot.operations.restore import Restored, RestoreError, Wish, restore
from storage import schema
from storage.connecting import engine_for
from storage.lockfile import LockFile
from tests import databases
from tests.bot import test_command_line
from tests.bot.operations.conftest import NOW


def put(file: Path, url: str, *, force: bool = False) -> Restored:
    return restore(Wish(file=file, database_url=url, folder=file.parent, force=force), NOW)


def refusal(file: Path, url: str, *, force: bool = False) -> str:
    with pytest.raises(RestoreError) as refused:
        put(file, url, force=force)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def change(url: str, *statements: str) -> None:
    engine = engine_for(make_url(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def names_of_learners(url: str) -> list[int]:
    engine = engine_for(make_url(url))
    with engine.begin() as connection:
        found = list(connection.execute(text("SELECT id FROM users ORDER BY id")).scalars())
    engine.dispose()
    return found


@pytest.fixture
def kept(played: Engine, played_url: str, tmp_path: Path) -> Path:
    played.dispose()
    return back_up(Order(database_url=played_url, folder=tmp_path / "kept", keep=None), NOW).path


def test_what_was_deleted_since_comes_back_and_what_stood_there_is_kept_aside(kept: Path, played_url: str) -> None:
    before = names_of_learners(played_url)
    change(played_url, "DELETE FROM users")
    restored = put(kept, played_url, force=True)
    assert names_of_learners(played_url) == before
    assert restored.rows["learners"] == 2
    assert restored.rows["completions"] == 1
    assert list(restored.findings) == []
    assert restored.replaced is not None
    put(restored.replaced, played_url, force=True)
    assert names_of_learners(played_url) == []


def test_a_database_that_is_there_is_not_overwritten_unasked(kept: Path, played_url: str) -> None:
    change(played_url, "DELETE FROM users")
    assert "--force" in refusal(kept, played_url)
    assert names_of_learners(played_url) == []


def test_a_backup_of_a_newer_version_is_refused_and_nothing_changes(
    kept: Path, played_url: str, tmp_path: Path
) -> None:
    before = names_of_learners(played_url)
    change(played_url, "UPDATE alembic_version SET version_num = '9999'")
    newer = back_up(Order(database_url=played_url, folder=tmp_path / "newer", keep=None), NOW).path
    change(played_url, "UPDATE alembic_version SET version_num = '{}'".replace("{}", str(schema.newest())))
    assert "newer version" in refusal(newer, played_url, force=True)
    assert names_of_learners(played_url) == before
    put(kept, played_url, force=True)


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    engine = engine_for(make_url(f"sqlite:///{old}"))
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0001")
    engine.dispose()
    restored = put(old, f"sqlite:///{tmp_path}/new/tertulia.sqlite3")
    assert restored.replaced is None
    engine = engine_for(make_url(f"sqlite:///{tmp_path}/new/tertulia.sqlite3"))
    assert schema.revision(engine) == schema.newest()
    engine.dispose()


def test_a_running_bot_keeps_a_restore_out(kept: Path, played_url: str, played: Engine) -> None:
    if played_url.startswith("sqlite"):
        with LockFile.beside(Path(str(make_url(played_url).database))):
            assert "another Tertulia (process" in refusal(kept, played_url, force=True)
    else:
        with played.connect():
            assert "1 other connection(s) use the database" in refusal(kept, played_url, force=True)


KILLED = {
    "before anything comes in": "kill -KILL $PPID",
    "and what comes in goes on without it": 'kill -KILL $PPID; exec "{real}" "$@"',
    "after everything has come in": '"{real}" "$@"; kill -KILL $PPID',
}


def killed(moment: str, folder: Path, kept: Path, url: str) -> None:
    """Restore as an operator does, by way of a pg_restore that kills whoever has called it."""
    tool = folder / "tools" / "pg_restore"
    tool.parent.mkdir()
    real = postgres._found("pg_restore")
    tool.write_text(f'#!/bin/sh\ncase "$*" in *--list*) exec "{real}" "$@";; esac\n{moment.format(real=real)}\n')
    tool.chmod(0o700)
    path = f"{tool.parent}:{os.environ['PATH']}"
    order = ("restore", str(kept), "--force")
    said = test_command_line.run(*order, PATH=path, TUTOR_DATABASE_URL=url, TUTOR_DATA_DIR=str(folder))
    assert said.returncode == -signal.SIGKILL
    while others(url):
        pass  # what was begun goes on, and keeps everybody else out as a running bot does


def others(url: str) -> int:
    engine = engine_for(make_url(url))
    with engine.connect() as connection:
        number = int(connection.scalar(into_postgres._OTHERS) or 0)
    engine.dispose()
    return number


@pytest.mark.parametrize("played_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("moment", KILLED.values(), ids=KILLED)
def test_a_restore_that_was_killed_is_put_right_by_the_next_one(
    kept: Path, played_url: str, tmp_path: Path, moment: str
) -> None:
    change(played_url, "DELETE FROM users WHERE id = 7000000002")
    killed(moment, tmp_path, kept, played_url)
    bot = test_command_line.run("chat", TUTOR_DATABASE_URL=played_url, TUTOR_DATA_DIR=str(tmp_path))
    assert bot.returncode == 1
    assert test_command_line.last_line(bot).startswith("a restore was cut short")
    assert "--force" in refusal(kept, played_url)
    assert names_of_learners(played_url) == [7000000001]
    restored = put(kept, played_url, force=True)
    assert names_of_learners(played_url) == [7000000001, 7000000002]
    assert restored.replaced is not None
    put(restored.replaced, played_url, force=True)
    assert names_of_learners(played_url) == [7000000001]


def test_what_is_no_backup_is_refused(played_sqlite: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tertulia.sqlite3"
    (tmp_path / "letter").write_text("Dear Ana")
    (tmp_path / "dump").write_bytes(b"PGDMP and so on")
    whole = played_sqlite.read_bytes()
    (tmp_path / "half.sqlite3").write_bytes(whole[: len(whole) // 2])
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as other:
        other.execute("CREATE TABLE songs (id INTEGER)")
    shutil.copy(played_sqlite, tmp_path / "live.sqlite3")
    (tmp_path / "live.sqlite3-wal").touch()
    cases = {
        "none": "No such file",
        "letter": "is no backup",
        "dump": "is a backup of PostgreSQL, but the configured database is SQLite",
        "half.sqlite3": "is damaged",
        "other.sqlite3": "holds no tables of Tertulia",
        "live.sqlite3": "has a -wal file beside it",
    }
    for name, why in cases.items():
        assert why in refusal(tmp_path / name, url)
    assert not (tmp_path / "tertulia.sqlite3").exists()
    assert list(tmp_path.glob(".*part*")) == []
    assert "is a backup of SQLite" in refusal(played_sqlite, databases.DEFAULT_SERVER)


def test_what_stood_in_the_side_files_is_not_mixed_with_what_comes_back(kept: Path, tmp_path: Path) -> None:
    if kept.suffix != ".sqlite3":
        return
    place = tmp_path / "tertulia.sqlite3"
    source = engine_for(make_url(f"sqlite:///{place}"))
    with source.begin() as connection:
        connection.execute(text("DELETE FROM prompt_schedule"))
    # As a killed bot leaves it: a write-ahead log beside the file.
    shutil.copy(f"{place}-wal", tmp_path / "wal")
    source.dispose()
    shutil.copy(tmp_path / "wal", f"{place}-wal")
    restored = put(kept, f"sqlite:///{place}", force=True)
    assert list(restored.findings) == []
    assert not Path(f"{place}-wal").exists()
