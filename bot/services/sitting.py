"""One sitting of reviews: which card comes next, how many there are, and when it is over.

Nothing is kept but the questions asked: what is due, what was wrong and what comes back follows from the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.learning_sessions import IDLE
from bot.services.visit import Visit
from scheduler import memory
from storage import cards, learning_sessions, questions, reviews
from storage.memory_tables import Card, Question, QuestionStatus
from storage.tables import LearningSession, SessionType

REVIEWS_A_DAY = 20
NEW_A_DAY = 8


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a sitting came to."""

    right: int
    studied: int
    next_on: date | None
    today: date


def next_card(visit: Visit, asked: Sequence[Question]) -> Card | None:
    """Return the next due card of a sitting; then those that were wrong, until each has been right once."""
    seen = {question.card_id for question in asked}
    fresh = next((card for card in queue(visit) if card.id not in seen), None)
    if fresh is not None:
        return fresh
    wrong = _still_wrong(asked)
    return cards.get(visit.connection, visit.user.id, wrong[0]) if wrong else None


def remaining(visit: Visit, session: LearningSession | None = None) -> int:
    """Return how many questions are left in this sitting."""
    current_session = session or current(visit)
    asked = questions.of_session(visit.connection, current_session.id) if current_session else ()
    seen = {question.card_id for question in asked}
    return sum(card.id not in seen for card in queue(visit)) + len(_still_wrong(asked))


def queue(visit: Visit) -> Sequence[Card]:
    """Return what is due today within the day's caps, one direction of a word a day.

    After a gap the backlog is more than a day's worth: then what is most likely still remembered comes first, and no
    new words until it fits.
    """
    moved = cards.items_reviewed_on(visit.connection, visit.user.id, visit.today)
    due = _one_a_word(
        [card for card in cards.due(visit.connection, visit.user.id, visit.today) if card.item_id not in moved]
    )
    room = max(0, REVIEWS_A_DAY - reviews.count_on(visit.connection, visit.user.id, visit.today))
    known = [card for card in due if card.reps]
    new = [card for card in due if not card.reps][:NEW_A_DAY]
    if len(known) <= room:
        return (known + new)[:room]
    return sorted(known, key=lambda card: (-_retrievability(card, visit.today), card.id))[:room]


def current(visit: Visit) -> LearningSession | None:
    """Return the sitting the learner is in, unless they have left it."""
    found = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.VOCABULARY_REVIEW)
    if found is None or visit.now - found.last_activity_at >= IDLE:
        return None
    return found


def session_of(visit: Visit, question: Question) -> LearningSession | None:
    """Return the sitting in which a question was answered."""
    found = questions.get(visit.connection, visit.user.id, question.id)
    if found is None or found.session_id is None:
        return None
    return learning_sessions.get(visit.connection, found.session_id)


def summary(visit: Visit, session: LearningSession) -> Summary:
    """Sum a sitting up."""
    return Summary(
        right=session.items_correct,
        studied=session.items_studied,
        next_on=cards.earliest_due_on(visit.connection, visit.user.id),
        today=visit.today,
    )


def _one_a_word(due: Sequence[Card]) -> list[Card]:
    first_of_word: dict[int, Card] = {}
    for card in due:
        first_of_word.setdefault(card.item_id, card)
    return list(first_of_word.values())


def _still_wrong(asked: Sequence[Question]) -> list[int]:
    """Return the cards whose last answer in the sitting was wrong, the longest wrong first."""
    last = {question.card_id: question for question in asked if question.status is QuestionStatus.ANSWERED}
    return [card_id for card_id, question in last.items() if question.right is False]


def _retrievability(card: Card, today: date) -> float:
    value = memory.Card(
        stability=card.stability,
        difficulty=card.difficulty,
        due_on=card.due_on,
        reviewed_on=card.reviewed_on,
        reps=card.reps,
        lapses=card.lapses,
    )
    return memory.retrievability(value, today)
