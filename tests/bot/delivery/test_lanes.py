"""Facts about order in a chat and fairness between chats."""

import asyncio
from random import Random

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.lanes import MOST_WAITING, Lanes
from storage import inbox
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.engine import Database
from storage.inbox import RawUpdate
from tests.clock import START, FixedClock


def update(update_id: int, chat_id: int | None) -> InboxUpdate:
    return InboxUpdate(update_id=update_id, chat_id=chat_id, status=InboxStatus.NEW, received_at=START)


class Handler:
    """Notes what it handles and when; each update takes a while."""

    def __init__(self, takes: float = 0.1) -> None:
        self.takes = takes
        self.seen: list[tuple[int | None, int]] = []
        self.finished_at: dict[int, float] = {}
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, each: InboxUpdate) -> bool:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.takes)
        self.at_once -= 1
        self.seen.append((each.chat_id, each.update_id))
        self.finished_at[each.update_id] = asyncio.get_running_loop().time()
        return True


@pytest.fixture
def chance() -> Random:
    return Random(7)


async def test_each_of_twenty_chats_is_handled_in_order(chance: Random) -> None:
    handler = Handler()
    lanes = Lanes(handler, random=chance)
    for number in range(1000):
        lanes.submit(update(number, number % 20))
    await lanes.idle.wait()
    for chat in range(20):
        assert [number for seen, number in handler.seen if seen == chat] == list(range(chat, 1000, 20))
    assert handler.most_at_once == 20


async def test_nobody_waits_behind_a_flood(chance: Random) -> None:
    handler = Handler()
    lanes = Lanes(handler, random=chance, limit=2)
    for number in range(300):
        lanes.submit(update(number, 1))
    lanes.submit(update(1000, 2))
    await lanes.idle.wait()
    assert handler.finished_at[1000] < 0.3
    assert handler.finished_at[299] == pytest.approx(30, abs=0.5)


async def test_no_more_than_the_limit_are_handled_at_once(chance: Random) -> None:
    handler = Handler()
    lanes = Lanes(handler, random=chance, limit=4)
    for chat in range(50):
        lanes.submit(update(chat, chat))
    await lanes.idle.wait()
    assert handler.most_at_once == 4


async def test_an_idle_lane_is_dropped(chance: Random) -> None:
    lanes = Lanes(Handler(), random=chance)
    lanes.submit(update(1, 1))
    await lanes.idle.wait()
    assert lanes._lanes == {}


async def test_an_outage_holds_the_lane_and_its_slot_is_free_meanwhile(chance: Random) -> None:
    down = True
    handled: list[int] = []

    async def handle(each: InboxUpdate) -> bool:
        if down and each.chat_id == 1:
            raise OperationalError("x", None, Exception())
        handled.append(each.update_id)
        return True

    lanes = Lanes(handle, random=chance, limit=1)
    for number, chat in ((1, 1), (2, 1), (3, 2)):
        lanes.submit(update(number, chat))
    await asyncio.sleep(30)
    assert handled == [3]
    down = False
    await lanes.idle.wait()
    assert handled == [3, 1, 2]


async def test_whatever_an_update_raises_its_lane_goes_on(chance: Random) -> None:
    handled: list[int] = []

    async def handle(each: InboxUpdate) -> bool:
        if each.update_id == 1:
            raise RuntimeError
        handled.append(each.update_id)
        return True

    lanes = Lanes(handle, random=chance)
    lanes.submit(update(1, 1))
    lanes.submit(update(2, 1))
    await lanes.idle.wait()
    assert handled == [2]


async def test_taking_pauses_while_too_many_wait(chance: Random) -> None:
    lanes = Lanes(Handler(takes=1), random=chance)
    batch = [update(number, number % 100) for number in range(MOST_WAITING + 100)]
    before = asyncio.get_running_loop().time()
    await lanes.take(batch)
    assert asyncio.get_running_loop().time() - before >= 1
    await lanes.idle.wait()


async def test_draining_stops_in_time_and_says_so(chance: Random) -> None:
    lanes = Lanes(Handler(takes=60), random=chance)
    lanes.submit(update(1, 1))
    assert not await lanes.drain(5)
    assert asyncio.get_running_loop().time() == pytest.approx(5, abs=0.1)


@pytest.mark.both_databases
async def test_what_an_earlier_run_left_undone_is_replayed_in_order(
    database: Database, clock: FixedClock, chance: Random
) -> None:
    stored = [RawUpdate(update_id=number, chat_id=number % 3, body="{}") for number in range(1200, 0, -1)]
    await database.run(inbox.accept, stored, clock())
    await database.run(inbox.done, inbox.row_of(stored[-7], clock()), clock())
    handler = Handler()
    lanes = Lanes(handler, random=chance)
    await lanes.replay(database)
    await lanes.idle.wait()
    for chat in range(3):
        mine = [number for seen, number in handler.seen if seen == chat]
        assert mine == [number for number in range(1, 1201) if number % 3 == chat and number != 7]
