"""The commands as an operator types them: what they print, what they refuse in one line, and their exit codes."""

import os
import resource
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from storage.lockfile import LockFile
from tests.bot import test_command_line

SMALL = 100_000
LEFT = (
    "UPDATE inbox SET status = 'new', received_at = '2026-01-01 00:00:00.000000'"
    " WHERE update_id = (SELECT min(update_id) FROM inbox)"
)


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, **settings: str) -> Said:
    """Run a command in this process, with these settings and no others."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("TUTOR_")}
    result = CliRunner().invoke(app, arguments, env=unset | settings)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(autouse=True)
def _away_from_a_developers_own_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def data(played_sqlite: Path, tmp_path: Path) -> Path:
    """Return a data folder with a database in which learners have played."""
    shutil.copy(played_sqlite, tmp_path / "tertulia.sqlite3")
    return tmp_path


def query(data: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "tertulia.sqlite3", isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def on_a_full_disk() -> None:
    """Let no file of this process grow beyond a size: the nearest thing to a full disk that needs no disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))


def test_backup_restore_doctor_as_a_drill(data: Path) -> None:
    kept = run("backup", TUTOR_DATA_DIR=str(data))
    assert kept.returncode == 0, kept.stderr
    (file,) = (data / "backups").iterdir()
    assert kept.stdout.startswith(f"{file} (")
    query(data, "DELETE FROM cards")
    again = run("restore", str(file), TUTOR_DATA_DIR=str(data))
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "--force" in again.stderr
    back = run("restore", str(file), "--force", TUTOR_DATA_DIR=str(data))
    assert back.returncode == 0, back.stderr + back.stdout
    assert back.stdout.startswith(f"Restored {file}: 2 learners, 1 completions, ")
    assert "kept as" in back.stdout
    sound = run("doctor", TUTOR_DATA_DIR=str(data))
    assert sound.returncode == 0, sound.stdout
    assert sound.stdout.endswith("checks, all sound.\n")


def test_the_doctor_finds_while_the_bot_runs_and_mends_once_it_is_stopped(data: Path) -> None:
    query(data, "UPDATE cards SET reps = 70 WHERE id = 1")
    query(data, LEFT)
    with LockFile.beside(data / "tertulia.sqlite3"):
        found = run("doctor", TUTOR_DATA_DIR=str(data))
        kept_out = run("doctor", "--repair", TUTOR_DATA_DIR=str(data))
    assert found.returncode == 1
    assert "BROKEN   memory: 1 cards that are not what their review log gives (1); --repair mends it\n" in found.stdout
    assert "BROKEN   inbox: 1 updates not handled for an hour (" in found.stdout
    assert (kept_out.returncode, kept_out.stderr.count("\n")) == (1, 1)
    assert "another Tertulia (process" in kept_out.stderr
    mended = run("doctor", "--repair", TUTOR_DATA_DIR=str(data))
    assert mended.returncode == 1
    assert "mended   memory: 1 cards" in mended.stdout
    assert "1 with something left to do" in mended.stdout
    query(data, "UPDATE inbox SET status = 'done' WHERE status = 'new'")
    assert run("doctor", TUTOR_DATA_DIR=str(data)).returncode == 0


def test_a_full_disk_is_one_line_and_leaves_what_was_there(data: Path) -> None:
    full = test_command_line.run("backup", TUTOR_DATA_DIR=str(data), before=on_a_full_disk)
    assert full.returncode == 1
    assert full.stderr.startswith(f"no backup was made in {data / 'backups'}: ")
    assert full.stderr.count("\n") == 1
    assert list((data / "backups").iterdir()) == []

    assert run("backup", TUTOR_DATA_DIR=str(data)).returncode == 0
    (file,) = (data / "backups").iterdir()
    before = (data / "tertulia.sqlite3").read_bytes()
    halted = test_command_line.run("restore", str(file), "--force", TUTOR_DATA_DIR=str(data), before=on_a_full_disk)
    assert (halted.returncode, halted.stderr) == (1, f"{file} was not restored: File too large\n")
    assert (data / "tertulia.sqlite3").read_bytes() == before
    assert sorted(path.name for path in data.iterdir()) == ["backups", "tertulia.sqlite3", "tertulia.sqlite3.lock"]


def test_without_a_database_there_is_nothing_to_look_over_or_to_keep(tmp_path: Path) -> None:
    for command in ("doctor", "backup"):
        said = run(command, TUTOR_DATA_DIR=str(tmp_path))
        assert (said.returncode, said.stderr.count("\n")) == (1, 1)
        assert f"there is no database at {tmp_path / 'tertulia.sqlite3'}" in said.stderr
    assert not (tmp_path / "tertulia.sqlite3").exists()


def test_a_wrong_setting_is_named_with_its_own_exit_code() -> None:
    said = run("backup", TUTOR_DATABASE_URL="mysql://ana@db/tertulia")
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert said.stderr.startswith("TUTOR_DATABASE_URL: ")


def test_an_unreachable_server_is_one_line_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://tutor:s3cr3t-word@127.0.0.1:1/none"
    for command in ("doctor", "backup"):
        said = run(command, TUTOR_DATABASE_URL=url, TUTOR_DATA_DIR=str(tmp_path))
        assert (said.returncode, said.stderr.count("\n")) == (1, 1)
        assert "s3cr3t-word" not in said.stderr


def test_a_damaged_database_is_found_by_the_doctor(data: Path) -> None:
    path = data / "tertulia.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * 40_960 + whole[49_152:])
    said = run("doctor", TUTOR_DATA_DIR=str(data))
    assert said.returncode == 1
    assert "BROKEN   file" in said.stdout or "malformed" in said.stderr
    assert "Traceback" not in said.stderr
