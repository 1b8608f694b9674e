"""The daily backup of the running bot, and what an admin hears of it."""

from pathlib import Path

from bot.running import _backups
from bot.settings import Settings
from tests.journeys.conftest import ADMIN, Tutor


async def test_an_admin_is_told_once_that_the_backup_failed_and_once_that_it_works(
    tutor: Tutor, tmp_path: Path
) -> None:
    admin = tutor.learner(id=ADMIN, name="Olga")
    await admin.says("/start")
    settings = Settings(data_dir=tmp_path / "data", database_url=tutor.database.url)
    in_the_way = settings.backup_dir
    in_the_way.parent.mkdir()
    in_the_way.touch()
    tick, _seconds = _backups(tutor.app, settings)["backup"]

    await tick()
    await tutor.settled()
    assert "The backup failed: " in admin.screen
    told = admin.newest
    await tick()
    await tutor.settled()
    assert admin.newest is told

    in_the_way.unlink()
    await tick()
    await tutor.settled()
    assert admin.screen == "The backup works again."
    assert [path.suffix for path in in_the_way.iterdir()] == [".sqlite3"]


async def test_no_backup_is_made_where_none_is_wanted(tutor: Tutor, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=tutor.database.url, backups=0)
    assert _backups(tutor.app, settings) == {}
