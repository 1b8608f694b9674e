"""Cards: one direction of a word each, with its memory and the day it is due."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.sql import Select

from storage.clauses import inserting
from storage.memory_tables import Card, Direction, VocabularyItem
from storage.rows import every, first, only, table
from storage.statements import Prepared

_FIRST = ("stability", "difficulty", "due_on", "reviewed_on", "reps", "lapses")
_cards = table(Card)
_items = table(VocabularyItem)
_studied = (_items.c.id == _cards.c.item_id, _items.c.known.is_(False), _cards.c.suspended.is_(False))
_add = inserting(_cards, or_ignore=True, returning=[_cards])
_find = Prepared(select(_cards).where(_cards.c.item_id == bindparam("item"), _cards.c.direction == bindparam("way")))
_get = Prepared(select(_cards).where(_cards.c.id == bindparam("key"), _cards.c.user_id == bindparam("who")))


def earliest_due(user_id: Any) -> Any:
    """Return the query for the day on which a learner's next card is due."""
    return select(func.min(_cards.c.due_on)).where(*_studied, _cards.c.user_id == user_id).scalar_subquery()


_earliest = Prepared(select(earliest_due(bindparam("who"))))
_new_by_day = Prepared(
    select(_cards.c.due_on, func.count())
    .where(_cards.c.user_id == bindparam("who"), _cards.c.reps == 0, _cards.c.due_on > bindparam("day"))
    .group_by(_cards.c.due_on)
)
_due_production = Prepared(
    select(_cards.c.id, _items.c.gap, _items.c.translation)
    .where(*_studied, _cards.c.user_id == bindparam("who"), _cards.c.due_on <= bindparam("day"))
    .where(_cards.c.direction == Direction.PRODUCTION, _items.c.language == bindparam("tongue"))
    .where(_items.c.translation != "")
    .order_by(_cards.c.due_on, _cards.c.id)
    .limit(bindparam("most"))
)
_remember = Prepared(
    update(_cards)
    .where(_cards.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("stability", "difficulty", "due_on", "due_at", "reviewed_on", "reps", "lapses")
        }
    )
)


def add(connection: Connection, card: Card) -> tuple[Card, bool]:
    """Return the card of a word's direction, added unless it is there already; true means it is new."""
    fresh = first(Card, _add(connection, **vars(card)))
    if fresh is not None:
        return fresh, True
    return only(Card, _find(connection, item=card.item_id, way=card.direction)), False


def find(connection: Connection, item_id: int, direction: Direction) -> Card | None:
    """Return the card of a word's direction."""
    return first(Card, _find(connection, item=item_id, way=direction))


def withdraw(connection: Connection, item_id: int, direction: Direction, opened_at: datetime) -> None:
    """Delete the card of a word's direction if it was opened at that instant and never reviewed."""
    mine = (_cards.c.item_id == item_id, _cards.c.direction == direction)
    connection.execute(delete(_cards).where(*mine, _cards.c.created_at == opened_at, _cards.c.reps == 0))


def get(connection: Connection, user_id: int, card_id: int) -> Card | None:
    """Return a card, if it is this learner's."""
    return first(Card, _get(connection, key=card_id, who=user_id))


def remember(connection: Connection, card_id: int, memory: Mapping[str, Any]) -> None:
    """Write a card's memory: stability, difficulty, due_on, due_at, reviewed_on, reps, lapses."""
    _remember(connection, key=card_id, **{f"new_{name}": value for name, value in memory.items()})


def beginning(memory: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a card whose log begins with this memory: its state, and the same as its start."""
    return {**memory, **{f"first_{name}": memory[name] for name in _FIRST}}


def begin_with(connection: Connection, card_id: int, memory: Mapping[str, Any]) -> None:
    """Let a card that nobody has reviewed here begin with this memory."""
    connection.execute(update(_cards).where(_cards.c.id == card_id).values(beginning(memory)))


def _due(user_id: int, today: date) -> Select[Any]:
    return select(_cards).where(*_studied, _cards.c.user_id == user_id, _cards.c.due_on <= today)


def due(connection: Connection, user_id: int, today: date, limit: int = 500) -> Sequence[Card]:
    """Return the cards due on a study day, the longest due first."""
    return every(Card, connection.execute(_due(user_id, today).order_by(_cards.c.due_on, _cards.c.id).limit(limit)))


def due_production(
    connection: Connection, user_id: int, language: str, today: date, limit: int = 20
) -> Sequence[tuple[int, str, str]]:
    """Return the due cards of words to be said in a language: the card, the words as they are said, the meaning."""
    found = _due_production(connection, who=user_id, day=today, tongue=language, most=limit)
    return [(row[0], row[1], row[2]) for row in found]


def count_due(connection: Connection, user_id: int, today: date) -> int:
    """Count the cards due on a study day."""
    return connection.scalar(select(func.count()).select_from(_due(user_id, today).subquery())) or 0


def earliest_due_on(connection: Connection, user_id: int) -> date | None:
    """Return the day on which a learner's next card is due, if there is any card."""
    first_day: date | None = _earliest(connection, who=user_id).scalar()
    return first_day


def new_by_day(connection: Connection, user_id: int, after: date) -> Mapping[date, int]:
    """Count the cards awaiting their first recall by the day it is planned."""
    return {row[0]: row[1] for row in _new_by_day(connection, who=user_id, day=after)}


def items_reviewed_on(connection: Connection, user_id: int, day: date) -> frozenset[int]:
    """Return the words of which some card moved on a study day; their other direction waits for another day."""
    moved = select(_cards.c.item_id).where(_cards.c.user_id == user_id, _cards.c.reviewed_on == day)
    return frozenset(connection.execute(moved).scalars())


def count_begun_on(connection: Connection, user_id: int, day: date) -> int:
    """Count the cards whose first recall was on a study day."""
    begun = (_cards.c.user_id == user_id, _cards.c.reviewed_on == day, _cards.c.reps == 1)
    return connection.scalar(select(func.count()).select_from(_cards).where(*begun)) or 0


def next_due(connection: Connection, user_id: int) -> Card | None:
    """Return the card that will be asked first."""
    coming = select(_cards).where(*_studied, _cards.c.user_id == user_id).order_by(_cards.c.due_on, _cards.c.id)
    return first(Card, connection.execute(coming.limit(1)))


def rezone(connection: Connection, user_id: int, starts: Mapping[date, datetime]) -> None:
    """Set every card's due instant anew from its due day, after the learner's zone changed."""
    for day, instant in starts.items():
        mine = (_cards.c.user_id == user_id, _cards.c.due_on == day)
        connection.execute(update(_cards).where(*mine).values(due_at=instant))


def due_days(connection: Connection, user_id: int) -> Sequence[date]:
    """Return every day on which a learner's cards are due."""
    return connection.execute(select(_cards.c.due_on).where(_cards.c.user_id == user_id).distinct()).scalars().all()
