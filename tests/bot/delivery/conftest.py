"""The tiny bot, running against the fake Bot API."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivery.budget import Budget
from storage.engine import Database
from tests.bot.delivery.tiny import Tiny
from tests.clock import FixedClock
from tests.fake_telegram import FakeTelegram


@pytest.fixture
def fake(clock: FixedClock) -> FakeTelegram:
    return FakeTelegram(now=clock, stamp=lambda: asyncio.get_running_loop().time())


@pytest.fixture
async def tiny(fake: FakeTelegram, database: Database, clock: FixedClock) -> AsyncIterator[Tiny]:
    bot = Tiny(fake, database, clock, budget=Budget(per_second=0, per_chat=0))
    await bot.start()
    yield bot
    await bot.stop()
    assert fake.refusals == []
