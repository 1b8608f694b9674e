"""One process at a time beside a SQLite file."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.lockfile import LockedError, LockFile

HOLDER = """
import sys
from pathlib import Path
from storage.lockfile import LockFile
LockFile(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_taker_is_told_which_process_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "t.lock"
    with LockFile(path), pytest.raises(LockedError, match=rf"another Tertulia \(process {os.getpid()}\)"):
        LockFile(path).acquire()


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "t.lock"
    with LockFile(path):
        pass
    with LockFile(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_the_lock_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with LockFile.beside(tmp_path / "tertulia.sqlite3"):
        assert stat.S_IMODE((tmp_path / "tertulia.sqlite3.lock").stat().st_mode) == 0o600


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "t.lock"
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=rf"process {holder.pid}"):
            LockFile(path).acquire()
        holder.kill()
        holder.wait()
        LockFile(path).acquire()


def test_something_else_in_the_file_is_not_taken_for_a_process(tmp_path: Path) -> None:
    path = tmp_path / "t.lock"
    with LockFile(path):
        path.write_text("not a number")
        with pytest.raises(LockedError, match=r"^another Tertulia uses this database$"):
            LockFile(path).acquire()
