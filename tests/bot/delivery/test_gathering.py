"""Facts about updates that come one by one: stored together, told apart, and none said to be stored that is not."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

import pytest
from sqlalchemy.orm import configure_mappers

from bot.delivery.gathering import BATCH, Gathering, NotStoredError
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.inbox import RawUpdate
from tests.clock import START


class Shelf:
    """Stands for the inbox: it takes its time, and may be away."""

    def __init__(self) -> None:
        configure_mappers()
        self.batches: list[list[int]] = []
        self.is_away = False

    async def store(self, updates: Sequence[RawUpdate]) -> Sequence[InboxUpdate]:
        await asyncio.sleep(1)
        if self.is_away:
            raise OSError("secret words")
        self.batches.append([update.update_id for update in updates])
        return [
            InboxUpdate.model_construct(**asdict(update), status=InboxStatus.NEW, attempts=0, received_at=START)
            for update in updates
        ]


def update(number: int) -> RawUpdate:
    return RawUpdate(update_id=number, chat_id=7, body="{}")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def delivered() -> list[int]:
    return []


@pytest.fixture
def gathering(shelf: Shelf, delivered: list[int]) -> Gathering:
    async def deliver(rows: Sequence[InboxUpdate]) -> None:
        delivered.extend(row.update_id for row in rows)

    return Gathering(shelf, deliver)  # type: ignore[arg-type]  # it stores, which is all that is asked of it


async def test_what_comes_during_one_transaction_shares_the_next(
    gathering: Gathering, shelf: Shelf, delivered: list[int]
) -> None:
    await asyncio.gather(*(gathering.put(update(number)) for number in range(250)))
    assert [len(batch) for batch in shelf.batches] == [BATCH, BATCH, 50]
    await gathering.put(update(250))
    assert delivered == list(range(251))


async def test_nobody_is_told_before_the_transaction_is_through(gathering: Gathering) -> None:
    waiting = asyncio.create_task(gathering.put(update(1)))
    await asyncio.sleep(0.9)
    assert not waiting.done()
    await waiting


async def test_everybody_of_a_failed_transaction_is_told_without_its_text(
    gathering: Gathering, shelf: Shelf, delivered: list[int]
) -> None:
    shelf.is_away = True
    told = await asyncio.gather(*(gathering.put(update(number)) for number in range(3)), return_exceptions=True)
    assert {type(each) for each in told} == {NotStoredError}
    assert "secret" not in repr(told)
    shelf.is_away = False
    await gathering.put(update(3))
    assert delivered == [3]


async def test_somebody_who_left_holds_nobody_up_and_what_they_brought_is_kept(
    gathering: Gathering, delivered: list[int]
) -> None:
    first, second = (asyncio.create_task(gathering.put(update(number))) for number in (1, 2))
    await asyncio.sleep(0.5)
    first.cancel()
    await second
    await gathering.put(update(3))
    assert delivered == [1, 2, 3]


async def test_full_lanes_let_the_next_wait_but_not_those_that_are_stored(shelf: Shelf) -> None:
    room = asyncio.Event()

    async def deliver(_rows: Sequence[InboxUpdate]) -> None:
        await room.wait()

    gathering = Gathering(shelf, deliver)  # type: ignore[arg-type]  # as above
    await gathering.put(update(1))
    second = asyncio.create_task(gathering.put(update(2)))
    await asyncio.sleep(60)
    assert not second.done()
    room.set()
    await second


async def test_a_drain_waits_for_what_is_being_stored(gathering: Gathering, delivered: list[int]) -> None:
    waiting = asyncio.create_task(gathering.put(update(1)))
    await asyncio.sleep(0.5)
    await gathering.drain(3)
    assert delivered == [1]
    await waiting


async def test_lanes_that_fail_stop_neither_what_is_stored_nor_what_follows(shelf: Shelf) -> None:
    async def deliver(_rows: Sequence[InboxUpdate]) -> None:
        raise ValueError

    gathering = Gathering(shelf, deliver)  # type: ignore[arg-type]  # as above
    await gathering.put(update(1))
    await gathering.put(update(2))
    assert shelf.batches == [[1], [2]]
