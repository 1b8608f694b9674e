"""Facts about group commit on PostgreSQL, and about the wire its statements go over."""

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage import inbox, outbox, users
from storage.delivery_tables import OutboxStatus
from storage.engine import Database, is_outage
from storage.inbox import RawUpdate
from storage.outbox import Draft, Receipt
from tests.clock import START

pytestmark = [pytest.mark.several_processes, pytest.mark.real_time]

MANY = 300


class BugError(Exception):
    """A bug of ours."""


def enrol(connection: Connection, user_id: int, runs: list[int] | None = None, *, fails: bool = False) -> int:
    if runs is not None:
        runs.append(user_id)
    users.visit(connection, user_id, "en", START)
    if fails:
        raise BugError
    return user_id


def refused(connection: Connection, user_id: int) -> None:
    enrol(connection, user_id)
    connection.execute(text("INSERT INTO users (id) VALUES (1)"))


def own_end(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def cut_off(connection: Connection, user_id: int) -> None:
    """Lose the connection in the middle of a transaction."""
    enrol(connection, user_id)
    end(connection.engine.url.render_as_string(hide_password=False), own_end(connection))
    users.visit(connection, user_id, "en", START)


def end(url: str, number: int | None = None) -> None:
    """End one connection of a database, or every one."""
    server = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid = COALESCE(%s, pid)",
            (number,),
        )


async def known(database: Database) -> set[int]:
    return await database.run(lambda connection: set(connection.execute(text("SELECT id FROM users")).scalars()))


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    commits = [0]
    event.listen(database._engine, "commit", lambda *_: commits.__setitem__(0, commits[0] + 1))
    assert await asyncio.gather(*(database.together(enrol, number) for number in range(1, 21))) == list(range(1, 21))
    assert commits[0] == 1


async def test_each_member_gets_its_own_outcome_and_hardly_any_is_run_again(database: Database) -> None:
    failing, refusing, runs = {3, 4, 9}, {6}, list[int]()
    outcomes = await asyncio.gather(
        *(
            database.together(refused, number)
            if number in refusing
            else database.together(enrol, number, runs, fails=number in failing)
            for number in range(1, 13)
        ),
        return_exceptions=True,
    )
    assert {number for number, outcome in enumerate(outcomes, 1) if isinstance(outcome, BugError)} == failing
    assert {number for number, outcome in enumerate(outcomes, 1) if isinstance(outcome, IntegrityError)} == refusing
    assert await known(database) == set(range(1, 13)) - failing - refusing
    assert max(map(runs.count, runs)) == 2


async def test_a_lost_connection_is_told_to_all_who_were_under_way_and_keeps_nothing(database: Database) -> None:
    await database.together(enrol, 1)
    members = [database.together(enrol, number) for number in (2, 3)]
    outcomes = await asyncio.gather(*members, database.together(cut_off, 4), return_exceptions=True)
    assert all(isinstance(outcome, BaseException) and is_outage(outcome) for outcome in outcomes)
    assert await known(database) == {1}
    assert await asyncio.gather(*(database.together(enrol, number) for number in (2, 3, 4))) == [2, 3, 4]


async def test_a_connection_cut_off_while_it_rested_is_noticed_before_anything_is_done(database: Database) -> None:
    runs: list[int] = []
    await asyncio.gather(database.run(enrol, 1), database.run(enrol, 2), database.together(enrol, 3))
    end(database.url)
    assert {*await asyncio.gather(database.run(enrol, 4, runs), database.together(enrol, 5, runs))} == {4, 5}
    assert sorted(runs) == [4, 5]


async def test_a_database_that_ends_even_new_connections_is_out_of_reach(database: Database) -> None:
    def cut(connection: Any, _record: object) -> None:
        end(database.url, connection.info.backend_pid)

    await database.run(enrol, 1)
    end(database.url)
    event.listen(database._engine, "connect", cut)
    for way in (database.run, database.together):
        with pytest.raises(OperationalError) as caught:
            await way(enrol, 2)
        assert is_outage(caught.value)
    event.remove(database._engine, "connect", cut)
    assert await database.run(enrol, 2) == 2


async def test_a_group_that_waits_for_a_lock_keeps_no_lone_transaction_waiting(database: Database) -> None:
    await database.run(enrol, 1)
    with psycopg.connect(database.url) as other:
        other.execute("SELECT 1 FROM users WHERE id = 1 FOR UPDATE")
        waiting = asyncio.create_task(database.together(enrol, 1))
        assert await asyncio.wait_for(database.run(enrol, 2), 10) == 2
        assert not waiting.done()
    assert await waiting == 1


async def test_what_is_prepared_outlives_a_rollback(database: Database) -> None:
    def by_either_way(connection: Connection, *, fails: bool) -> None:
        enrol(connection, 1)
        for _ in range(12):
            connection.execute(text("SELECT count(*) FROM users"))
        if fails:
            raise BugError

    for fails in (False, True, False):
        outcome = await asyncio.gather(database.together(by_either_way, fails=fails), return_exceptions=True)
        assert [type(each) for each in outcome] == [BugError if fails else type(None)]


async def test_no_transaction_is_left_open(database: Database) -> None:
    await asyncio.gather(database.run(enrol, 1), database.together(enrol, 2), database.read(users.count))
    with pytest.raises(BugError):
        await database.together(enrol, 3, fails=True)
    with psycopg.connect(database.url) as other:
        idle = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'"
        )
        assert idle.fetchone() == (0,)


async def test_many_rows_are_stored_and_told_at_once(database: Database) -> None:
    batch = [RawUpdate(update_id=number, chat_id=number % 7, body="x" * 5000) for number in range(MANY)]
    assert await database.run(inbox.accept, batch[:10], START) == set(range(10))
    assert await database.run(inbox.accept, batch, START) == set(range(10, MANY))
    undone = await database.run(inbox.undone_of, [3, 5])
    assert [row.update_id for row in undone] == [number for number in range(MANY) if number % 7 in (3, 5)]


async def test_one_row_of_many_that_is_refused_undoes_all_and_tells_nothing_of_them(database: Database) -> None:
    def store(connection: Connection) -> None:
        [first, second] = outbox.put(connection, [Draft(chat_id=1), Draft(chat_id=2)], START)
        receipts = [
            Receipt(id=first.id, status=OutboxStatus.SENT, at=START, message_id=2**70, reason="secret"),
            Receipt(id=second.id, status=OutboxStatus.SENT, at=START, message_id=5, reason="secret"),
        ]
        outbox.settle(connection, receipts)

    with pytest.raises(DBAPIError) as caught:
        await database.run(store)
    assert "secret" not in str(caught.value)
    assert not is_outage(caught.value)
    assert await database.run(outbox.unsent) == []
    assert await database.run(enrol, 1) == 1


async def test_a_connection_lost_in_the_middle_of_many_rows_is_an_outage(database: Database) -> None:
    def store(connection: Connection) -> None:
        number = own_end(connection)
        end(database.url, number)
        inbox.accept(connection, [RawUpdate(update_id=number, chat_id=1, body="") for number in range(3)], START)

    with pytest.raises(OperationalError) as caught:
        await database.run(store)
    assert is_outage(caught.value)
    assert await database.run(inbox.undone) == []


async def test_text_that_the_database_cannot_hold_is_refused_and_not_cut(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        await database.run(inbox.accept, [RawUpdate(update_id=1, chat_id=1, body="a\0b")], START + timedelta(1))
    assert not is_outage(caught.value)
    assert await database.run(inbox.undone) == []
