"""The assembled bot over a fake Telegram: journeys talk to it by messages only, then read the tables."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.app import App, Surroundings, cancelled
from bot.delivery.budget import Budget
from bot.scenarios.library import Library
from storage.engine import Database
from tests import shipped
from tests.clock import FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram
from tests.journeys.learner import Learner, World

ADMIN = 4_200

# Perfect answers for the way through the café that has the most turns without a surprise.
PERFECT = (
    "Hola, buenos días",
    "Para tomar aquí, por favor",
    "Un café con leche, por favor",
    "Una tostada con tomate",
    "No, nada más, gracias",
    "Perdone, la cuenta, por favor",
    "Con tarjeta",
    "Gracias, igualmente. ¡Hasta luego!",
)


class Tutor:
    """The bot under test with its world: it can be stopped, started again, and let the clock run."""

    def __init__(self, database: Database, library: Library, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        self.fake = FakeTelegram(now=clock)
        self.world = World(self.fake, self.settled)
        self._library = library
        self.app = self._assembled()
        self._receiving: asyncio.Task[None] | None = None

    def _assembled(self) -> App:
        around = Surroundings(
            request=FakeRequest(self.fake),
            polling=FakeRequest(self.fake),
            root=ROOT,
            token=self.fake.token,
            clock=self.clock,
            random=Random(1),
            budget=Budget(per_second=0, per_chat=0),
            admin_ids=frozenset({ADMIN}),
        )
        return App(self.database, self._library, around)

    async def start(self) -> None:
        """Start as the program does."""
        await self.app.start()
        self._receiving = asyncio.create_task(self.app.receiver.run())

    async def stop(self) -> None:
        """Stop as the program does."""
        if self._receiving is not None:
            await cancelled(self._receiving)
        await self.app.stop()

    async def restart(self) -> None:
        """Stop, and start anew on the same database."""
        await self.stop()
        self.app = self._assembled()
        await self.start()

    async def settled(self) -> None:
        """Wait until nothing is left to do."""
        await self.app.settled()

    async def sweep_at(self, now: datetime) -> None:
        """Let the clock stand at an instant and the sweep tick there."""
        self.clock.now = now
        await self.app.sweep()
        await self.settled()

    def learner(self, **who: Any) -> Learner:
        """Return somebody with an empty chat."""
        return self.world.learner(**who)

    async def rows(self, query: str, **values: Any) -> Sequence[Any]:
        """Read the tables."""
        return await self.database.run(lambda connection: connection.execute(text(query), values).all())

    async def count(self, table: str, where: str = "TRUE", **values: Any) -> int:
        """Count rows of a table."""
        found = await self.rows(f"SELECT count(*) FROM {table} WHERE {where}", **values)  # noqa: S608 - a test's own words
        return int(found[0][0])


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped.library()


@pytest.fixture
async def tutor(database: Database, library: Library, clock: FixedClock) -> AsyncIterator[Tutor]:
    tutor = Tutor(database, library, clock)
    await tutor.start()
    yield tutor
    await tutor.stop()


@pytest.fixture
def ana(tutor: Tutor) -> Learner:
    return tutor.learner(name="Ana")


async def play(learner: Learner, answers: Sequence[str] = PERFECT) -> None:
    """Begin as somebody who knows some Spanish, and say these lines."""
    await learner.says("/start")
    await learner.presses("I know some")
    for answer in answers:
        await learner.says(answer)


def local(day: int, hour: int, minute: int = 0, *, zone: str, month: int = 11) -> datetime:
    """Return an instant of 2026 by the wall clock of a zone."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
