"""The only place that knows APScheduler: a few interval jobs, and a watchdog that keeps them ticking.

APScheduler 3 sleeps until a wall-clock instant. When the wall clock is set back, that instant recedes and nothing runs
for as long as the step was. The loop's monotonic time cannot be set, so it is what the watchdog goes by.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped] # the package has no types
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped] # likewise

STALLED_AFTER_INTERVALS = 3
STOP_GRACE_SECONDS = 5.0  # with what follows it must fit into a container's 30 seconds

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class _Beat:
    """One job, when it last began, and the task it is running in."""

    run: Callable[[], Awaitable[None]]
    seconds: float
    began_at: float = 0.0
    task: asyncio.Task[object] | None = None


class Clockwork:
    """Run each named job at once and then every so many seconds, from `start` until `stop`."""

    def __init__(
        self,
        jobs: Mapping[str, tuple[Callable[[], Awaitable[None]], float]],
        *,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        if any(seconds <= 0 for _, seconds in jobs.values()):
            raise ValueError("a job's interval must be a positive number of seconds")
        self._beats = {name: _Beat(run=run, seconds=seconds) for name, (run, seconds) in jobs.items()}
        self._monotonic = monotonic
        self._scheduler: AsyncIOScheduler | None = None
        self._watchdog: asyncio.Task[None] | None = None

    @property
    def lag(self) -> float:
        """Return by how many seconds the latest job is behind its interval; 0 while stopped."""
        if self._scheduler is None:
            return 0.0
        now = self._time()
        return max((max(0.0, now - beat.began_at - beat.seconds) for beat in self._beats.values()), default=0.0)

    async def start(self) -> None:
        """Begin to run the jobs on the present event loop."""
        if self._scheduler is not None:
            raise RuntimeError("the clockwork is running already")
        scheduler = self._scheduler = AsyncIOScheduler(timezone=UTC)
        for name, beat in self._beats.items():
            beat.began_at = self._time()
            self._add(scheduler, name, beat.seconds)
        scheduler.start()
        self._watchdog = asyncio.create_task(self._watch(scheduler), name="clockwork watchdog")

    async def stop(self) -> None:
        """Begin nothing more, let what is running finish within a grace period, and cancel the rest."""
        if self._scheduler is None or self._watchdog is None:
            return
        self._scheduler.pause()
        self._watchdog.cancel()
        with suppress(asyncio.CancelledError):
            await self._watchdog
        running = {beat.task for beat in self._beats.values() if beat.task is not None}
        if running:
            await asyncio.wait(running, timeout=STOP_GRACE_SECONDS)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the shutdown is a callback of the loop
        await asyncio.gather(*running, return_exceptions=True)
        self._scheduler = self._watchdog = None

    def _add(self, scheduler: AsyncIOScheduler, name: str, seconds: float) -> None:
        scheduler.add_job(
            self._tick,
            IntervalTrigger(seconds=seconds, timezone=UTC),
            args=[name],
            id=name,
            name=name,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    async def _tick(self, name: str) -> None:
        beat = self._beats[name]
        beat.began_at, beat.task = self._time(), asyncio.current_task()
        try:
            await beat.run()
        finally:
            beat.task = None

    async def _watch(self, scheduler: AsyncIOScheduler) -> None:
        while self._beats:
            await asyncio.sleep(min(beat.seconds for beat in self._beats.values()))
            for name in self._stalled():
                logger.warning("job %s has not begun for %d intervals: woken", name, STALLED_AFTER_INTERVALS)
                # Setting the next run to the present wall time also makes the scheduler look at once.
                scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def _stalled(self) -> list[str]:
        now = self._time()
        return [
            name
            for name, beat in self._beats.items()
            if beat.task is None and now - beat.began_at > STALLED_AFTER_INTERVALS * beat.seconds
        ]

    def _time(self) -> float:
        return asyncio.get_running_loop().time() if self._monotonic is None else self._monotonic()
