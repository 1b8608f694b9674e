"""What is measured on a database of many learners: the product's own queries and use cases, on its own threads."""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from bot.app import App, Surroundings
from bot.delivery.budget import Budget
from bot.services import administration, housekeeping, practice, progress, scenes, vocabulary
from bot.services.turns import SceneView
from bot.services.visit import Visit
from storage import cards, prompts, users
from storage.engine import Database
from tests import shipped
from tests.bench.scale_rows import FIRST_ID, due_by
from tests.clock import START, FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram
from tests.journeys.conftest import PERFECT

CLAIMED = 1000
ROUNDS = 9
SAMPLE = 60
PLAYERS = 18
PROMPTED = 150
STARTS = 7

Figures = dict[str, float]


class Bench:
    """One database under measurement; each figure is the median of the quietest third of a series, in milliseconds."""

    def __init__(self, url: str, learners: int, random: Random) -> None:
        self.url = url
        self.now = START + due_by(learners, CLAIMED + PROMPTED + 50)
        self._learners = learners
        self._random = random
        self.database = Database(url)
        self._library = shipped.library()

    async def claim(self) -> float:
        """Time the claim of a thousand learners whose instant has come."""
        begun = time.perf_counter()
        found = await self.database.run(prompts.due_users, self.now, CLAIMED)
        assert len(found) == CLAIMED
        return time.perf_counter() - begun

    async def cold(self) -> Figures:
        """Measure what is asked first after the pages have left memory: once each, or over learners never seen."""
        figures = {"claim of 1,000 due": 1000 * await self.claim()}
        sample = self._some(SAMPLE)
        return figures | {
            "due count of a learner": await self._each(sample, self._count_due),
            "next 20 cards of a learner": await self._each(self._some(SAMPLE), self._next_cards),
        }

    async def warm(self) -> Figures:
        """Measure everything with warm caches."""
        await self.claim()
        figures = {"claim of 1,000 due": _quiet([await self.claim() for _ in range(ROUNDS)])}
        sample = self._some(SAMPLE)
        for name, query in (
            ("due count of a learner", self._count_due),
            ("next 20 cards of a learner", self._next_cards),
        ):
            await self._each(sample, query)
            figures[name] = await self._each(sample, query)
        figures |= await self._play()
        for name, use in (("/progress", progress.of_visit), ("/words", vocabulary.words), ("/scenarios", _scenarios)):
            await self._each(sample, self._visiting(use))
            figures[name] = await self._each(sample, self._visiting(use))
        figures["a reminder settled"] = await self._settle()
        figures["housekeeping, nothing to do"] = await self._tidy()
        figures["admin's overview"] = await self._times(
            5, lambda: self.database.read(administration.overview, self.now)
        )
        return figures | await self._start()

    def _some(self, count: int) -> Sequence[int]:
        return [FIRST_ID + self._random.randrange(self._learners) for _ in range(count)]

    async def _each(self, learners: Sequence[int], query: Callable[[Connection, int], Any]) -> float:
        times = []
        for learner in learners:
            begun = time.perf_counter()
            await self.database.run(query, learner)
            times.append(time.perf_counter() - begun)
        return _quiet(times)

    async def _times(self, count: int, work: Callable[[], Coroutine[Any, Any, Any]]) -> float:
        times = []
        for _ in range(count):
            begun = time.perf_counter()
            await work()
            times.append(time.perf_counter() - begun)
        return _quiet(times)

    def _count_due(self, connection: Connection, learner: int) -> int:
        return cards.count_due(connection, learner, START.date())

    def _next_cards(self, connection: Connection, learner: int) -> Any:
        return cards.due(connection, learner, START.date(), 20)

    def _visiting(self, use_case: Callable[[Visit], Any], *, at: datetime | None = None) -> Callable[..., Any]:
        def run(connection: Connection, learner: int) -> Any:
            now = at or self.now
            user, _ = users.visit(connection, learner, "en", now)
            update_id = 10**9 + int(now.timestamp() * 1000) % 10**9
            return use_case(
                Visit(
                    connection=connection, user=user, is_new=False, now=now, update_id=update_id, library=self._library
                )
            )

        return run

    async def _play(self) -> Figures:
        turns: list[float] = []
        ends: list[float] = []
        for learner in sorted(set(self._some(PLAYERS))):
            opened = await self.database.run(self._visiting(_open_cafe), learner)
            for number, line in enumerate(PERFECT):
                at = self.now + timedelta(seconds=10 * (number + 1))
                begun = time.perf_counter()
                said = await self.database.run(self._visiting(_saying(opened.run_id, line), at=at), learner)
                (turns if said.debrief is None else ends).append(time.perf_counter() - begun)
        assert ends
        return {"a scene turn": _quiet(turns), "a completion": _quiet(ends)}

    async def _settle(self) -> float:
        app = self._app()
        due = await self.database.run(prompts.due_users, self.now, PROMPTED)
        times = []
        for learner in due:
            begun = time.perf_counter()
            await app._prompter.settle(learner, self.now)
            times.append(time.perf_counter() - begun)
        return _quiet(times)

    async def _tidy(self) -> float:
        steps = (
            housekeeping.end_idle_sittings,
            housekeeping.park_idle_scenes,
            housekeeping.forget_updates,
            housekeeping.forget_messages,
        )

        async def once() -> None:
            for step in steps:
                await self.database.run(step, self.now)

        return await self._times(ROUNDS, once)

    async def _start(self) -> Figures:
        """Time opening and starting as a restart does it, on connections of their own, with nothing left over."""
        await self.database.run(_nothing_unsent)
        await self.database.close()
        opens, starts = [], []
        for _ in range(STARTS):
            self.database = Database(self.url)
            begun = time.perf_counter()
            await self.database.open()
            opens.append(time.perf_counter() - begun)
            app = self._app()
            begun = time.perf_counter()
            await app.start()
            starts.append(time.perf_counter() - begun)
            await app.stop()
            await self.database.close()
        self.database = Database(self.url)
        return {"start-up: database opened": _quiet(opens), "start-up: queues taken up": _quiet(starts)}

    def _app(self) -> App:
        fake = FakeTelegram(now=FixedClock(self.now), known_only=False)
        around = Surroundings(
            request=FakeRequest(fake),
            polling=FakeRequest(fake),
            root=ROOT,
            token=fake.token,
            clock=FixedClock(self.now),
            random=Random(1),
            budget=Budget(per_second=0, per_chat=0),
        )
        return App(self.database, self._library, around)


