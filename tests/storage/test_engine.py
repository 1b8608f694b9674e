"""Facts about transactions: all or nothing, in whole, and safe to run twice."""

import asyncio
import sqlite3
import stat
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage import schema, users
from storage.engine import Database, is_outage
from tests.clock import START

ANA = 7_000_000_001
WORDS = "a line of a learner"


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """Return a new SQLite database in a folder that does not exist yet."""
    database = Database(f"sqlite:///{tmp_path / 'new folder' / 'tutor.sqlite3'}")
    yield database
    await database.close()


def enrol(connection: Connection, user_id: int = ANA) -> int:
    users.visit(connection, user_id, "en", START)
    return users.count(connection)


def enrol_and_fail(connection: Connection) -> None:
    enrol(connection)
    raise RuntimeError


@pytest.mark.both_databases
async def test_a_use_case_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await database.run(enrol_and_fail)
    assert await database.run(users.count) == 0


@pytest.mark.both_databases
async def test_arguments_and_results_pass_through(database: Database) -> None:
    assert await database.run(enrol, user_id=1) == 1
    assert await database.run(enrol, 2) == 2


@pytest.mark.both_databases
async def test_reading_sees_what_is_committed_and_cannot_write(database: Database) -> None:
    await database.run(enrol)
    assert await database.read(users.count) == 1
    with pytest.raises(DBAPIError):
        await database.read(enrol, user_id=2)
    assert await database.run(users.count) == 1


@pytest.mark.both_databases
async def test_a_lost_race_is_run_again(database: Database) -> None:
    lost = iter([True, True])

    def use_case(connection: Connection) -> int:
        number = enrol(connection)
        if next(lost, False):
            race = OperationalError("x", None, Exception())
            race.orig = Exception()
            race.orig.sqlstate = "40001"  # type: ignore[attr-defined]
            raise race
        return number

    assert await database.run(use_case) == 1


@pytest.mark.both_databases
async def test_turns_of_one_learner_happen_one_after_the_other(database: Database) -> None:
    def count_up(connection: Connection) -> None:
        user, _ = users.visit(connection, ANA, "en", START)
        users.change(connection, ANA, prompt_hour=user.prompt_hour + 1)

    await asyncio.gather(*(database.run(count_up) for _ in range(12)))
    ana = await database.run(users.get, ANA)
    assert ana is not None
    assert ana.prompt_hour == 9 + 12


@pytest.mark.both_databases
@pytest.mark.parametrize("rest", ["1, 'unheard of', 0", "1, 'new', NULL", "1, 'new', 0"], ids=["check", "null", "key"])
async def test_the_words_of_a_learner_stay_out_of_error_texts(database: Database, rest: str) -> None:
    row = text(f"INSERT INTO inbox (body, received_at, update_id, status, attempts) VALUES (:body, :now, {rest})")  # noqa: S608 - a test's own words

    def refused(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(row, {"body": WORDS, "now": START})

    with pytest.raises(IntegrityError) as caught:
        await database.run(refused)
    assert WORDS not in "".join(traceback.format_exception(caught.value))
    assert not is_outage(caught.value)


@pytest.mark.both_databases
async def test_a_value_that_the_database_cannot_read_stays_out_of_error_texts(database: Database) -> None:
    def refused(connection: Connection) -> None:
        query = "CAST(:body AS integer)" if connection.dialect.name == "postgresql" else "json(:body)"
        connection.execute(text(f"SELECT {query}"), {"body": WORDS})

    with pytest.raises(DBAPIError) as caught:
        await database.run(refused)
    assert WORDS not in "".join(traceback.format_exception(caught.value))


async def test_the_file_is_its_owners_alone(empty: Database, tmp_path: Path) -> None:
    await empty.open()
    folder = tmp_path / "new folder"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    assert modes.pop("new folder") == 0o700
    assert set(modes.values()) == {0o600}


async def test_sqlite_keeps_what_it_committed_through_a_power_cut(empty: Database) -> None:
    await empty.open()

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await empty.run(pragmas) == ["wal", 2, 1]


async def test_an_index_is_sorted_on_the_disk_while_use_cases_are_undone_in_memory(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def where(connection: Connection) -> object:
        return connection.exec_driver_sql("PRAGMA temp_store").scalar()

    found: list[object] = []
    upgrade = schema.upgrade

    def watched(engine: Engine) -> None:
        with engine.connect() as connection:
            found.append(where(connection))
        upgrade(engine)

    monkeypatch.setattr(schema, "upgrade", watched)
    await empty.open()
    assert found == [0]
    assert await empty.run(where) == 2


async def test_a_locked_database_is_an_outage(empty: Database, tmp_path: Path) -> None:
    await empty.open()
    await empty.run(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=1"))
    with sqlite3.connect(tmp_path / "new folder" / "tutor.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as caught:
            await empty.run(enrol)
        other.execute("ROLLBACK")
    other.close()
    assert is_outage(caught.value)
    assert await empty.run(enrol) == 1


async def test_a_statement_that_cannot_work_is_no_outage(database: Database) -> None:
    with pytest.raises(OperationalError) as caught:
        await database.run(lambda connection: connection.exec_driver_sql("SELECT nothing FROM users"))
    assert not is_outage(caught.value)
