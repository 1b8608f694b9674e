"""Facts about what columns keep."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, StatementError

from storage import inbox, outbox, users
from storage.columns import UtcDateTime
from storage.delivery_tables import Action
from storage.engine import Database
from storage.inbox import RawUpdate
from storage.outbox import Draft
from tests.bot.delivery.rows import inbox_rows, outbox_rows
from tests.clock import START

DIALECT = sqlite.dialect()
KATHMANDU = timezone(timedelta(hours=5, minutes=45))
ZONES = some.builds(timezone, some.timedeltas(min_value=timedelta(hours=-23), max_value=timedelta(hours=23)))
# Away from the first and last year, where changing the zone leaves the calendar.
INSTANTS = some.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone


@given(INSTANTS)
def test_an_instant_of_any_zone_comes_back_as_the_same_instant_in_utc(instant: datetime) -> None:
    column = UtcDateTime()
    stored = column.process_bind_param(instant, DIALECT)
    assert stored is not None
    back = column.process_result_value(stored.replace(tzinfo=None), DIALECT)
    assert back == instant
    assert back is not None
    assert back.tzinfo is UTC


@pytest.mark.both_databases
async def test_instants_survive_the_database(database: Database) -> None:
    there = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=KATHMANDU)
    await database.run(users.visit, 1, "en", there)
    ana = await database.run(users.get, 1)
    assert ana is not None
    assert ana.last_seen_at == there
    assert ana.last_seen_at.tzinfo is UTC


@pytest.mark.both_databases
async def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises((StatementError, ValueError), match="zone"):
        await database.run(users.visit, 1, "en", datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake in question


@pytest.mark.both_databases
async def test_ids_have_sixty_four_bits(database: Database) -> None:
    await database.run(users.visit, 7_000_000_000, "en", START)
    await database.run(inbox.accept, [RawUpdate(update_id=2**62, chat_id=-1_001_234_567_890, body="{}")], START)
    (row,) = await database.run(inbox_rows)
    assert (row.update_id, row.chat_id) == (2**62, -1_001_234_567_890)
    assert await database.run(users.get, 7_000_000_000) is not None


@pytest.mark.both_databases
async def test_enums_are_stored_by_value_and_others_refused(database: Database) -> None:
    await database.run(outbox.put, [Draft(chat_id=1, action=Action.EDIT)], START)

    def raw(connection: Connection) -> object:
        return connection.scalar(text("SELECT action FROM outbox"))

    def wrong(connection: Connection) -> None:
        connection.execute(text("UPDATE outbox SET action = 'dance'"))

    assert await database.run(raw) == "edit"
    with pytest.raises(DBAPIError):
        await database.run(wrong)
    (row,) = await database.run(outbox_rows)
    assert row.action is Action.EDIT


@pytest.mark.both_databases
async def test_a_payload_comes_back_with_its_types(database: Database) -> None:
    payload = {"text": "¿qué? 😀\n", "n": 1, "deep": {"list": [None, True, 1.5]}}
    await database.run(outbox.put, [Draft(chat_id=1, payload=payload)], START)
    (row,) = await database.run(outbox_rows)
    assert row.payload == payload
