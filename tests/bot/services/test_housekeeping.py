"""Facts about what is deleted when: everything a week after it was dealt with, but what can still be answered."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from bot.services import housekeeping
from storage import outbox, prompts, runs
from storage.delivery_tables import OutboxMessage, OutboxStatus
from storage.engine import Database
from storage.memory_tables import PromptStatus, QuestionStatus
from storage.outbox import Draft, Receipt
from storage.prompts import NewPrompt
from storage.rows import table
from storage.tables import RunStatus
from tests.bot.delivery.rows import outbox_rows
from tests.clock import START
from tests.storage.learners import ANA, a_question, a_run

pytestmark = pytest.mark.both_databases

A_WEEK_ON = START + timedelta(days=7, seconds=1)


async def sent(database: Database, slot: str | None, message_id: int | None, *, days: int = 0) -> OutboxMessage:
    at = START + timedelta(days=days)
    (row,) = await database.run(outbox.put, [Draft(chat_id=ANA, payload={"text": "hola"}, slot=slot)], at)
    receipt = Receipt(id=row.id, status=OutboxStatus.SENT, at=at, message_id=message_id)
    await database.run(outbox.settle, [receipt])
    return row


async def left(database: Database) -> Sequence[int]:
    return [row.id for row in await database.run(outbox_rows)]


async def test_a_message_without_a_place_goes_after_a_week_and_not_before(database: Database) -> None:
    row = await sent(database, None, 11)
    await database.run(housekeeping.forget_messages, START + timedelta(days=6))
    assert await left(database) == [row.id]
    assert await database.run(housekeeping.forget_messages, A_WEEK_ON) == 1
    assert await left(database) == []


async def test_what_is_not_sent_yet_stays_however_old_it_is(database: Database) -> None:
    (row,) = await database.run(outbox.put, [Draft(chat_id=ANA)], START)
    await database.run(housekeeping.forget_messages, A_WEEK_ON)
    assert await left(database) == [row.id]


async def test_the_message_of_a_question_that_stands_is_found_for_ever_without_its_content(database: Database) -> None:
    question = await database.run(a_question)
    slot = f"question:{question}"
    await sent(database, slot, 11)
    row = await sent(database, slot, 12)
    await database.run(housekeeping.forget_messages, A_WEEK_ON + timedelta(days=400))
    (kept,) = await database.run(outbox_rows)
    assert (kept.id, kept.payload) == (row.id, None)
    assert await database.run(outbox.message_in_slot, ANA, slot) == 12
    assert await database.run(outbox.slot_of_message, ANA, 12) == slot


async def test_the_screen_of_a_parked_scene_is_found_for_ever(database: Database) -> None:
    run = await database.run(a_run, RunStatus.PARKED)
    await sent(database, f"run:{run}:screen", 11)
    await database.run(housekeeping.forget_messages, A_WEEK_ON)
    assert await database.run(outbox.message_in_slot, ANA, f"run:{run}:screen") == 11


async def test_nothing_is_left_of_what_was_answered_a_week_ago(database: Database) -> None:
    question = await database.run(a_question, QuestionStatus.ANSWERED)
    run = await database.run(a_run, RunStatus.COMPLETED)
    for slot in (f"question:{question}", f"run:{run}:screen", "scenes", "drill:5"):
        await sent(database, slot, 11)
    await database.run(housekeeping.forget_messages, A_WEEK_ON)
    assert await left(database) == []


async def test_what_was_kept_of_a_question_goes_a_week_after_it_is_answered(database: Database) -> None:
    question = await database.run(a_question)
    slot = f"question:{question}"
    await sent(database, slot, 11)
    await database.run(housekeeping.forget_messages, A_WEEK_ON)
    await database.run(answered, question)
    # The keyboard was found to be gone already: such a row has no message of its own.
    await sent(database, slot, None, days=30)
    await database.run(housekeeping.forget_messages, START + timedelta(days=31))
    assert len(await left(database)) == 2
    await database.run(housekeeping.forget_messages, START + timedelta(days=38))
    assert await left(database) == []


async def test_a_backlog_is_dealt_with_page_by_page(database: Database) -> None:
    def flood(connection: Connection) -> None:
        values = {"chat_id": ANA, "action": "send", "priority": 0, "payload": {}, "status": OutboxStatus.SENT}
        rows = [{**values, "attempts": 0, "created_at": START, "forget": False}] * (housekeeping.PAGE + 7)
        connection.execute(insert(table(OutboxMessage)), rows)

    await database.run(flood)
    pages = [await database.run(housekeeping.forget_messages, A_WEEK_ON) for _ in range(3)]
    assert pages == [housekeeping.PAGE, 7, 0]


async def test_a_scene_touched_a_moment_ago_is_not_parked(database: Database) -> None:
    run = await database.run(a_run)
    assert await database.run(housekeeping.park_idle_scenes, START + timedelta(minutes=29)) == 0
    assert await database.run(housekeeping.park_idle_scenes, START + timedelta(minutes=31)) == 1
    found = await database.run(runs.get, ANA, run)
    assert found is not None and found.status is RunStatus.PARKED  # noqa: PT018 - one fact


async def test_the_ledger_keeps_ninety_days_and_the_newest_worded_rows(database: Database) -> None:
    first = date(2026, 1, 1)
    worded = [0, 1, 2, 3, *range(100, 104)]
    await database.run(recorded, first, worded, 1)
    await database.run(recorded, first, [4, 5], None)
    folded = await database.run(prompts.fold, ANA, first + timedelta(days=90), 6)
    assert folded == 2
    assert await database.run(days_recorded, first) == [2, 3, 4, 5, *range(100, 104)]
    assert await database.run(prompts.fold, ANA, first + timedelta(days=90), 6) == 0


async def test_a_ledger_with_few_rows_keeps_them_all(database: Database) -> None:
    first = date(2026, 1, 1)
    await database.run(recorded, first, [0, 1, 2], 1)
    assert await database.run(prompts.fold, ANA, first + timedelta(days=900), 6) == 0


def answered(connection: Connection, question: int) -> None:
    connection.execute(text("UPDATE questions SET status = 'answered' WHERE id = :id"), {"id": question})


def recorded(connection: Connection, first: date, days: Sequence[int], wording: int | None) -> None:
    a_question(connection)
    for day in days:
        local_on = first + timedelta(days=day)
        status = PromptStatus.MISSED if wording is None else PromptStatus.SENT
        row = NewPrompt(user_id=ANA, local_on=local_on, planned_at=START, status=status, wording=wording)
        assert prompts.record(connection, row) is not None


def days_recorded(connection: Connection, first: date) -> Sequence[Any]:
    return sorted((row.local_on - first).days for row in prompts.latest(connection, ANA, 100))
