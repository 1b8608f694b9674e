"""The review log: append-only, the truth from which cards are rebuilt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.sql import ColumnElement

from scheduler.memory import Logged, Rating
from storage.clauses import inserting
from storage.memory_tables import Review, ReviewSource
from storage.rows import every, first, table

_reviews = table(Review)
_append = inserting(_reviews, returning=[_reviews.c.id])
_MOVES = tuple(source for source in ReviewSource if source not in (ReviewSource.PRACTICE, ReviewSource.UNDO))
_later = _reviews.alias("undoing")


_stands = ~select(_later.c.id).where(_later.c.undoes == _reviews.c.id).exists()


def _counts() -> tuple[ColumnElement[bool], ...]:
    """Return what makes a row count: it moves memory, and no later row undoes it."""
    return (_reviews.c.source.in_(_MOVES), _stands)


_log = select(_reviews).where(_reviews.c.card_id == bindparam("card"), *_counts()).order_by(_reviews.c.id)
_last = (
    select(_reviews)
    .where(
        _reviews.c.user_id == bindparam("who"),
        _reviews.c.question_id.is_not(None),
        _reviews.c.source != ReviewSource.UNDO,
        _stands,
    )
    .order_by(_reviews.c.id.desc())
    .limit(1)
)


def append(connection: Connection, review: Review) -> int:
    """Add a row to the log and return its id."""
    return int(_append(connection, **vars(review)).scalar())


def log_of(connection: Connection, card_id: int) -> Sequence[Review]:
    """Return the rows of a card that count, in order."""
    return every(Review, connection.execute(_log, {"card": card_id}))


def logs_between(connection: Connection, first: int, last: int) -> Mapping[int, Sequence[Logged]]:
    """Return what counts of every log of a range of cards, as the memory model reads it."""
    query = select(_reviews.c.card_id, _reviews.c.rating, _reviews.c.reviewed_on).where(
        _reviews.c.card_id.between(first, last), *_counts()
    )
    logs: defaultdict[int, list[Logged]] = defaultdict(list)
    for card_id, rating, day in connection.execute(query.order_by(_reviews.c.card_id, _reviews.c.id)):
        logs[card_id].append(Logged(rating=Rating(rating), reviewed_on=day))
    return logs


def last_of(connection: Connection, user_id: int) -> Review | None:
    """Return the learner's last answer that nobody has taken back, practice included."""
    return first(Review, connection.execute(_last, {"who": user_id}))


def of_question(connection: Connection, question_id: int) -> Review | None:
    """Return the row a question led to, if it still counts."""
    query = select(_reviews).where(_reviews.c.question_id == question_id, *_counts()).order_by(_reviews.c.id.desc())
    return first(Review, connection.execute(query.limit(1)))


def count_on(connection: Connection, user_id: int, day: date) -> int:
    """Count the reviews of a study day that count."""
    query = select(func.count()).select_from(_reviews)
    return connection.scalar(query.where(_reviews.c.user_id == user_id, _reviews.c.reviewed_on == day, *_counts())) or 0


def count_since(connection: Connection, since: datetime) -> int:
    """Count everybody's reviews since an instant."""
    query = select(func.count()).select_from(_reviews)
    return connection.scalar(query.where(_reviews.c.reviewed_at >= since, *_counts())) or 0
