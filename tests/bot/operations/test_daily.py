"""The daily backup: one a day whatever is restarted, reported when it fails, and again when all is well."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.operations.daily import DailyBackup, Reports
from tests.bot.operations.conftest import NOW
from tests.clock import FixedClock

pytestmark = pytest.mark.real_time


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def parts(folder: Path) -> list[Path]:
    return list(folder.glob(".*part"))


def daily(source: Path, folder: Path, clock: FixedClock, told: list[str] | None = None, keep: int = 7) -> DailyBackup:
    told = [] if told is None else told

    async def failed(detail: str) -> None:
        told.append(f"failed: {detail}")

    async def went_well() -> None:
        told.append("went well")

    reports = Reports(on_failure=failed, on_success=went_well)
    return DailyBackup(f"sqlite:///{source}", folder, keep, clock, reports)


async def test_there_is_one_a_day_however_often_the_bot_is_restarted(played_sqlite: Path, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    for _hour in range(50):
        await daily(played_sqlite, tmp_path, clock).tick()
        clock.advance(hours=1)
    assert names(tmp_path) == [f"tertulia-daily-2026-11-0{day}T003000Z.sqlite3" for day in (5, 6, 7)]


async def test_only_so_many_days_are_kept(played_sqlite: Path, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    for _day in range(4):
        await daily(played_sqlite, tmp_path, clock, keep=2).tick()
        clock.advance(days=1)
    assert len(names(tmp_path)) == 2


async def test_a_clock_set_back_does_not_stop_the_backups(played_sqlite: Path, tmp_path: Path) -> None:
    clock = FixedClock(NOW + timedelta(days=400))
    await daily(played_sqlite, tmp_path, clock).tick()
    clock.now = NOW
    await daily(played_sqlite, tmp_path, clock).tick()
    assert len(names(tmp_path)) == 2


async def test_a_failure_is_logged_once_and_reported_until_all_is_well(
    played_sqlite: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    (tmp_path / "kept").touch()
    backup = daily(played_sqlite, tmp_path / "kept", FixedClock(NOW), told)
    await backup.tick()
    await backup.tick()
    (tmp_path / "kept").unlink()
    await backup.tick()
    assert told[:2] == [f"failed: no backup was made in {tmp_path / 'kept'}: File exists"] * 2
    assert told[2:] == ["went well"]
    assert [record.levelname for record in caplog.records].count("ERROR") == 1


async def test_a_backup_cut_short_by_the_end_of_the_bot_leaves_nothing(played_sqlite: Path, tmp_path: Path) -> None:
    backup = daily(played_sqlite, tmp_path, FixedClock(NOW))
    task = asyncio.create_task(backup.tick())
    while not parts(tmp_path):
        await asyncio.sleep(0)
        if task.done():
            return  # too quick to be cut short
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()
    assert parts(tmp_path) == []
