"""Facts about group commit: one commit for many use cases, each kept or undone by itself."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, event, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from storage import users
from storage.engine import Database
from storage.rows import table
from storage.tables import User
from tests.clock import START

OPEN_FILES = Path("/proc/self/fd")

_users = table(User)


class BugError(Exception):
    """A bug of ours."""


def enrol(connection: Connection, user_id: int, *, fails: bool = False) -> int:
    users.visit(connection, user_id, "en", START)
    if fails:
        raise BugError
    return user_id


def counted(database: Database, name: str) -> list[int]:
    """Count how often something happens on the connections of a database."""
    times = [0]
    event.listen(database._engine, name, lambda *_: times.__setitem__(0, times[0] + 1))
    return times


async def known(database: Database) -> set[int]:
    return await database.run(lambda connection: set(connection.execute(text("SELECT id FROM users")).scalars()))


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    commits = counted(database, "commit")
    assert await asyncio.gather(*(database.run(enrol, number) for number in range(1, 21))) == list(range(1, 21))
    assert commits[0] == 1


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="the open files of a process are seen in /proc")
async def test_what_undoes_one_of_a_group_is_kept_in_no_file(database: Database) -> None:
    await database.run(_enrol_all, list(range(1, 2001)))
    files: list[set[str]] = []

    def change_all(connection: Connection, at: datetime) -> None:
        connection.execute(update(_users).values(last_seen_at=at))
        files.append({file.resolve().name for file in OPEN_FILES.iterdir()})

    await asyncio.gather(*(database.run(change_all, START + timedelta(days=n)) for n in range(1, 4)))
    assert len(files) == 3
    assert not [name for names in files for name in names if "etilqs" in name]  # as SQLite calls its own


async def test_what_comes_during_a_commit_shares_the_next(database: Database) -> None:
    commits = counted(database, "commit")
    loop, later = asyncio.get_running_loop(), list[asyncio.Task[int]]()

    def come(connection: Connection) -> None:
        enrol(connection, 100)
        loop.call_soon_threadsafe(lambda: later.extend(loop.create_task(database.run(enrol, n)) for n in range(1, 6)))

    await database.run(come)
    await asyncio.sleep(0)
    assert await asyncio.gather(*later) == [1, 2, 3, 4, 5]
    assert commits[0] == 2


async def test_what_nobody_waits_for_joins_whoever_comes_next(database: Database) -> None:
    commits = counted(database, "commit")
    given: list[int] = []
    along = asyncio.create_task(database.run_along(_enrol_all, lambda: list(given), within=60))
    await asyncio.sleep(0.01)
    given.append(7)  # at the last moment
    await database.run(enrol, 1)
    await along
    assert commits[0] == 1
    assert await known(database) == {1, 7}


@pytest.mark.both_databases
async def test_what_nobody_waits_for_is_run_by_itself_in_time_or_when_somebody_hurries(database: Database) -> None:
    await database.run_along(_enrol_all, lambda: [1], within=0.01)
    along = asyncio.create_task(database.run_along(_enrol_all, lambda: [2], within=60))
    await asyncio.sleep(0)
    database.hurry()
    await along
    assert await known(database) == {1, 2}


async def test_who_gives_up_riding_along_takes_nothing_with_them(database: Database) -> None:
    along = asyncio.create_task(database.run_along(_enrol_all, lambda: [2], within=60))
    await asyncio.sleep(0)
    along.cancel()
    await asyncio.gather(along, return_exceptions=True)
    await database.run(enrol, 1)
    assert await known(database) == {1}


def _enrol_all(connection: Connection, given: list[int]) -> None:
    for number in given:
        enrol(connection, number)


@pytest.mark.both_databases
async def test_a_member_that_fails_is_undone_alone(database: Database) -> None:
    failing = {3, 4, 9}
    outcomes = await asyncio.gather(
        *(database.run(enrol, number, fails=number in failing) for number in range(1, 11)), return_exceptions=True
    )
    assert {number for number, outcome in enumerate(outcomes, 1) if isinstance(outcome, BugError)} == failing
    assert await known(database) == set(range(1, 11)) - failing


async def test_after_a_failed_commit_each_member_is_run_again_alone(database: Database) -> None:
    fail = iter([True])

    def refuse(_connection: Connection) -> None:
        if next(fail, False):
            raise full()

    event.listen(database._engine, "commit", refuse)
    assert await asyncio.gather(*(database.run(enrol, number) for number in range(1, 6))) == [1, 2, 3, 4, 5]
    assert await known(database) == {1, 2, 3, 4, 5}


async def test_a_full_disk_in_one_member_takes_no_other_with_it(database: Database) -> None:
    def too_much(connection: Connection) -> None:
        enrol(connection, 100)
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        try:
            connection.execute(text("CREATE TABLE filler AS SELECT randomblob(1000000) AS body"))
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count=1073741823")

    members = [database.run(enrol, number) for number in (1, 2)], database.run(too_much), database.run(enrol, 3)
    first, second, failed, last = await asyncio.gather(*members[0], *members[1:], return_exceptions=True)
    assert isinstance(failed, OperationalError)
    assert (first, second, last) == (1, 2, 3)
    assert await known(database) == {1, 2, 3}


async def test_whoever_gives_up_waiting_disturbs_nobody(database: Database) -> None:
    tasks = [asyncio.create_task(database.run(enrol, number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    assert await asyncio.gather(*tasks, return_exceptions=True) != [1, 2, 3]
    assert {1, 3} <= await known(database)


@settings(max_examples=30, deadline=None)
@given(some.lists(some.sampled_from(["fine", "bug", "refused"]), min_size=1, max_size=12))
def test_however_members_end_each_gets_its_own_outcome(sqlite_template: Path, ways: list[str]) -> None:
    moves: dict[str, Callable[[Connection, int], Any]] = {
        "fine": enrol,
        "bug": lambda connection, number: enrol(connection, number, fails=True),
        "refused": lambda connection, _number: connection.execute(text("INSERT INTO users (id) VALUES (1)")),
    }

    async def play(folder: str) -> None:
        database = Database(f"sqlite:///{shutil.copy(sqlite_template, folder)}")
        outcomes = await asyncio.gather(
            *(database.run(moves[way], number) for number, way in enumerate(ways, 1)), return_exceptions=True
        )
        kinds = {"fine": int, "bug": BugError, "refused": DBAPIError}
        assert all(isinstance(outcome, kinds[way]) for way, outcome in zip(ways, outcomes, strict=True))
        assert await known(database) == {number for number, way in enumerate(ways, 1) if way == "fine"}
        await database.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(folder))


def full() -> OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("COMMIT", None, error)
