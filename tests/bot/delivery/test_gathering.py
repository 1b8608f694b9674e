"""Facts about updates that come one by one: stored together, told apart, and none said to be stored that is not."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.delivery.gathering import BATCH, Gathering, NotStoredError
from storage.inbox import RawUpdate


class Shelf:
    """Stands for the way in: it takes its time, may be away, and has room or not."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.is_away = False
        self.free = asyncio.Event()
        self.free.set()

    async def store(self, updates: Sequence[RawUpdate]) -> None:
        await asyncio.sleep(1)
        if self.is_away:
            raise OSError("secret words")
        self.batches.append([update.update_id for update in updates])

    async def room(self) -> None:
        await self.free.wait()

    @property
    def stored(self) -> list[int]:
        return [number for batch in self.batches for number in batch]


def update(number: int) -> RawUpdate:
    return RawUpdate(update_id=number, chat_id=7, body="{}")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def gathering(shelf: Shelf) -> Gathering:
    return Gathering(shelf)  # type: ignore[arg-type]  # it stores, which is all that is asked of it


async def test_what_comes_during_one_transaction_shares_the_next(gathering: Gathering, shelf: Shelf) -> None:
    await asyncio.gather(*(gathering.put(update(number)) for number in range(250)))
    assert [len(batch) for batch in shelf.batches] == [BATCH, BATCH, 50]
    await gathering.put(update(250))
    assert shelf.stored == list(range(251))


async def test_nobody_is_told_before_the_transaction_is_through(gathering: Gathering) -> None:
    waiting = asyncio.create_task(gathering.put(update(1)))
    await asyncio.sleep(0.9)
    assert not waiting.done()
    await waiting


async def test_everybody_of_a_failed_transaction_is_told_without_its_text(gathering: Gathering, shelf: Shelf) -> None:
    shelf.is_away = True
    told = await asyncio.gather(*(gathering.put(update(number)) for number in range(3)), return_exceptions=True)
    assert {type(each) for each in told} == {NotStoredError}
    assert "secret" not in repr(told)
    shelf.is_away = False
    await gathering.put(update(3))
    assert shelf.stored == [3]


async def test_somebody_who_left_holds_nobody_up_and_what_they_brought_is_kept(
    gathering: Gathering, shelf: Shelf
) -> None:
    first, second = (asyncio.create_task(gathering.put(update(number))) for number in (1, 2))
    await asyncio.sleep(0.5)
    first.cancel()
    await second
    await gathering.put(update(3))
    assert shelf.stored == [1, 2, 3]


async def test_full_lanes_let_the_next_wait_but_not_those_that_are_stored(gathering: Gathering, shelf: Shelf) -> None:
    shelf.free.clear()
    await gathering.put(update(1))
    second = asyncio.create_task(gathering.put(update(2)))
    await asyncio.sleep(60)
    assert not second.done()
    shelf.free.set()
    await second


async def test_a_drain_waits_for_what_is_being_stored(gathering: Gathering, shelf: Shelf) -> None:
    waiting = asyncio.create_task(gathering.put(update(1)))
    await asyncio.sleep(0.5)
    await gathering.drain(3)
    assert shelf.stored == [1]
    await waiting


async def test_lanes_that_fail_stop_neither_what_is_stored_nor_what_follows() -> None:
    class Broken(Shelf):
        async def room(self) -> None:
            raise ValueError

    shelf = Broken()
    gathering = Gathering(shelf)  # type: ignore[arg-type]  # as above
    await gathering.put(update(1))
    await gathering.put(update(2))
    assert shelf.batches == [[1], [2]]
