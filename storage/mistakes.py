"""The predicted errors learners made, counted; what was contested does not count."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage.rows import table
from storage.statements import Prepared
from storage.tables import LearningSession, ScenarioRun, ScenarioTurn

_turns = table(ScenarioTurn)
_runs = table(ScenarioRun)
_sessions = table(LearningSession)
_made = (_turns.c.error_id.is_not(None), _turns.c.verdict == "error", _turns.c.contested_at.is_(None))
_of_run = Prepared(select(_turns.c.error_id).where(_turns.c.run_id == bindparam("run"), *_made).order_by(_turns.c.id))


def counts(
    connection: Connection, user_id: int, language: str, since: datetime, until: datetime | None = None
) -> Mapping[str, int]:
    """Count a learner's errors in a language by id, the most frequent first."""
    query = (
        select(_turns.c.error_id, func.count().label("times"))
        .select_from(_turns.join(_runs, _runs.c.id == _turns.c.run_id))
        .where(_turns.c.user_id == user_id, _runs.c.language == language, _turns.c.said_at >= since, *_made)
    )
    if until is not None:
        query = query.where(_turns.c.said_at < until)
    rows = connection.execute(query.group_by(_turns.c.error_id).order_by(func.count().desc(), _turns.c.error_id))
    return {row[0]: row[1] for row in rows}


def of_run(connection: Connection, run_id: int) -> Sequence[str]:
    """Return the ids of the errors made in a run, each once, in order."""
    return list(dict.fromkeys(_of_run(connection, run=run_id).scalars()))


def count_since(connection: Connection, user_id: int, language: str, error_id: str, since: datetime) -> int:
    """Count how often a learner made one error since an instant."""
    return counts(connection, user_id, language, since).get(error_id, 0)


def scenes_of(connection: Connection, user_id: int, language: str, error_id: str) -> Sequence[str]:
    """Return the scenes in which a learner made an error, the latest first."""
    met = (
        select(_runs.c.scenario_id)
        .select_from(_turns.join(_runs, _runs.c.id == _turns.c.run_id))
        .where(_turns.c.user_id == user_id, _runs.c.language == language, _turns.c.error_id == error_id)
        .order_by(_turns.c.id.desc())
    )
    return list(dict.fromkeys(connection.execute(met).scalars()))


def drilled_at(connection: Connection, user_id: int, source_id: str) -> datetime | None:
    """Return when a learner last worked on an error."""
    last: datetime | None = connection.scalar(
        select(func.max(_sessions.c.started_at)).where(
            _sessions.c.user_id == user_id, _sessions.c.source_id == source_id, _sessions.c.items_studied > 0
        )
    )
    return last
