"""Sittings of every kind; open while they have no end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.clauses import Changing, inserting
from storage.rows import every, first, table
from storage.statements import Prepared
from storage.tables import LearningSession, SessionType

_sessions = table(LearningSession)
_start = inserting(_sessions, returning=[_sessions.c.id])
_change = Changing(_sessions, _sessions.c.id)
_get = Prepared(select(_sessions).where(_sessions.c.id == bindparam("key")))
_open = Prepared(
    select(_sessions)
    .where(
        _sessions.c.user_id == bindparam("who"),
        _sessions.c.session_type == bindparam("kind"),
        _sessions.c.ended_at.is_(None),
    )
    .order_by(_sessions.c.id.desc())
    .limit(1)
)
# Through the index of open sittings: there are as many as people study at the moment.
_left_alone = (_sessions.c.ended_at.is_(None), _sessions.c.last_activity_at <= bindparam("before"))
_idle = select(_sessions.c.id).where(*_left_alone).limit(bindparam("limit"))
# Asked twice: who comes back between the look and the change must find their sitting open.
_end_idle = (
    update(_sessions).where(_sessions.c.id.in_(_idle), *_left_alone).values(ended_at=_sessions.c.last_activity_at)
)


def start(connection: Connection, session: LearningSession) -> int:
    """Open a sitting and return its id."""
    return int(_start(connection, **vars(session)).scalar())


def open_session(connection: Connection, user_id: int, session_type: SessionType) -> LearningSession | None:
    """Return the sitting of a kind that a learner is in."""
    return first(LearningSession, _open(connection, who=user_id, kind=session_type))


def get(connection: Connection, session_id: int) -> LearningSession | None:
    """Return a sitting."""
    return first(LearningSession, _get(connection, key=session_id))


def is_there(connection: Connection, user_id: int, source_id: str, started_at: datetime) -> bool:
    """Tell whether a learner's sitting with a scene began at that instant."""
    mine = (_sessions.c.user_id == user_id, _sessions.c.source_id == source_id, _sessions.c.started_at == started_at)
    scene = _sessions.c.session_type == SessionType.SCENARIO
    return connection.scalar(select(_sessions.c.id).where(*mine, scene).limit(1)) is not None


def change(connection: Connection, session_id: int, **values: Any) -> None:
    """Change a sitting."""
    _change(connection, session_id, values)


def end_idle(connection: Connection, before: datetime, limit: int) -> int:
    """End so many of the sittings nobody has touched since, at the moment each was last touched; return how many."""
    return connection.execute(_end_idle, {"before": before, "limit": limit}).rowcount


def latest(connection: Connection, user_id: int, limit: int = 10) -> Sequence[LearningSession]:
    """Return a learner's newest sittings, newest first."""
    mine = (
        select(_sessions)
        .where(_sessions.c.user_id == user_id)
        .order_by(_sessions.c.started_at.desc(), _sessions.c.id.desc())
    )
    return every(LearningSession, connection.execute(mine.limit(limit)))


def total_seconds(connection: Connection, user_id: int) -> int:
    """Return how long a learner has studied in all."""
    spent = select(func.sum(_sessions.c.duration_seconds)).where(_sessions.c.user_id == user_id)
    return int(connection.scalar(spent) or 0)


def practised_at(connection: Connection, user_id: int) -> datetime | None:
    """Return when a learner last practised anything."""
    last: datetime | None = connection.scalar(
        select(func.max(_sessions.c.last_activity_at)).where(_sessions.c.user_id == user_id)
    )
    return last
