"""Exercises shown: each is answered once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.clauses import Changing, inserting
from storage.memory_tables import Question, QuestionStatus
from storage.rows import every, first, table
from storage.statements import Prepared

_questions = table(Question)
_ask = inserting(_questions, returning=[_questions.c.id])
_get = Prepared(select(_questions).where(_questions.c.id == bindparam("key"), _questions.c.user_id == bindparam("who")))
_change = Changing(_questions, _questions.c.id)
_close = Changing(_questions, _questions.c.id, _questions.c.status == QuestionStatus.OPEN)


def ask(connection: Connection, question: Question) -> int:
    """Keep a question before it is shown, and return its id."""
    return int(_ask(connection, **vars(question)).scalar())


def get(connection: Connection, user_id: int, question_id: int) -> Question | None:
    """Return a question, if it is this learner's."""
    return first(Question, _get(connection, key=question_id, who=user_id))


def close(connection: Connection, question_id: int, status: QuestionStatus, **values: Any) -> bool:
    """Close an open question; false means it was closed before."""
    return _close(connection, question_id, {"status": status, **values}) == 1


def change(connection: Connection, question_id: int, **values: Any) -> None:
    """Change a question: its help level, its verdict after a contest, the sitting it belongs to."""
    _change(connection, question_id, values)


def of_session(connection: Connection, session_id: int) -> Sequence[Question]:
    """Return the questions of a sitting in the order they were asked."""
    asked = select(_questions).where(_questions.c.session_id == session_id).order_by(_questions.c.id)
    return every(Question, connection.execute(asked))


def open_among(connection: Connection, question_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these questions can still be answered."""
    if not question_ids:
        return frozenset()
    standing = (_questions.c.id.in_(question_ids), _questions.c.status == QuestionStatus.OPEN)
    return frozenset(connection.execute(select(_questions.c.id).where(*standing)).scalars())


def open_prompt(connection: Connection, user_id: int) -> Question | None:
    """Return the learner's newest question from a prompt that nobody has answered yet."""
    mine = (
        _questions.c.user_id == user_id,
        _questions.c.from_prompt.is_(True),
        _questions.c.status == QuestionStatus.OPEN,
    )
    newest = select(_questions).where(*mine).order_by(_questions.c.id.desc()).limit(1)
    return first(Question, connection.execute(newest))


def standing_of_card(connection: Connection, card_id: int) -> Sequence[Question]:
    """Return the questions about a card that nobody has answered yet."""
    mine = (_questions.c.card_id == card_id, _questions.c.status == QuestionStatus.OPEN)
    return every(Question, connection.execute(select(_questions).where(*mine).order_by(_questions.c.id)))


def pass_over(connection: Connection, card_id: int) -> None:
    """Close whatever stands about a card, since it is about to be asked anew."""
    mine = (_questions.c.card_id == card_id, _questions.c.status == QuestionStatus.OPEN)
    connection.execute(update(_questions).where(*mine).values(status=QuestionStatus.PASSED))


def standing_alone(connection: Connection, user_id: int) -> Sequence[Question]:
    """Return the questions that stand outside any sitting, the newest first."""
    mine = (
        _questions.c.user_id == user_id,
        _questions.c.session_id.is_(None),
        _questions.c.status == QuestionStatus.OPEN,
    )
    return every(Question, connection.execute(select(_questions).where(*mine).order_by(_questions.c.id.desc())))
