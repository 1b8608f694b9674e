"""Scenarios played to their end (`scenario_progress_history`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.rows import every, table
from storage.tables import ScenarioCompletion

_completions = table(ScenarioCompletion)


def record(connection: Connection, completion: ScenarioCompletion) -> int:
    """Keep a completion and return its id; the database allows one a run."""
    written = _completions.insert().returning(_completions.c.id)
    return int(connection.execute(written, completion.model_dump(exclude={"id"})).scalar_one())


def latest(connection: Connection, user_id: int, limit: int = 10) -> Sequence[ScenarioCompletion]:
    """Return a learner's newest completions, newest first."""
    mine = select(_completions).where(_completions.c.user_id == user_id)
    newest = mine.order_by(_completions.c.completed_at.desc(), _completions.c.id.desc())
    return every(ScenarioCompletion, connection.execute(newest.limit(limit)))


def latest_score(connection: Connection, user_id: int, scenario_id: str, language: str) -> int | None:
    """Return the score of a learner's newest completion of a scene in a language."""
    mine = (_completions.c.user_id == user_id, _completions.c.language == language)
    newest = select(_completions.c.completion_score).where(*mine, _completions.c.scenario_id == scenario_id)
    found: int | None = connection.scalar(
        newest.order_by(_completions.c.completed_at.desc(), _completions.c.id.desc()).limit(1)
    )
    return found


def passed_scenes(connection: Connection, user_id: int, language: str) -> Sequence[str]:
    """Return the scenes a learner has passed in a language."""
    mine = (_completions.c.user_id == user_id, _completions.c.language == language, _completions.c.passed.is_(True))
    return connection.execute(select(_completions.c.scenario_id).where(*mine).distinct()).scalars().all()


def count(connection: Connection, user_id: int | None = None, *, since: datetime | None = None) -> int:
    """Count completions: one learner's or everybody's, all or since an instant."""
    query = select(func.count()).select_from(_completions)
    if user_id is not None:
        query = query.where(_completions.c.user_id == user_id)
    if since is not None:
        query = query.where(_completions.c.completed_at >= since)
    return connection.scalar(query) or 0


def best_scores(connection: Connection, user_id: int, language: str) -> Mapping[str, int]:
    """Return a learner's best score in each scenario they finished in a language."""
    mine = (_completions.c.user_id == user_id, _completions.c.language == language)
    best = select(_completions.c.scenario_id, func.max(_completions.c.completion_score))
    rows = connection.execute(best.where(*mine).group_by(_completions.c.scenario_id))
    return {row[0]: row[1] for row in rows}
