"""An operator who imports: the file, the map, the command as the command line runs it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.legacy.aside import listed
from bot.legacy.bringing import DryRun, bring_over
from bot.legacy.command import Asked, read_order
from bot.legacy.report import Report, Tally
from storage.engine import Database
from tests import shipped
from tests.clock import START
from tests.legacy import old_database


@dataclass(kw_only=True)
class Operator:
    """Somebody with an old file, a map, and a database to bring it to."""

    database: Database
    folder: Path
    now: datetime = START

    @property
    def map(self) -> Path:
        """Return the map, as the fixture has it unless a test wrote another."""
        path = self.folder / "map.csv"
        if not path.exists():
            path.write_text(old_database.MAP, encoding="utf-8")
        return path

    @property
    def aside(self) -> Path:
        """Return where rows set aside are listed."""
        return self.folder / "aside.csv"

    async def imports(self, file: Path, *, dry: bool = False) -> Report:
        """Import a file and return the report; each import happens at a later moment."""
        self.now += timedelta(minutes=1)
        order = read_order(Asked(file=file, users=self.map, dry=dry, aside=self.aside, zone="UTC"))
        with listed(self.aside) as aside:
            try:
                report = await self.database.run(bring_over, order, shipped.library(), aside, self.now)
            except DryRun as tried:
                report = tried.report
            report.aside_file = aside.keep()
        return report

    async def rows(self, query: str, **values: Any) -> list[Any]:
        """Read the tables."""
        return await self.database.run(lambda connection: list(connection.execute(text(query), values)))

    async def count(self, table: str) -> int:
        """Count the rows of a table."""
        return int((await self.rows(f"SELECT count(*) FROM {table}"))[0][0])  # noqa: S608 - a test's own words


def tally(report: Report, table: str) -> Tally:
    """Return the counts of one table."""
    return next(one for one in report.tallies if one.table == table)


@pytest.fixture
def operator(database: Database, tmp_path: Path) -> Operator:
    folder = tmp_path / "old"
    folder.mkdir()
    return Operator(database=database, folder=folder)
