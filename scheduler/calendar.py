"""Which day it is for a learner, and at which instant a wall-clock hour falls: pure functions of `now`.

Instants are aware UTC datetimes and days are local dates. Every instant is computed from the local wall time, day by
day, since neither adding 24 hours nor a cron rule survives a change of the clocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ROLLOVER = time(4)
IGNORED_GAPS = (1, 2, 4, 7)
_GOODBYE_AFTER = 5
_LAST_HOUR = 23
_DAY = timedelta(days=1)
_HALF_HOUR = timedelta(minutes=30)  # quiet hours and shifts are whole multiples, and a prompt gets time to go out


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """Hold the local hours in which nobody is disturbed; they may wrap midnight, and equal ends mean none."""

    starts: int = 21
    ends: int = 8

    def __post_init__(self) -> None:
        if not (0 <= self.starts <= _LAST_HOUR and 0 <= self.ends <= _LAST_HOUR):
            raise ValueError(f"quiet hours lie between 0 and 23, not {self.starts} to {self.ends}")


def zone(name: str | None) -> ZoneInfo:
    """Return the IANA zone of this name, or UTC for none; refuse an unknown name with ValueError."""
    if name is None:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder or an overlong name fails as a file would
        raise ValueError(f"unknown time zone {name!r}") from None


def local_date(now: datetime, tz: ZoneInfo) -> date:
    """Return the date on the learner's wall calendar."""
    return _local(now, tz).date()


def study_day(now: datetime, tz: ZoneInfo) -> date:
    """Return the study day, which lasts until four in the morning of the next date."""
    local = _local(now, tz)
    return local.date() - _DAY if local.time() < ROLLOVER else local.date()


def at_local(day: date, wall: time, tz: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall time: a skipped one moves forward, a repeated one is its first."""
    return datetime.combine(day, wall.replace(fold=0), tz).astimezone(UTC)


def day_starts_at(day: date, tz: ZoneInfo) -> datetime:
    """Return the instant at which this study day begins."""
    return at_local(day, ROLLOVER, tz)


def date_ends_at(day: date, tz: ZoneInfo) -> datetime:
    """Return the instant at which this local date is over."""
    return at_local(day + _DAY, time(), tz)


def is_quiet(now: datetime, tz: ZoneInfo, quiet: Quiet) -> bool:
    """Tell whether the learner's wall clock is inside the quiet hours."""
    hour = _local(now, tz).hour
    if quiet.starts <= quiet.ends:
        return quiet.starts <= hour < quiet.ends
    return hour >= quiet.starts or hour < quiet.ends


def quiet_starts_after(now: datetime, tz: ZoneInfo, quiet: Quiet) -> datetime | None:
    """Return the next instant at which quiet hours begin, or None if there are none."""
    return None if quiet.starts == quiet.ends else _next_at(now, time(quiet.starts), tz)


def quiet_ends_after(now: datetime, tz: ZoneInfo, quiet: Quiet) -> datetime:
    """Return the next instant at which the hour that ends quiet hours strikes."""
    return _next_at(now, time(quiet.ends), tz)


def prompt_instant(day: date, hour: int, tz: ZoneInfo, quiet: Quiet) -> datetime:
    """Return when a prompt goes out on this date: at its hour, or beside the quiet hours that it falls into.

    After them if they end on this date, else half an hour before they begin.
    A date that has no open time (skipped by its zone, or quiet throughout) yields the first open time after it.
    """
    wanted = at_local(day, time(hour), tz)
    if _is_open(wanted, day, tz, quiet):
        return wanted
    woken = at_local(day, time(quiet.ends), tz)
    if woken > wanted and _is_open(woken, day, tz, quiet):
        return woken
    earlier = _half_hours_back(wanted, at_local(day, time(), tz))
    open_before = next((instant for instant in earlier if _is_open(instant, day, tz, quiet)), None)
    return open_before or _first_open_from(wanted, tz, quiet)


def next_prompt_at(*, after_day: date, now: datetime, hour: int, tz: ZoneInfo, quiet: Quiet) -> datetime:
    """Return the first prompt instant after `now` on a local date later than `after_day`."""
    day = max(after_day + _DAY, local_date(now, tz))
    while True:
        instant = prompt_instant(day, hour, tz, quiet)
        if instant > now and _is_open(instant, day, tz, quiet):
            return instant
        day += _DAY


def gap_after(ignored: int) -> int | None:
    """Return the days until the next prompt after this many unanswered ones in a row; None means silence."""
    if ignored > _GOODBYE_AFTER:
        return None
    return IGNORED_GAPS[min(max(ignored, 1), len(IGNORED_GAPS)) - 1]


def _is_open(instant: datetime, day: date, tz: ZoneInfo, quiet: Quiet) -> bool:
    return local_date(instant, tz) == day and not is_quiet(instant, tz, quiet)


def _half_hours_back(start: datetime, end: datetime) -> Iterator[datetime]:
    instant = start - _HALF_HOUR
    while instant >= end:
        yield instant
        instant -= _HALF_HOUR


def _first_open_from(instant: datetime, tz: ZoneInfo, quiet: Quiet) -> datetime:
    while is_quiet(instant, tz, quiet):
        instant += _HALF_HOUR
    return instant


def _next_at(now: datetime, wall: time, tz: ZoneInfo) -> datetime:
    day = local_date(now, tz)
    while (instant := at_local(day, wall, tz)) <= now:
        day += _DAY
    return instant


def _local(now: datetime, tz: ZoneInfo) -> datetime:
    if now.tzinfo is None:
        raise ValueError("an instant needs a time zone: naive datetimes are refused")
    return now.astimezone(tz)
