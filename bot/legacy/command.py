"""`tertulia import-legacy`: the old file read, everything brought over, the report printed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from bot.legacy import reading
from bot.legacy.aside import AsideList, listed
from bot.legacy.bringing import DryRun, Order, bring_over
from bot.legacy.people import read_map
from bot.legacy.reading import LegacyError
from bot.legacy.report import Report, as_table, lines
from bot.legacy.sources import SOURCES
from bot.scenarios.library import Library
from bot.settings import Settings
from scheduler import calendar
from storage.engine import Database

ASIDE = "legacy-set-aside.csv"
_WIDTH = 100  # where the report goes to a file


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What stands on the command line."""

    file: Path
    users: Path
    dry: bool
    aside: Path | None
    zone: str


def read_order(asked: Asked) -> Order:
    """Check what was asked for before anything is touched: the map, the zone, the file."""
    mapped = read_map(asked.users)
    try:
        zone = calendar.zone(asked.zone)
    except ValueError as error:
        raise LegacyError(f"--zone: {error}") from error
    with reading.opened(asked.file) as old:
        if not any(source.table in old.tables for source in SOURCES):
            raise LegacyError(f"{asked.file}: holds none of the predecessor's tables")
    return Order(file=asked.file, mapped=mapped, zone=zone, dry=asked.dry)


async def import_legacy(settings: Settings, asked: Asked, library: Library, clock: Callable[[], datetime]) -> None:
    """Bring the old file over and print what became of each row."""
    order = read_order(asked)
    # A dry run leaves nothing behind unless a place for the list is named.
    place = asked.aside or (None if asked.dry else settings.data_dir / ASIDE)
    database = Database(settings.database("tertulia"))
    try:
        await database.open()
        with listed(place) as aside:
            report = await _brought_over(database, order, library, aside, clock())
            report.aside_file = aside.keep()
    finally:
        await database.close()
    _print(report)


async def _brought_over(database: Database, order: Order, library: Library, aside: AsideList, now: datetime) -> Report:
    try:
        return await database.run(bring_over, order, library, aside, now)
    except DryRun as tried:
        return tried.report


def _print(report: Report) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, soft_wrap=True, width=_WIDTH)
    console.print(as_table(report))
    for line in lines(report):
        console.print(line)
