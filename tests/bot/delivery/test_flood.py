"""A Telegram with strict flood control never has to say 429 to a sender with the default budget."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from random import Random
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection, text
from telegram.request import RequestData

from bot.delivery.budget import Budget
from bot.delivery.sender import Sender
from bot.delivery.transport import Api
from storage import outbox
from storage.engine import Database
from storage.outbox import Draft
from tests.clock import FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import Answer, FakeTelegram, error

OVERALL, BURST = 30, 5
JITTER, NEAR = 0.06, 0.005  # seconds at most, to Telegram and to the database
P = ParamSpec("P")
R = TypeVar("R")


class Strict(FakeTelegram):
    """Lets 30 messages a second through in all, and in one chat one a second after a burst of five."""

    def __init__(self) -> None:
        super().__init__(known_only=False)
        self.lately: deque[float] = deque()
        self.full_at: dict[int, float] = defaultdict(float)
        self.refused = 0

    def call(self, method: str, params: dict[str, Any]) -> Answer:
        """Count what leaves, and refuse what is too much."""
        now = asyncio.get_running_loop().time()
        while self.lately and self.lately[0] <= now - 1:
            self.lately.popleft()
        full_at = max(self.full_at[params["chat_id"]], now) + 1
        if len(self.lately) >= OVERALL or full_at - now > BURST + 0.001:
            self.refused += 1
            return error(429, "Too Many Requests: retry after 3", retry_after=3)
        self.lately.append(now)
        self.full_at[params["chat_id"]] = full_at
        return super().call(method, params)


class Uneven(FakeRequest):
    """A network on which one call takes far longer than the next."""

    def __init__(self, fake: FakeTelegram, random: Random) -> None:
        super().__init__(fake)
        self._random = random

    async def send(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        """Arrive some time later, and let the answer take some time too."""
        await asyncio.sleep(self._random.uniform(0.01, JITTER))
        answer = await super().send(url, data, read_timeout)
        await asyncio.sleep(self._random.uniform(0.01, JITTER))
        return answer


class InVirtualTime(Database):
    """A database of one process of several, whose server's clock is the test's loop and which answers unevenly."""

    def __init__(self, url: str, random: Random) -> None:
        super().__init__(url)
        self._random = random

    async def run(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case at the loop's time, with a way there and a way back."""

        def at(connection: Connection, now: float) -> R:
            connection.execute(text("SELECT set_config('test.now', :now, true)"), {"now": str(now)})
            return use_case(connection, *args, **kwargs)

        await asyncio.sleep(self._random.uniform(0, NEAR))
        result = await super().run(at, asyncio.get_running_loop().time())
        await asyncio.sleep(self._random.uniform(0, NEAR))
        return result


CLOCK = """
CREATE SCHEMA test;
CREATE FUNCTION test.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT to_timestamp(current_setting('test.now')::float) $$;
"""


def keep_time(connection: Connection) -> None:
    """Let the server's clock be what a transaction says it is."""
    connection.exec_driver_sql(CLOCK)
    connection.exec_driver_sql(
        f'ALTER DATABASE "{connection.engine.url.database}" SET search_path = test, pg_catalog, public'
    )


def sender_for(strict: Strict, database: Database, clock: FixedClock, seed: int) -> Sender:
    api = Api(Uneven(strict, Random(seed)), FakeRequest(strict), ROOT, strict.token)
    return Sender(api, database, clock, budget=Budget(), random=Random(seed))


def drafts(*, chats: range, flooded: int) -> list[Draft]:
    many = [Draft(chat_id=chat, payload={"text": f"{chat}"}) for chat in chats for _ in range(2)]
    flood = [Draft(chat_id=flooded, payload={"text": f"{number}"}) for number in range(30)]
    return [*flood, *many]


@pytest.mark.parametrize("seed", range(3))
async def test_at_the_default_budget_a_strict_telegram_never_says_too_many(
    database: Database, clock: FixedClock, seed: int
) -> None:
    strict = Strict()
    sender = sender_for(strict, database, clock, seed)
    await sender.start()
    owed = drafts(chats=range(1, 101), flooded=1000)
    sender.offer(await database.run(outbox.put, owed, clock()))
    await sender.idle.wait()
    assert strict.refused == 0
    assert len(strict.changes) == len(owed)
    await sender.drain(0)


@pytest.mark.several_processes
@pytest.mark.parametrize("seed", range(3))
async def test_nor_does_it_to_several_processes_that_share_the_budget(
    database: Database, clock: FixedClock, seed: int
) -> None:
    await database.run(keep_time)
    strict = Strict()
    processes = [InVirtualTime(database.url, Random(10 * seed + number)) for number in range(3)]
    senders = [sender_for(strict, process, clock, seed) for process in processes]
    owed = 0
    for number, (process, sender) in enumerate(zip(processes, senders, strict=True)):
        await sender.start()
        own = drafts(chats=range(100 * number, 100 * number + 50), flooded=1000 + number)
        sender.offer(await process.run(outbox.put, own, clock()))
        owed += len(own)
    await asyncio.gather(*(sender.idle.wait() for sender in senders))
    assert strict.refused == 0
    assert len(strict.changes) == owed
    await asyncio.gather(*(sender.drain(0) for sender in senders))
    await asyncio.gather(*(process.close() for process in processes))
