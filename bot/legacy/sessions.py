"""Sittings of the predecessor, in both shapes its table had."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.legacy.fields import Fields
from bot.legacy.values import UnusableError, document
from storage.tables import SessionType

KEY = (("user_id",), ("session_type",), ("scenario_id", "source_id"), ("language_code", "language"), ("started_at",))
COLUMNS = (("session_type",), ("started_at",), ("language", "language_code"), ("items_studied",))
_TYPES = {
    "vocabulary": SessionType.VOCABULARY_REVIEW,
    "vocabulary_review": SessionType.VOCABULARY_REVIEW,
    "scenario": SessionType.SCENARIO,
    "conversation": SessionType.CONVERSATION,
    "tutor_mode": SessionType.CONVERSATION,
    "content_study": SessionType.CONTENT_STUDY,
    "content_review": SessionType.CONTENT_STUDY,
}
_LONGEST = timedelta(days=1)
_ZONES_APART = timedelta(days=1)  # a time written without its zone may seem to lie ahead


@dataclass(frozen=True, kw_only=True)
class OldSession:
    """One sitting as it is kept here."""

    session_type: SessionType
    source_id: str | None
    language: str | None
    started_at: datetime
    ended_at: datetime
    duration_seconds: int
    items_correct: int
    items_incorrect: int
    metadata: dict[str, Any]


def session_of(fields: Fields, now: datetime) -> OldSession:
    """Return a sitting of either shape; one that never ended, ends after the time it is said to have lasted."""
    said = fields.text("session_type").casefold()
    if said not in _TYPES:
        raise UnusableError("the session_type is unknown")
    lasted = _lasted(fields)
    ended = fields.instant("ended_at")
    started = fields.instant("started_at", "created_at") or (ended - lasted if ended else None)
    if started is None:
        raise UnusableError("nothing says when it began")
    if started > now + _ZONES_APART:
        raise UnusableError("it begins in the future")
    started = min(started, now)
    # The clocks of one row may disagree: naive at its start, zoned at its end.
    if ended is None or not timedelta() <= ended - started <= _LONGEST:
        ended = started + lasted
    ended = min(ended, now)
    correct, incorrect = _items(fields)
    kept = fields.raw("session_metadata", "mode_specific_data")
    return OldSession(
        session_type=_TYPES[said],
        source_id=fields.text("source_id", "scenario_id", longest=100) or None,
        language=fields.language(),
        started_at=started,
        ended_at=ended,
        duration_seconds=int((lasted or ended - started).total_seconds()),
        items_correct=correct,
        items_incorrect=incorrect,
        metadata=_metadata(kept),
    )


def _lasted(fields: Fields) -> timedelta:
    seconds = fields.count("duration_seconds") or 60 * fields.count("duration_minutes")
    if seconds > _LONGEST.total_seconds():
        fields.keep("duration_seconds", "duration_minutes")
    return min(timedelta(seconds=seconds), _LONGEST)


def _items(fields: Fields) -> tuple[int, int]:
    """Return right and wrong items; what was neither is not counted, and the old numbers are left over.

    The predecessor cut both down from a rate, so they need not add up; where it has only the rate, they follow from it.
    """
    studied = fields.count("items_studied")
    correct, incorrect = fields.count("items_correct"), fields.count("items_incorrect")
    share, percent = fields.number("accuracy_rate"), fields.number("accuracy_percentage")
    rate = share if share is not None else (percent or 0) / 100
    if not correct and not incorrect and 0 < rate <= 1:
        correct = round(studied * rate)
        incorrect = studied - correct
    if correct + incorrect != studied:
        fields.keep("items_studied")
    return correct, incorrect


def _metadata(kept: Any) -> dict[str, Any]:
    found = document(kept)
    return {} if found is None else {"legacy": found}
