"""Moving a card's memory: one row in the log, one new state of the card, at most once a study day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.services.visit import Visit
from scheduler import calendar, memory
from scheduler.memory import Rating
from storage import cards, reviews
from storage.memories import replayed
from storage.memory_tables import Card, Review, ReviewSource
from storage.rows import changed, new


@dataclass(frozen=True, kw_only=True)
class Rated:
    """What a rating did: the log row, and the day the card comes back. Practice moves nothing."""

    review_id: int
    moved: bool
    card: Card


@dataclass(frozen=True, kw_only=True)
class Recall:
    """One attempt at a card, as the log keeps it; `on` is its study day where that is not today."""

    rating: Rating
    source: ReviewSource
    help_level: int = 0
    answer: str | None = None
    question_id: int | None = None
    on: date | None = None


def rate(visit: Visit, card: Card, recall: Recall) -> Rated:
    """Log an attempt and let it move the card's memory, unless the card moved that day already or this is practice."""
    day = recall.on or visit.today
    moves = recall.source is not ReviewSource.PRACTICE and card.reviewed_on != day
    source = recall.source if moves else ReviewSource.PRACTICE
    review_id = _log(visit, card, recall, source)
    if not moves:
        return Rated(review_id=review_id, moved=False, card=card)
    after = memory.review(memory_of(card), recall.rating, day, retention=visit.user.desired_retention, seed=card.id)
    return Rated(review_id=review_id, moved=True, card=_write(visit, card, after))


def undo(visit: Visit, review: Review) -> Card:
    """Take an attempt back: a row that names it joins the log, and the card is rebuilt without it."""
    card = cards.get(visit.connection, visit.user.id, review.card_id)
    assert card is not None  # noqa: S101 - a review cannot outlive its card
    recall = Recall(rating=Rating(review.rating), source=ReviewSource.UNDO, question_id=review.question_id)
    _log(visit, card, recall, ReviewSource.UNDO, undoes=review.id)
    return _write(visit, card, rebuilt(visit, card))


def rebuilt(visit: Visit, card: Card) -> memory.Card:
    """Return the memory that the card's log alone gives."""
    log = [
        memory.Logged(rating=Rating(row.rating), reviewed_on=row.reviewed_on)
        for row in reviews.log_of(visit.connection, card.id)
    ]
    return replayed(card, log, retention=visit.user.desired_retention)


def _log(visit: Visit, card: Card, recall: Recall, source: ReviewSource, *, undoes: int | None = None) -> int:
    row = new(
        Review,
        card_id=card.id,
        user_id=visit.user.id,
        question_id=recall.question_id,
        rating=int(recall.rating),
        reviewed_at=visit.now,
        reviewed_on=recall.on or visit.today,
        source=source,
        help_level=recall.help_level,
        answer=recall.answer,
        undoes=undoes,
    )
    return reviews.append(visit.connection, row)


def memory_of(card: Card) -> memory.Card:
    """Return what a card remembers, as a value of the memory model."""
    return memory.Card(
        stability=card.stability,
        difficulty=card.difficulty,
        due_on=card.due_on,
        reviewed_on=card.reviewed_on,
        reps=card.reps,
        lapses=card.lapses,
    )


def _write(visit: Visit, card: Card, after: memory.Card) -> Card:
    values: dict[str, Any] = {
        "stability": after.stability,
        "difficulty": after.difficulty,
        "due_on": after.due_on,
        "due_at": calendar.day_starts_at(after.due_on, visit.zone),
        "reviewed_on": after.reviewed_on,
        "reps": after.reps,
        "lapses": after.lapses,
    }
    cards.remember(visit.connection, card.id, values)
    return changed(card, **values)
