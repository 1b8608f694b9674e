"""What an import did, table by table: every row read is accounted for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table

from bot.legacy.keeping import Fate


@dataclass(kw_only=True)
class Tally:
    """The rows of one table of the old file by what became of them."""

    table: str
    missing_columns: Sequence[str] = ()
    read: int = 0
    imported: int = 0
    already: int = 0
    merged: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)

    def count(self, fate: Fate, remarks: Iterable[str] = ()) -> None:
        """Count a row that is here now."""
        self.imported += fate is Fate.IMPORTED
        self.already += fate is Fate.ALREADY
        self.merged += fate is Fate.MERGED
        self.remarks.update(remarks)

    @property
    def set_aside(self) -> int:
        """Return how many rows were set aside."""
        return self.aside.total()

    @property
    def adds_up(self) -> bool:
        """Tell whether every row read is accounted for."""
        return self.read == self.imported + self.already + self.merged + self.set_aside


@dataclass(kw_only=True)
class Report:
    """All tables of one import, and what it left alone."""

    dry: bool
    tallies: list[Tally] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    left_alone: dict[str, int] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)
    new_learners: int = 0
    aside_file: str | None = None

    @property
    def set_aside(self) -> int:
        """Return how many rows of all tables were set aside."""
        return sum(tally.set_aside for tally in self.tallies)


def as_table(report: Report) -> Table:
    """Return the counts as they are shown."""
    shown = Table("table", box=box.SIMPLE, header_style="")
    for heading in ("read", "imported", "already there", "merged", "set aside"):
        shown.add_column(heading, justify="right")
    for tally in report.tallies:
        counts = (tally.read, tally.imported, tally.already, tally.merged, tally.set_aside)
        shown.add_row(tally.table, *map(str, counts))
    return shown


def lines(report: Report) -> list[str]:
    """Return everything else there is to say, one line each."""
    told = [
        f"{tally.table}: {count} set aside: {why}" for tally in report.tallies for why, count in _often(tally.aside)
    ]
    told += [f"{tally.table}: {count} {what}" for tally in report.tallies for what, count in _often(tally.remarks)]
    told += [
        f"{tally.table}: has no column {', '.join(tally.missing_columns)}"
        for tally in report.tallies
        if tally.missing_columns
    ]
    told += [f"{name}: not in this file" for name in report.absent]
    if report.left_alone:
        others = ", ".join(f"{name} ({count})" for name, count in report.left_alone.items())
        told.append(f"left alone, for they have no counterpart here: {others}")
    told += [f"users: the map names {who}, who has no rows in this file" for who in report.strangers]
    told.append(f"learners new here: {report.new_learners}")
    if report.aside_file:
        told.append(f"rows set aside are listed in {report.aside_file}")
    told.append("dry run: nothing was changed" if report.dry else "done")
    return told


def _often(counts: Counter[str]) -> list[tuple[str, int]]:
    return counts.most_common()
