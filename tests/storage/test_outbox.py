"""Facts about the outbox."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage import outbox
from storage.delivery_tables import OutboxMessage, OutboxStatus
from storage.engine import Database
from storage.outbox import Draft, Receipt
from tests.bot.delivery.rows import outbox_rows
from tests.clock import START

pytestmark = pytest.mark.both_databases
LATER = START + timedelta(minutes=1)


async def queued(database: Database, *texts: str, **more: Any) -> Sequence[OutboxMessage]:
    drafts = [Draft(chat_id=1, payload={"text": text}, **more) for text in texts]
    return await database.run(outbox.put, drafts, START)


def sent(row: OutboxMessage, message_id: int) -> Receipt:
    return Receipt(id=row.id, status=OutboxStatus.SENT, at=LATER, message_id=message_id, forget=row.forget)


async def test_rows_come_back_as_they_were_queued(database: Database) -> None:
    rows = await queued(database, "uno", "dos", slot="screen")
    again = await database.run(outbox.unsent)
    assert [vars(row) for row in again] == [
        {**vars(row), "error": None, "message_id": None, "sent_at": None} for row in rows
    ]
    assert rows[0].id < rows[1].id


async def test_the_unsent_come_in_pages_in_order(database: Database) -> None:
    rows = await queued(database, "uno", "dos", "tres")
    await database.run(outbox.settle, [sent(rows[1], 5)])
    first = await database.run(outbox.unsent, limit=1)
    rest = await database.run(outbox.unsent, after=first[0].id)
    assert [row.id for row in (*first, *rest)] == [rows[0].id, rows[2].id]


async def test_a_row_that_is_leaving_still_counts_as_unsent(database: Database) -> None:
    (row,) = await queued(database, "uno")
    await database.run(outbox.leaving, row.id)
    (found,) = await database.run(outbox.unsent)
    assert (found.status, found.attempts) == (OutboxStatus.SENDING, 1)


async def test_the_last_message_of_a_slot_is_found(database: Database) -> None:
    assert await database.run(outbox.message_in_slot, 1, "screen") is None
    rows = await queued(database, "uno", "dos", "tres", slot="screen")
    other = await queued(database, "otro", slot="elsewhere")
    await database.run(outbox.settle, [sent(rows[0], 11), sent(rows[1], 12), sent(other[0], 13)])
    assert await database.run(outbox.message_in_slot, 1, "screen") == 12
    assert await database.run(outbox.message_in_slot, 2, "screen") is None


async def test_what_is_to_be_forgotten_is_deleted_when_it_is_dealt_with(database: Database) -> None:
    (row,) = await queued(database, "adiós", forget=True)
    held_back = replace(sent(row, 1), status=OutboxStatus.PENDING)
    await database.run(outbox.settle, [held_back])
    assert len(await database.run(outbox_rows)) == 1
    await database.run(outbox.settle, [sent(row, 1)])
    assert await database.run(outbox_rows) == []


async def test_what_was_dealt_with_long_ago_is_known_with_what_took_its_place(database: Database) -> None:
    rows = await queued(database, "uno", "dos", "tres", slot="screen")
    (alone,) = await queued(database, "cuatro")
    await database.run(outbox.settle, [sent(rows[0], 11), sent(rows[1], 12), sent(alone, 13)])
    found = await database.run(outbox.settled, LATER, 10)
    told = [(row.id, row.arrived, row.overtaken) for row in found]
    assert told == [(rows[0].id, True, True), (rows[1].id, True, False), (alone.id, True, False)]
    assert await database.run(outbox.settled, START, 10) == []


async def test_the_longest_waiting_call_is_known(database: Database) -> None:
    assert await database.run(outbox.oldest_unsent_at) is None
    await queued(database, "uno")
    assert await database.run(outbox.oldest_unsent_at) == START
