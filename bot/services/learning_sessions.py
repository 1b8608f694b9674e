"""Sittings of every kind, tracked the same way: start, update, complete; one left idle ends itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.services.visit import Visit
from storage import learning_sessions
from storage.rows import changed, new
from storage.tables import LearningSession, SessionType

IDLE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What a learner sits down to."""

    session_type: SessionType
    source_id: str
    language: str


def start_session(visit: Visit, activity: Activity, **metadata: Any) -> LearningSession:
    """Return the sitting the learner is in, or a new one if they have left the last one or changed the activity."""
    found = learning_sessions.open_session(visit.connection, visit.user.id, activity.session_type)
    if found is not None:
        same = (found.source_id, found.language) == (activity.source_id, activity.language)
        if same and visit.now - found.last_activity_at < IDLE and found.session_metadata == metadata:
            return found
        learning_sessions.change(visit.connection, found.id, ended_at=found.last_activity_at)
    session = new(
        LearningSession,
        user_id=visit.user.id,
        session_type=activity.session_type,
        source_id=activity.source_id,
        language=activity.language,
        started_at=visit.now,
        last_activity_at=visit.now,
        session_metadata=metadata,
    )
    return changed(session, id=learning_sessions.start(visit.connection, session))


def update_session(visit: Visit, session: LearningSession, *, correct: int = 0, incorrect: int = 0) -> LearningSession:
    """Add whole numbers of items; time runs from the start to this moment, and stands still once it has ended."""
    until = visit.now if session.ended_at is None else session.last_activity_at
    changes = {
        "last_activity_at": max(until, session.last_activity_at),
        "duration_seconds": max(session.duration_seconds, int((until - session.started_at).total_seconds())),
        "items_studied": session.items_studied + correct + incorrect,
        "items_correct": session.items_correct + correct,
        "items_incorrect": session.items_incorrect + incorrect,
    }
    learning_sessions.change(visit.connection, session.id, **changes)
    return changed(session, **changes)


def complete_session(visit: Visit, session: LearningSession, **metadata: Any) -> None:
    """End a sitting and keep what there is to say about it."""
    kept = {**session.session_metadata, **metadata}
    # A clock that was set back must not let a sitting end before it began.
    ended_at = max(visit.now, session.last_activity_at)
    learning_sessions.change(visit.connection, session.id, ended_at=ended_at, session_metadata=kept)


def get_user_sessions(visit: Visit, limit: int = 10) -> Sequence[LearningSession]:
    """Return the learner's newest sittings, newest first."""
    return learning_sessions.latest(visit.connection, visit.user.id, limit)
