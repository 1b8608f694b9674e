"""Scenes the predecessor says were played to their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.legacy.fields import Fields
from bot.legacy.values import UnusableError

KEY = (("user_id",), ("progress_id",), ("scenario_id",), ("started_at",), ("completed_at",))
_LONGEST = timedelta(days=1)
_ZONES_APART = timedelta(days=1)  # a time written without its zone may seem to lie ahead
COLUMNS = (("scenario_id",), ("started_at",), ("completed_at",), ("success_rate",), ("completion_score",))


@dataclass(frozen=True, kw_only=True)
class OldCompletion:
    """One completion as it is kept here; which language was spoken, its row does not say."""

    scenario_id: str
    started_at: datetime
    completed_at: datetime
    duration_seconds: int
    phases_completed: int
    total_phases: int
    vocabulary: tuple[str, ...]
    objectives: tuple[str, ...]
    success_rate: int
    completion_score: int
    broken_lists: int


def completion_of(fields: Fields, now: datetime) -> OldCompletion:
    """Return a row of `scenario_progress_history`."""
    scenario = fields.text("scenario_id", longest=100)
    if not scenario:
        raise UnusableError("it names no scenario")
    lasted = timedelta(minutes=fields.count("duration_minutes"))
    if lasted > _LONGEST:
        fields.keep("duration_minutes")
        lasted = _LONGEST
    started, completed = fields.instant("started_at"), fields.instant("completed_at")
    if completed is None:
        raise UnusableError("nothing says when it was completed")
    if completed > now + _ZONES_APART:
        raise UnusableError("it was completed in the future")
    completed = min(completed, now)
    vocabulary, words_whole = fields.texts("vocabulary_mastered")
    objectives, goals_whole = fields.texts("objectives_completed")
    return OldCompletion(
        scenario_id=scenario,
        started_at=completed - lasted if started is None or started > completed else started,
        completed_at=completed,
        duration_seconds=int(lasted.total_seconds()),
        phases_completed=fields.count("phases_completed"),
        total_phases=fields.count("total_phases"),
        vocabulary=tuple(vocabulary),
        objectives=tuple(objectives),
        success_rate=_percent(fields, "success_rate", 100),
        completion_score=_percent(fields, "completion_score", 1),
        broken_lists=(not words_whole) + (not goals_whole),
    )


def _percent(fields: Fields, name: str, whole: int) -> int:
    """Return a whole number from 0 to 100; a value beyond is left over as it was."""
    found = (fields.number(name) or 0) * whole
    if not 0 <= found <= 100:  # noqa: PLR2004 - a percentage
        fields.keep(name)
    return round(min(max(found, 0), 100))
