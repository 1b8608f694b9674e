"""Scenes: every completion has its run, its sitting and its words, and every completed run its completion."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, or_, select, tuple_

from storage.health.check import BATCH, Check, Look, rows
from storage.memory_tables import VocabularyItem
from storage.rows import table
from storage.runs import UNFINISHED
from storage.tables import LearningSession, RunKind, RunStatus, ScenarioCompletion, ScenarioRun, SessionType

_completions = table(ScenarioCompletion)
_runs = table(ScenarioRun)
_sessions = table(LearningSession)
_items = table(VocabularyItem)

# A left join finds a completion without run and one whose run is another learner's, or has not been completed.
_of_no_run = (
    select(_completions.c.id)
    .outerjoin(_runs, _runs.c.id == _completions.c.progress_id)
    .where(
        _completions.c.progress_id.is_not(None),
        or_(
            _runs.c.id.is_(None),
            _runs.c.user_id != _completions.c.user_id,
            _runs.c.status != RunStatus.COMPLETED,
        ),
    )
)
_sat = (
    select(_sessions.c.id)
    .where(
        _sessions.c.user_id == _completions.c.user_id,
        _sessions.c.session_type == SessionType.SCENARIO,
        _sessions.c.source_id == _completions.c.scenario_id,
        _sessions.c.started_at <= _completions.c.completed_at,
        func.coalesce(_sessions.c.ended_at, _completions.c.completed_at) >= _completions.c.completed_at,
    )
    .exists()
)
_of_no_sitting = select(_completions.c.id).where(~_sat)
_uncompleted = (
    select(_runs.c.id)
    .outerjoin(_completions, _completions.c.progress_id == _runs.c.id)
    .where(_runs.c.status == RunStatus.COMPLETED, _runs.c.kind == RunKind.FULL.value, _completions.c.id.is_(None))
)
_newer = _runs.alias("newer")
_doubly_open = select(_runs.c.id).where(
    _runs.c.status == RunStatus.OPEN,
    select(_newer.c.id)
    .where(
        _newer.c.user_id == _runs.c.user_id,
        _newer.c.status == RunStatus.OPEN,
        tuple_(_newer.c.last_turn_at, _newer.c.id) > tuple_(_runs.c.last_turn_at, _runs.c.id),
    )
    .exists(),
)
_unlike_their_end = select(_runs.c.id).where(_runs.c.status.in_(UNFINISHED) != _runs.c.ended_at.is_(None))


def _without_their_words(look: Look) -> Iterator[int]:
    """Find completions that name a word as mastered which the learner does not have."""
    after = 0
    while batch := _named_words(look, after):
        learners = {row.user_id for row in batch}
        known = select(_items.c.user_id, _items.c.language, _items.c.source_key, _items.c.word)
        held = set()
        for user_id, language, key, word in look.connection.execute(known.where(_items.c.user_id.in_(learners))):
            held |= {(user_id, language, key), (user_id, language, word)}
        for row in batch:
            if any((row.user_id, row.language, word) not in held for word in row.vocabulary_mastered):
                yield row.id
        after = batch[-1].id


def _named_words(look: Look, after: int) -> Sequence[Any]:
    named = select(
        _completions.c.id, _completions.c.user_id, _completions.c.language, _completions.c.vocabulary_mastered
    )
    query = named.where(_completions.c.id > after).order_by(_completions.c.id).limit(BATCH)
    return look.connection.execute(query).all()


def _park(look: Look) -> None:
    look.connection.execute(_runs.update().where(_runs.c.id.in_(_doubly_open)).values(status=RunStatus.PARKED))


def _set_end(look: Look) -> None:
    begun = _runs.c.status.in_(UNFINISHED)
    look.connection.execute(_runs.update().where(begun, _runs.c.ended_at.is_not(None)).values(ended_at=None))
    ended = (~begun, _runs.c.ended_at.is_(None))
    look.connection.execute(_runs.update().where(*ended).values(ended_at=_runs.c.last_turn_at))


CHECKS = (
    Check(name="completion-run", broken="completions without a completed run of that learner", find=rows(_of_no_run)),
    Check(name="completion-sitting", broken="completions without their learning session", find=rows(_of_no_sitting)),
    Check(name="completion-words", broken="completions whose words are missing", find=_without_their_words),
    Check(name="run-completion", broken="completed runs without their completion", find=rows(_uncompleted)),
    Check(name="open-runs", broken="runs open beside a newer open run", find=rows(_doubly_open), repair=_park),
    Check(
        name="run-end", broken="runs whose end does not fit their status", find=rows(_unlike_their_end), repair=_set_end
    ),
)
