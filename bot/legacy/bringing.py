"""The import as one use case: every old row is brought over, joined to another, or set aside with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.legacy import reading
from bot.legacy.aside import AsideList
from bot.legacy.fields import Fields
from bot.legacy.keeping import Fate
from bot.legacy.learners import Learners
from bot.legacy.people import People
from bot.legacy.reading import OCCURRENCE, LegacyError, OldFile, Row
from bot.legacy.report import Report, Tally
from bot.legacy.sources import SESSION_TABLES, SOURCES, Names, Source
from bot.legacy.values import UnusableError, text
from bot.scenarios.library import Library
from storage import legacy_imports
from storage.legacy_tables import LegacyImport

_PEOPLE_AND_LISTS = ("users", "languages", "user_languages")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an operator asked for: a file, whose rows it holds, and the zone of times written without one."""

    file: Path
    mapped: dict[str, int]
    zone: ZoneInfo
    dry: bool


class DryRun(Exception):  # noqa: N818 - no error: it takes back what was only tried
    """Carries the report of a dry run out of the transaction, which is rolled back."""

    def __init__(self, report: Report) -> None:
        super().__init__("dry run")
        self.report = report


def bring_over(connection: Connection, order: Order, library: Library, aside: AsideList, now: datetime) -> Report:
    """Bring everything over in this one transaction and say what became of each row; a dry run raises its report.

    The old file is read meanwhile: one that is larger than the memory would fit nowhere else.
    """
    aside.begin()
    with reading.opened(order.file) as old:
        learners = Learners(connection, library, now)
        report = _Pass(old, order, learners, aside, now).run(connection)
    if order.dry:
        raise DryRun(report)
    return report


class _Pass:
    """One pass over an old file."""

    def __init__(self, old: OldFile, order: Order, learners: Learners, aside: AsideList, now: datetime) -> None:
        self._old = old
        self._order = order
        self._people = People(order.mapped, old, order.zone)
        self._people.hear(SESSION_TABLES)
        self._learners = learners
        self._aside = aside
        self._now = now

    def run(self, connection: Connection) -> Report:
        """Go through every table, then plan the prompts of all who got anything."""
        there = [source for source in SOURCES if source.table in self._old.tables]
        report = Report(dry=self._order.dry, tallies=[self._go_through(connection, source) for source in there])
        self._learners.plan_prompts()
        self._go_on()
        report.absent = [source.table for source in SOURCES if source not in there]
        report.left_alone = self._left_alone()
        report.strangers = self._people.strangers()
        report.new_learners = self._learners.added
        return report

    def _go_through(self, connection: Connection, source: Source) -> Tally:
        there = set(self._old.columns(source.table))
        lacking = ["/".join(names) for names in source.columns if there.isdisjoint(names)]
        tally = Tally(table=source.table, missing_columns=lacking)
        for row in self._old.rows(source.table, [name for names in source.key for name in names]):
            self._go_on()
            tally.read += 1
            try:
                self._take(connection, source, row, tally)
            except UnusableError as error:
                tally.aside[str(error)] += 1
                self._aside.add(source.table, _shown_key(row), str(error), row)
        return tally

    def _go_on(self) -> None:
        """Stop, and with it take everything back, if the operator has given the import up."""
        if not self._aside.wanted:
            raise LegacyError("interrupted: nothing was changed")

    def _take(self, connection: Connection, source: Source, row: Row, tally: Tally) -> None:
        telegram_id = self._people.telegram_id(row.get("user_id"))
        fields = Fields(row, self._order.zone)
        found = source.read(fields, self._now)
        learner = self._learners.of(telegram_id, self._people.known[telegram_id])
        key = _fingerprint(source.key, row)
        earlier = legacy_imports.noted_at(connection, telegram_id, source.kind, key)
        if earlier is not None:
            # The migration of December 2025 left every sitting in two tables.
            tally.count(Fate.MERGED if earlier == self._now else Fate.ALREADY)
            return
        kept = source.keep(learner, found)
        tally.count(kept.fate, kept.remarks)
        entry = LegacyImport.model_construct(
            user_id=telegram_id,
            kind=source.kind,
            legacy_key=key,
            leftover=fields.leftover(),
            imported_at=self._now,
        )
        legacy_imports.note(connection, entry)

    def _left_alone(self) -> dict[str, int]:
        """Count what has no counterpart here."""
        known = {source.table for source in SOURCES} | set(_PEOPLE_AND_LISTS)
        counted = ((name, self._old.count(name)) for name in self._old.tables if name not in known)
        return {name: count for name, count in counted if count}


def _fingerprint(key: Sequence[Names], row: Row) -> str:
    """Return what tells a row from every other, whichever copy of the file and whichever of its tables it stands in."""
    values = [next((row[name] for name in names if name in row), None) for names in key]
    told = "\0".join("\1" if value is None else str(value) for value in (*values, row[OCCURRENCE]))
    return blake2b(told.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _shown_key(row: Row) -> str:
    shown = next((row[name] for name in ("id", "item_id", "session_id") if row.get(name) is not None), None)
    return text(row[OCCURRENCE] if shown is None else shown)
