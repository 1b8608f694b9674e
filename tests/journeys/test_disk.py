"""A disk that is full, read-only or broken: the learner's words wait, the operator reads one line."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.engine import Database
from tests.bot.test_command_line import last_line, run
from tests.journeys.conftest import PERFECT, Tutor
from tests.journeys.learner import Learner

MANY_PAGES = 1_073_741_823
TOKEN = "123456:abc"


@contextmanager
def pragma(database: Database, broken: str, mended: str) -> Iterator[None]:
    """Let the one writer's connection meet a disk that is no good, until the end of the block."""

    def on_the_writer(statement: str) -> None:
        database._writing().connection.driver_connection.execute(statement)  # type: ignore[union-attr]  # it is open

    database._writers.submit(on_the_writer, f"PRAGMA {broken}").result()
    try:
        yield
    finally:
        database._writers.submit(on_the_writer, f"PRAGMA {mended}").result()


async def pages(database: Database) -> int:
    def counted(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    return await database.run(counted)


async def begun(ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")


async def test_words_said_to_a_full_disk_are_answered_when_there_is_room_again(
    tutor: Tutor, ana: Learner, caplog: pytest.LogCaptureFixture
) -> None:
    await begun(ana)
    with pragma(tutor.database, f"max_page_count={await pages(tutor.database)}", f"max_page_count={MANY_PAGES}"):
        for number in range(200):
            tutor.fake.new_update(message=ana.message("/help" if number else PERFECT[0]))
        await asyncio.sleep(60)
        assert not tutor.fake.confirmed.is_set()
    await tutor.world.settle()
    assert "the disk is full" in caplog.text
    assert PERFECT[0] not in caplog.text
    assert await tutor.count("scenario_turns") == 1
    assert await tutor.count("inbox", "status <> 'done'") == 0
    assert await tutor.count("outbox", "status <> 'sent'") == 0


async def test_words_said_to_a_read_only_file_are_answered_when_it_can_be_written_again(
    tutor: Tutor, ana: Learner
) -> None:
    await begun(ana)
    with pragma(tutor.database, "query_only=ON", "query_only=OFF"):
        tutor.fake.new_update(message=ana.message(PERFECT[0]))
        await asyncio.sleep(60)
        assert not tutor.fake.confirmed.is_set()
    await tutor.world.settle()
    assert await tutor.count("scenario_turns") == 1


async def test_an_answer_that_was_sent_while_the_disk_was_full_is_not_sent_again(tutor: Tutor, ana: Learner) -> None:
    await begun(ana)
    await tutor.settled()
    sent = len(tutor.fake.changes)
    tutor.fake.new_update(message=ana.message("/help"))
    while len(tutor.fake.changes) == sent:  # noqa: ASYNC110 - one pass of the loop
        await asyncio.sleep(0)
    with pragma(tutor.database, "query_only=ON", "query_only=OFF"):
        await asyncio.sleep(60)
    await tutor.world.settle()
    assert len(tutor.fake.changes) == sent + 1
    assert await tutor.count("outbox", "status <> 'sent'") == 0


@pytest.mark.real_time
def test_a_file_that_is_no_database_is_named_in_one_line_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tertulia.sqlite3"
    file.write_text("these are a learner's notes, not a database\n" * 100)
    said = run("run", TUTOR_DATA_DIR=str(tmp_path), TUTOR_TELEGRAM_TOKEN=TOKEN)
    assert (said.returncode, last_line(said)) == (
        2,
        "TUTOR_DATA_DIR: the database cannot be used: file is not a database",
    )
    assert file.read_text().startswith("these are a learner's notes")


@pytest.mark.real_time
def test_a_second_process_on_one_file_is_refused_in_one_line(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tertulia.sqlite3'}")
    asyncio.run(database.open())
    said = run("run", TUTOR_DATA_DIR=str(tmp_path), TUTOR_TELEGRAM_TOKEN=TOKEN)
    asyncio.run(database.close())
    assert said.returncode == 1
    assert last_line(said).startswith("another Tertulia (process ")
