"""Scenarios played to their end (`scenario_progress_history`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage.clauses import inserting
from storage.rows import every, table
from storage.statements import Prepared
from storage.tables import ScenarioCompletion

_completions = table(ScenarioCompletion)
_record = inserting(_completions, returning=[_completions.c.id])
_any = Prepared(select(_completions.c.id).where(_completions.c.user_id == bindparam("who")).limit(1))
_of_language = (_completions.c.user_id == bindparam("who"), _completions.c.language == bindparam("tongue"))
_passed = Prepared(select(_completions.c.scenario_id).where(*_of_language, _completions.c.passed.is_(True)).distinct())
_count_of = Prepared(select(func.count()).where(_completions.c.user_id == bindparam("who")))
# By the day it was played, not by its id: what was brought over from elsewhere came later than it happened.
_ranked = (
    select(
        _completions.c.scenario_id,
        _completions.c.completion_score,
        func.row_number()
        .over(
            partition_by=_completions.c.scenario_id,
            order_by=(_completions.c.completed_at.desc(), _completions.c.id.desc()),
        )
        .label("place"),
    )
    .where(*_of_language)
    .subquery()
)
_latest_scores = Prepared(select(_ranked.c.scenario_id, _ranked.c.completion_score).where(_ranked.c.place == 1))


def record(connection: Connection, completion: ScenarioCompletion) -> int:
    """Keep a completion and return its id; the database allows one a run."""
    return int(_record(connection, **vars(completion)).scalar())


def latest(connection: Connection, user_id: int, limit: int = 10) -> Sequence[ScenarioCompletion]:
    """Return a learner's newest completions, newest first."""
    mine = select(_completions).where(_completions.c.user_id == user_id)
    newest = mine.order_by(_completions.c.completed_at.desc(), _completions.c.id.desc())
    return every(ScenarioCompletion, connection.execute(newest.limit(limit)))


def latest_scores(connection: Connection, user_id: int, language: str) -> Mapping[str, int]:
    """Return the score of a learner's newest completion of each scene in a language."""
    return {row[0]: row[1] for row in _latest_scores(connection, who=user_id, tongue=language)}


def passed_scenes(connection: Connection, user_id: int, language: str) -> Sequence[str]:
    """Return the scenes a learner has passed in a language."""
    return _passed(connection, who=user_id, tongue=language).scalars()


def has_any(connection: Connection, user_id: int) -> bool:
    """Tell whether a learner has ever completed a scene."""
    return _any(connection, who=user_id).first() is not None


def count(connection: Connection, user_id: int | None = None, *, since: datetime | None = None) -> int:
    """Count completions: one learner's or everybody's, all or since an instant."""
    if user_id is not None and since is None:
        return int(_count_of(connection, who=user_id).scalar())
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