def measure(url: str, learners: int, chill: Callable[[], None] | None) -> tuple[Figures, Figures]:
    """Return the cold and the warm figures of a database."""
    random = Random(20261129)
    cold: Figures = {}
    if chill is not None:
        chill()
        cold = asyncio.run(_cold(Bench(url, learners, random)))
    return cold, asyncio.run(_warm(Bench(url, learners, random)))


async def _cold(bench: Bench) -> Figures:
    try:
        return await bench.cold()
    finally:
        await bench.database.close()


async def _warm(bench: Bench) -> Figures:
    try:
        return await bench.warm()
    finally:
        await bench.database.close()


def _nothing_unsent(connection: Connection) -> None:
    # The reminders settled above were offered to a sender that never ran.
    connection.exec_driver_sql("UPDATE outbox SET status = 'sent' WHERE status = 'pending'")


def _scenarios(visit: Visit) -> Any:
    return scenes.page(visit, 0)


def _open_cafe(visit: Visit) -> SceneView:
    opened = practice.play_anew(visit, "cafe_order")
    assert isinstance(opened, SceneView)
    return opened


def _saying(run_id: int, line: str) -> Callable[[Visit], SceneView]:
    return lambda visit: practice.answer(visit, run_id, line)


def _quiet(seconds: Sequence[float]) -> float:
    """Return the median of the quietest third of a series, in milliseconds: others may be using the machine."""
    size = max(1, len(seconds) // 3)
    thirds = [seconds[first : first + size] for first in range(0, size * (len(seconds) // size), size)]
    return 1000 * min(statistics.median(third) for third in thirds)
