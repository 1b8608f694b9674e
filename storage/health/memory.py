"""Cards and words: every card as its log says, due when its learner's day begins, and a card for every word."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from scheduler import calendar, memory
from scheduler.memory import RETENTION_MAX, RETENTION_MIN
from storage import cards, reviews
from storage.health.check import BATCH, Check, Look, rows
from storage.memories import replayed
from storage.memory_tables import Card, Direction, Review, ReviewSource, VocabularyItem
from storage.rows import table
from storage.tables import User

_cards = table(Card)
_items = table(VocabularyItem)
_reviews = table(Review)
_undone = _reviews.alias("undone")
_users = table(User)
_REMEMBERED = ("due_on", "reviewed_on", "reps", "lapses")
_MEASURED = ("stability", "difficulty")

_cardless = select(_items.c.id).where(~select(_cards.c.id).where(_cards.c.item_id == _items.c.id).exists())
_wrong_undo = (
    select(_reviews.c.id)
    .outerjoin(_undone, _undone.c.id == _reviews.c.undoes)
    .where(
        or_(
            (_reviews.c.source == ReviewSource.UNDO) != _reviews.c.undoes.is_not(None),
            and_(
                _reviews.c.undoes.is_not(None),
                or_(_undone.c.card_id != _reviews.c.card_id, _undone.c.source == ReviewSource.UNDO),
            ),
        )
    )
)


@dataclass(frozen=True, kw_only=True)
class _Owned:
    """A card with what its learner's settings have to do with it."""

    card: Card
    zone: str
    retention: float


def _owned(connection: Connection) -> Iterator[Sequence[_Owned]]:
    """Return every card in order, a batch at a time."""
    after = 0
    while batch := _batch(connection, after):
        yield batch
        after = batch[-1].card.id


def _batch(connection: Connection, after: int) -> Sequence[_Owned]:
    query = (
        select(_cards, _users.c.zone, _users.c.desired_retention)
        .join(_users, _users.c.id == _cards.c.user_id)
        .where(_cards.c.id > after)
    )
    found = connection.execute(query.order_by(_cards.c.id).limit(BATCH)).mappings()
    return [_value(dict(row)) for row in found]


def _value(row: dict[str, Any]) -> _Owned:
    zone, retention = row.pop("zone"), row.pop("desired_retention")
    return _Owned(card=Card.model_construct(**row), zone=zone, retention=retention)


def _rebuilt(connection: Connection, batch: Sequence[_Owned]) -> Iterator[tuple[_Owned, memory.Card]]:
    """Return the cards that are not what their log gives, each with what it gives."""
    logs = reviews.logs_between(connection, batch[0].card.id, batch[-1].card.id)
    for owned in batch:
        # A setting out of its range is a finding of its own, and no memory can be counted by it.
        if RETENTION_MIN <= owned.retention <= RETENTION_MAX:
            told = replayed(owned.card, logs.get(owned.card.id, ()), retention=owned.retention)
            if not _same(owned.card, told):
                yield owned, told


def _same(card: Card, told: memory.Card) -> bool:
    exact = all(getattr(card, name) == getattr(told, name) for name in _REMEMBERED)
    return exact and all(_close(getattr(card, name), getattr(told, name)) for name in _MEASURED)


def _close(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else math.isclose(one, other, rel_tol=1e-9)


def _unlike_their_log(look: Look) -> Iterator[int]:
    for batch in _owned(look.connection):
        yield from (owned.card.id for owned, _ in _rebuilt(look.connection, batch))


def _rebuild(look: Look) -> None:
    for batch in _owned(look.connection):
        wrong = [owned.card.user_id for owned, _ in _rebuilt(look.connection, batch)]
        if not wrong:
            continue
        _lock(look.connection, wrong)
        again = _batch(look.connection, batch[0].card.id - 1)
        for owned, told in _rebuilt(look.connection, again):
            cards.remember(look.connection, owned.card.id, _as_columns(owned, told))


def _lock(connection: Connection, learners: Sequence[int]) -> None:
    """Wait for the turns of these learners: from here on their cards stand still."""
    mine = select(_users.c.id).where(_users.c.id.in_(set(learners))).order_by(_users.c.id)
    connection.execute(mine.with_for_update()).all()


def _as_columns(owned: _Owned, told: memory.Card) -> Mapping[str, Any]:
    kept = {name: getattr(told, name) for name in (*_REMEMBERED, *_MEASURED)}
    return kept | {"due_at": _starts(told.due_on.toordinal(), owned.zone) or owned.card.due_at}


def _due_at_another_instant(look: Look) -> Iterator[int]:
    for batch in _owned(look.connection):
        yield from (owned.card.id for owned, _ in _misdated(batch))


def _misdated(batch: Sequence[_Owned]) -> Iterator[tuple[_Owned, Any]]:
    for owned in batch:
        starts = _starts(owned.card.due_on.toordinal(), owned.zone)
        if starts is not None and starts != owned.card.due_at:
            yield owned, starts


def _redate(look: Look) -> None:
    for batch in _owned(look.connection):
        for owned, starts in _misdated(batch):
            mine = _cards.update().where(_cards.c.id == owned.card.id, _cards.c.due_on == owned.card.due_on)
            look.connection.execute(mine.values(due_at=starts))


@lru_cache(maxsize=100_000)
def _starts(day: int, zone: str) -> Any:
    """Return when a study day begins in a zone, or nothing for a zone there is not."""
    try:
        return calendar.day_starts_at(date.fromordinal(day), calendar.zone(zone))
    except ValueError:
        return None


def _open_cards(look: Look) -> None:
    """Give words without a card their recognition card, due on the learner's next study day."""
    learners = select(_items.c.id, _items.c.user_id, _users.c.zone).join(_users, _users.c.id == _items.c.user_id)
    for item_id, user_id, zone in look.connection.execute(learners.where(_items.c.id.in_(_cardless))).all():
        today = calendar.study_day(look.now, calendar.zone("UTC"))
        known = zone if _starts(today.toordinal(), zone) else "UTC"
        day = calendar.study_day(look.now, calendar.zone(known)) + timedelta(days=1)
        look.connection.execute(
            insert(_cards),
            {
                "item_id": item_id,
                "user_id": user_id,
                "direction": Direction.RECOGNITION,
                "first_due_on": day,
                "due_on": day,
                "due_at": _starts(day.toordinal(), known),
                "reps": 0,
                "lapses": 0,
                "suspended": False,
                "created_at": look.now,
            },
        )


CHECKS = (
    Check(name="cardless", broken="words without any card", find=rows(_cardless), repair=_open_cards),
    Check(
        name="undo",
        broken="reviews that take back a row of another card, or none",
        find=rows(_wrong_undo),
    ),
    Check(
        name="memory",
        broken="cards that are not what their review log gives",
        find=_unlike_their_log,
        repair=_rebuild,
    ),
    Check(
        name="due-at",
        broken="cards whose instant is not the start of their due day",
        find=_due_at_another_instant,
        repair=_redate,
    ),
)
