"""A Telegram with strict flood control never has to say 429 to a sender with the default budget."""

import asyncio
from collections import defaultdict, deque
from random import Random
from typing import Any

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


async def test_at_the_default_budget_a_strict_telegram_never_says_too_many(
    database: Database, clock: FixedClock
) -> None:
    strict = Strict()
    api = Api(FakeRequest(strict, latency=0.05), FakeRequest(strict), ROOT, strict.token)
    sender = Sender(api, database, clock, budget=Budget(), random=Random(7))
    await sender.start()
    many = [Draft(chat_id=chat, payload={"text": f"{chat}"}) for chat in range(1, 101) for _ in range(2)]
    flood = [Draft(chat_id=1000, payload={"text": f"{number}"}) for number in range(30)]
    sender.offer(await database.run(outbox.put, [*flood, *many], clock()))
    await sender.idle.wait()
    assert strict.refused == 0
    assert len(strict.changes) == len(many) + len(flood)
    await sender.drain(0)
