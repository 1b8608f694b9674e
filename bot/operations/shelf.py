"""The folder of backups: how they are called, which is the newest, and which are old enough to go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

_STAMP = "%Y-%m-%dT%H%M%SZ"


class Series(StrEnum):
    """Why a backup was made; each series is kept and thinned out by itself."""

    BY_HAND = "tertulia"
    DAILY = "tertulia-daily"
    REPLACED = "tertulia-replaced"


@dataclass(frozen=True, kw_only=True, order=True)
class Kept:
    """One backup on the shelf."""

    at: datetime
    path: Path


def named(folder: Path, series: Series, now: datetime, ending: str) -> Path:
    """Return the path of a backup made at this instant, or at the first second after it that has none."""
    while (path := folder / f"{series}-{now.astimezone(UTC):{_STAMP}}.{ending}").exists():
        now += timedelta(seconds=1)
    return path


def kept(folder: Path, series: Series, ending: str) -> Sequence[Kept]:
    """Return the backups of a series, the oldest first; any other file is none of ours."""
    pattern = re.compile(rf"{series}-(\d{{4}}-\d\d-\d\dT\d{{6}}Z)\.{ending}")
    found = [(match[1], path) for path in folder.glob(f"*.{ending}") if (match := pattern.fullmatch(path.name))]
    return sorted(Kept(at=at, path=path) for stamp, path in found if (at := _instant(stamp)) is not None)


def thin_out(folder: Path, series: Series, ending: str, keep: int | None) -> int:
    """Delete all but the newest backups of a series and return how many went; without a number, all stay."""
    old = [] if keep is None else kept(folder, series, ending)[: -max(keep, 1)]
    for each in old:
        each.path.unlink(missing_ok=True)
    return len(old)


def _instant(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
