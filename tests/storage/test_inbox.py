"""Facts about the inbox."""

from datetime import timedelta

import pytest

from storage import inbox
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.engine import Database
from storage.inbox import RawUpdate
from tests.bot.delivery.rows import inbox_rows
from tests.clock import START

pytestmark = pytest.mark.both_databases
LATER = START + timedelta(minutes=1)


def raw(*ids: int, chat_id: int | None = 1) -> list[RawUpdate]:
    return [RawUpdate(update_id=each, chat_id=chat_id, body=f'{{"update_id": {each}}}') for each in ids]


def held(update_id: int) -> InboxUpdate:
    return inbox.row_of(raw(update_id)[0], START)


async def test_accepting_says_which_updates_are_new(database: Database) -> None:
    assert await database.run(inbox.accept, raw(1, 2), START) == {1, 2}
    assert await database.run(inbox.accept, raw(2, 3), START) == {3}
    assert await database.run(inbox.accept, [], START) == set()
    assert await database.run(inbox.newest_id) == 3


async def test_the_same_update_twice_in_a_batch_is_one(database: Database) -> None:
    assert await database.run(inbox.accept, raw(1, 1), START) == {1}


async def test_an_update_is_done_once(database: Database) -> None:
    await database.run(inbox.accept, raw(1), START)
    assert await database.run(inbox.done, held(1), LATER)
    assert not await database.run(inbox.done, held(1), LATER)


async def test_what_has_ended_before_it_is_stored_is_stored_so_by_a_process_alone(
    database: Database,
) -> None:
    assert await database.run(inbox.done, held(1), LATER) is not database.shared
    await database.run(inbox.bury, held(2), "TypeError", LATER)
    await database.run(inbox.keep, [held(number) for number in (1, 2, 3)])
    undone = [row.update_id for row in await database.run(inbox.undone)]
    assert undone == ([1, 2, 3] if database.shared else [3])
    stored = await database.run(inbox_rows)
    assert [(row.body, row.received_at) for row in stored] == [(raw(n)[0].body, START) for n in (1, 2, 3)]


async def test_what_is_stored_is_left_as_it_is_by_who_stores_the_rest(database: Database) -> None:
    await database.run(inbox.accept, raw(1), START)
    await database.run(inbox.failed, 1, "KeyError")
    await database.run(inbox.keep, [held(1), held(2)])
    assert [(row.update_id, row.attempts) for row in await database.run(inbox_rows)] == [(1, 1), (2, 0)]


async def test_failures_are_counted_until_it_is_done(database: Database) -> None:
    await database.run(inbox.accept, raw(1), START)
    assert await database.run(inbox.failed, 1, "KeyError") == 1
    assert await database.run(inbox.failed, 1, "KeyError") == 2
    await database.run(inbox.done, held(1), LATER)
    assert await database.run(inbox.failed, 1, "KeyError") == 0


async def test_a_buried_update_is_no_longer_undone(database: Database) -> None:
    await database.run(inbox.accept, raw(1, 2), START)
    await database.run(inbox.bury, held(1), "TypeError", LATER)
    assert [row.update_id for row in await database.run(inbox.undone)] == [2]
    dead, _ = await database.run(inbox_rows)
    assert (dead.status, dead.error, dead.done_at) == (InboxStatus.DEAD, "TypeError", LATER)


async def test_what_is_done_stays_done_when_somebody_buries_it(database: Database) -> None:
    await database.run(inbox.accept, raw(1), START)
    await database.run(inbox.done, held(1), LATER)
    await database.run(inbox.bury, held(1), "TypeError", LATER)
    (row,) = await database.run(inbox_rows)
    assert (row.status, row.error) == (InboxStatus.DONE, None)


async def test_the_undone_come_in_pages_in_order(database: Database) -> None:
    await database.run(inbox.accept, raw(5, 3, 9, 1), START)
    await database.run(inbox.done, held(3), LATER)
    first = await database.run(inbox.undone, limit=2)
    rest = await database.run(inbox.undone, after=first[-1].update_id)
    assert [row.update_id for row in (*first, *rest)] == [1, 5, 9]


async def test_updates_are_deleted_once_they_are_old_and_handled(database: Database) -> None:
    await database.run(inbox.accept, raw(1, 2, 3), START)
    await database.run(inbox.done, held(1), START)
    await database.run(inbox.bury, held(3), "TypeError", START)
    await database.run(inbox.accept, raw(4, 5), LATER)
    await database.run(inbox.done, held(4), LATER)
    assert await database.run(inbox.delete_old, LATER, 10) == 2
    assert [row.update_id for row in await database.run(inbox_rows)] == [2, 4, 5]


async def test_old_updates_are_deleted_page_by_page(database: Database) -> None:
    await database.run(inbox.accept, raw(1, 2, 3, 9), START)
    for update_id in (1, 2, 3):
        await database.run(inbox.done, held(update_id), START)
    assert [await database.run(inbox.delete_old, LATER, 2) for _ in range(3)] == [2, 1, 0]


async def test_the_highest_id_stays_so_that_none_is_given_twice(database: Database) -> None:
    await database.run(inbox.accept, raw(1, 2), START)
    await database.run(inbox.done, held(1), START)
    await database.run(inbox.done, held(2), START)
    assert await database.run(inbox.delete_old, LATER, 10) == 1
    assert await database.run(inbox.newest_id) == 2


async def test_forgetting_a_chat_keeps_bare_ids_so_that_a_repeat_is_recognised(database: Database) -> None:
    await database.run(inbox.accept, raw(1), START)
    await database.run(inbox.done, held(1), START)
    await database.run(inbox.forget_chat, 1)
    (row,) = await database.run(inbox_rows)
    assert (row.chat_id, row.body) == (None, None)
    assert await database.run(inbox.accept, raw(1), LATER) == set()


async def test_the_longest_waiting_update_is_known(database: Database) -> None:
    assert await database.run(inbox.oldest_undone_at) is None
    await database.run(inbox.accept, raw(1), START)
    await database.run(inbox.accept, raw(2), LATER)
    assert await database.run(inbox.oldest_undone_at) == START
    await database.run(inbox.done, held(1), LATER)
    assert await database.run(inbox.oldest_undone_at) == LATER
