"""A backup is whole or not there, private, thinned out by its own name alone, and takes nothing from a running bot."""

import stat
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.operations.backup import BackupError, Made, Order, back_up
from bot.operations.postgres import StoppedError, _where
from bot.operations.restore import Wish, restore
from bot.operations.shelf import Series
from tests import databases
from tests.bot.operations.conftest import NOW, living
from tests.clock import FixedClock
from tests.journeys.conftest import PERFECT, Tutor


def made(url: str, folder: Path, now: datetime = NOW, keep: int = 14, series: Series = Series.BY_HAND) -> Made:
    return back_up(Order(database_url=url, folder=folder, keep=keep, series=series), now)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def many_scenes(tutor: Tutor) -> None:
    tutor.fake._last_update += 10_000  # a Telegram that has gone on since
    for number in range(6):
        learner = tutor.learner(id=7_100_000_000 + number, name="Eva")
        await learner.says("/start")
        await learner.presses("I know some")
        for line in PERFECT:
            await learner.says(line)


@pytest.mark.real_time
def test_a_backup_taken_while_learners_play_restores_to_a_sound_database(played_url: str, tmp_path: Path) -> None:
    playing = threading.Thread(target=living, args=(played_url, many_scenes, FixedClock(NOW)))
    playing.start()
    copies = [made(played_url, tmp_path / "kept", keep=1000)]
    while playing.is_alive():
        copies.append(made(played_url, tmp_path / "kept", keep=1000))
    playing.join()
    counts = []
    for copy in (copies[len(copies) // 2], copies[-1]):
        restored = restore(Wish(file=copy.path, database_url=played_url, folder=tmp_path / "replaced", force=True), NOW)
        assert list(restored.findings) == []
        counts.append(restored.rows["learners"])
    assert 2 <= counts[0] <= counts[1] <= 8


def test_a_backup_is_for_its_owner_alone_and_named_by_its_instant(played_url: str, tmp_path: Path) -> None:
    copy = made(played_url, tmp_path / "kept")
    assert copy.path.stem == "tertulia-2026-11-05T003000Z"
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.path.parent.stat().st_mode) == 0o700
    assert names(tmp_path / "kept") == [copy.path.name]


def test_only_the_newest_of_its_own_series_are_kept(played_sqlite: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{played_sqlite}"
    folder = tmp_path / "kept"
    made(url, folder, series=Series.DAILY)
    for other in ("tertulia-old.sqlite3", "holiday.sqlite3", "tertulia-2020-01-01T000000Z.dump"):
        (folder / other).touch()
    for minute in range(4):
        last = made(url, folder, NOW + timedelta(minutes=minute), keep=2)
    assert last.removed == 1
    assert names(folder) == [
        "holiday.sqlite3",
        "tertulia-2020-01-01T000000Z.dump",
        "tertulia-2026-11-05T003200Z.sqlite3",
        "tertulia-2026-11-05T003300Z.sqlite3",
        "tertulia-daily-2026-11-05T003000Z.sqlite3",
        "tertulia-old.sqlite3",
    ]


def test_what_a_killed_backup_left_goes_a_day_later(played_sqlite: Path, tmp_path: Path) -> None:
    left = tmp_path / ".tertulia-2026-11-01T000000Z.sqlite3.1.part"
    left.touch()
    written = datetime.fromtimestamp(left.stat().st_mtime, NOW.tzinfo)
    made(f"sqlite:///{played_sqlite}", tmp_path, written + timedelta(hours=1))
    assert left.exists()
    made(f"sqlite:///{played_sqlite}", tmp_path, written + timedelta(hours=25))
    assert not left.exists()


def test_a_backup_that_is_broken_off_leaves_nothing(played_url: str, tmp_path: Path) -> None:
    order = Order(database_url=played_url, folder=tmp_path / "kept", keep=1, stopped=lambda: True)
    if played_url.startswith("sqlite"):
        with pytest.raises(StoppedError):
            back_up(order, NOW)
        assert names(tmp_path / "kept") == []


def test_what_cannot_be_backed_up_is_said_in_one_line(played_sqlite: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(played_sqlite.read_bytes()[:20_000] + b"x" * 50_000)
    cases = {
        f"sqlite:///{tmp_path}/none.sqlite3": "there is no database at",
        f"sqlite:///{damaged}": "the database is damaged: ",
        "postgresql://postgres:s3cr3t-word@127.0.0.1:1/none": "Connection refused",
    }
    for url, why in cases.items():
        with pytest.raises(BackupError, match=why) as refused:
            made(url, tmp_path / "kept")
        assert "\n" not in str(refused.value)
        assert "s3cr3t-word" not in str(refused.value)
        assert names(tmp_path / "kept") == []
    with pytest.raises(BackupError, match="File exists"):
        made(f"sqlite:///{played_sqlite}", tmp_path / "file")


def test_a_missing_pg_dump_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("bot.operations.postgres._DEBIAN", tmp_path)
    with pytest.raises(BackupError, match="pg_dump is not installed"):
        made(databases.DEFAULT_SERVER, tmp_path / "kept")


def test_the_password_is_never_among_the_arguments() -> None:
    where, password = _where("postgresql+psycopg://ana:s3cr3t%40word@db:5433/tertulia?sslmode=require")
    assert password == "s3cr3t@word"
    assert where == "user=ana dbname=tertulia host=db port=5433 sslmode=require"
