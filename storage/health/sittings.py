"""Sittings: one of a kind at a time, ended when left, with counts that the answers bear out."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, and_, case, func, or_, select, update
from sqlalchemy.sql import ColumnElement, Select

from storage.health.check import Check, Look, rows, streamed
from storage.memory_tables import Question
from storage.rows import table
from storage.tables import LearningSession, SessionType

_LEFT = timedelta(hours=2)  # four times the half hour after which the sweep ends a sitting

_sessions = table(LearningSession)
_questions = table(Question)


def _answers(*, right: bool) -> ColumnElement[int]:
    counted = func.coalesce(func.sum(case((_questions.c.right.is_(right), 1), else_=0)), 0)
    return select(counted).where(_questions.c.session_id == _sessions.c.id).scalar_subquery()


_right, _wrong = _answers(right=True), _answers(right=False)
# A sitting of questions is counted by them; of others, brought over or tidied away, the sum alone is known.
_asked = select(_questions.c.id).where(_questions.c.session_id == _sessions.c.id).exists()
_by_questions = and_(_sessions.c.session_type == SessionType.VOCABULARY_REVIEW, _asked)
_unsound = or_(
    _sessions.c.items_studied != _sessions.c.items_correct + _sessions.c.items_incorrect,
    _sessions.c.items_correct < 0,
    _sessions.c.items_incorrect < 0,
    _sessions.c.duration_seconds < 0,
)
_miscounted = or_(
    _unsound,
    and_(_by_questions, or_(_sessions.c.items_correct != _right, _sessions.c.items_incorrect != _wrong)),
)


def _recount(look: Look) -> None:
    """Count the questions anew; where there are none, believe what was right and what was wrong."""
    counted = update(_sessions).where(_by_questions, _miscounted)
    look.connection.execute(counted.values(items_correct=_right, items_incorrect=_wrong, items_studied=_right + _wrong))
    at_least = {name: func.abs(_sessions.c[name], type_=Integer) for name in ("items_correct", "items_incorrect")}
    total = at_least["items_correct"] + at_least["items_incorrect"]
    look.connection.execute(
        update(_sessions)
        .where(_unsound)
        .values(**at_least, items_studied=total, duration_seconds=func.abs(_sessions.c.duration_seconds))
    )


def _left_open(look: Look) -> Select[Any]:
    """Return sittings nobody has touched for long, or that stand open beside a newer one of their kind."""
    newer = _sessions.alias("newer")
    beside = select(newer.c.id).where(
        newer.c.user_id == _sessions.c.user_id,
        newer.c.session_type == _sessions.c.session_type,
        newer.c.ended_at.is_(None),
        newer.c.id > _sessions.c.id,
    )
    overdue = _sessions.c.last_activity_at < look.alive_at - _LEFT
    return select(_sessions.c.id).where(_sessions.c.ended_at.is_(None), or_(overdue, beside.exists()))


def _never_ended(look: Look) -> Iterator[int | str]:
    yield from streamed(look, _left_open(look))


def _end(look: Look) -> None:
    left = update(_sessions).where(_sessions.c.id.in_(_left_open(look)))
    look.connection.execute(left.values(ended_at=_sessions.c.last_activity_at))


CHECKS = (
    Check(
        name="sitting-counts",
        broken="learning sessions whose counts do not add up",
        find=rows(select(_sessions.c.id).where(_miscounted)),
        repair=_recount,
    ),
    Check(name="sitting-end", broken="learning sessions that should have ended", find=_never_ended, repair=_end),
)
