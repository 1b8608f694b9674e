"""What every use case receives: one learner, here and now, inside one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.scenarios.library import Library
from scheduler import calendar
from storage.tables import User


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One learner's moment with the tutor: their row as it stood when they came, and the transaction they are in."""

    connection: Connection
    user: User
    is_new: bool
    now: datetime
    update_id: int
    library: Library

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the learner's zone; UTC until they have confirmed one."""
        return calendar.zone(self.user.zone)

    @property
    def confirmed_zone(self) -> str | None:
        """Return the name of the learner's zone once they have confirmed it."""
        return self.user.zone if self.user.zone_confirmed else None

    @cached_property
    def quiet(self) -> calendar.Quiet:
        """Return the hours in which the learner is never disturbed."""
        return calendar.Quiet(starts=self.user.quiet_starts, ends=self.user.quiet_ends)

    @cached_property
    def today(self) -> date:
        """Return the learner's study day: the local date, which turns over at 04:00."""
        return calendar.study_day(self.now, self.zone)
