"""Facts about the clockwork: it runs at once, outlives a failing job, wakes a stalled one and stops cleanly."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.jobs import Clockwork

LONG = 30.0
GENEROUS = 20.0


class Signal:
    """A job that says each time that it ran."""

    def __init__(self, *, fails: bool = False) -> None:
        self.runs: asyncio.Queue[None] = asyncio.Queue()
        self.fails = fails

    async def __call__(self) -> None:
        self.runs.put_nowait(None)
        if self.fails:
            raise RuntimeError("this sweep failed")

    async def ran(self, times: int = 1) -> None:
        async with asyncio.timeout(GENEROUS):
            for _ in range(times):
                await self.runs.get()


async def test_each_job_runs_once_at_the_start() -> None:
    sweep, backup = Signal(), Signal()
    clockwork = Clockwork({"sweep": (sweep, LONG), "backup": (backup, LONG)})
    await clockwork.start()
    await sweep.ran()
    await backup.ran()
    await clockwork.stop()


async def test_a_job_runs_again_after_its_interval() -> None:
    sweep = Signal()
    clockwork = Clockwork({"sweep": (sweep, 0.01)})
    await clockwork.start()
    await sweep.ran(3)
    await clockwork.stop()


async def test_a_failing_job_is_logged_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    sweep = Signal(fails=True)
    clockwork = Clockwork({"sweep": (sweep, 0.01)})
    with caplog.at_level(logging.ERROR):
        await clockwork.start()
        await sweep.ran(3)
        await clockwork.stop()
    assert any("sweep" in record.getMessage() and record.exc_info for record in caplog.records)


async def test_a_job_that_a_clock_set_back_has_stalled_is_woken(caplog: pytest.LogCaptureFixture) -> None:
    sweep, seconds = Signal(), [0.0]
    clockwork = Clockwork({"sweep": (sweep, 0.05)}, monotonic=lambda: seconds[0])
    await clockwork.start()
    await sweep.ran()
    # Seen from a clock that was set back by a year, the next run lies a year ahead.
    assert clockwork._scheduler is not None
    clockwork._scheduler.modify_job("sweep", next_run_time=datetime.now(UTC) + timedelta(days=365))
    seconds[0] = 1.0
    await sweep.ran()
    await clockwork.stop()
    assert "job sweep has not begun for 3 intervals: woken" in caplog.messages


async def test_the_lag_is_how_far_the_latest_job_is_behind() -> None:
    sweep, seconds = Signal(), [100.0]
    clockwork = Clockwork({"sweep": (sweep, LONG)}, monotonic=lambda: seconds[0])
    assert clockwork.lag == 0.0
    await clockwork.start()
    await sweep.ran()
    assert clockwork.lag == 0.0
    seconds[0] = 150.0
    assert clockwork.lag == 20.0
    await clockwork.stop()
    assert clockwork.lag == 0.0


async def test_a_job_that_takes_long_is_neither_doubled_nor_woken() -> None:
    began, release, count = asyncio.Event(), asyncio.Event(), [0]

    async def slow() -> None:
        count[0] += 1
        began.set()
        await release.wait()

    seconds = [0.0]
    clockwork = Clockwork({"slow": (slow, LONG)}, monotonic=lambda: seconds[0])
    await clockwork.start()
    async with asyncio.timeout(GENEROUS):
        await began.wait()
    seconds[0] = 1000.0
    assert clockwork._stalled() == []
    release.set()
    await clockwork.stop()
    assert count == [1]


async def test_stopping_lets_a_running_job_finish() -> None:
    began, finished = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        for _ in range(5):
            await asyncio.sleep(0)
        finished.set()

    clockwork = Clockwork({"slow": (slow, LONG)})
    await clockwork.start()
    async with asyncio.timeout(GENEROUS):
        await began.wait()
    await clockwork.stop()
    assert finished.is_set()


async def test_it_can_be_stopped_twice_and_started_again_but_not_started_twice() -> None:
    sweep = Signal()
    clockwork = Clockwork({"sweep": (sweep, LONG)})
    await clockwork.start()
    with pytest.raises(RuntimeError, match="running already"):
        await clockwork.start()
    await sweep.ran()
    await clockwork.stop()
    await clockwork.stop()
    await clockwork.start()
    await sweep.ran()
    await clockwork.stop()


def test_an_interval_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        Clockwork({"sweep": (Signal(), 0)})
