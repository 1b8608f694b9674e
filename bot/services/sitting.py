"""One sitting of reviews: which card comes next, how many there are, and when it is over.

Nothing is kept but the questions asked: what is due, what was wrong and what comes back follows from the tables.
A question that stands unanswered is shown again before another is asked, so no tap or undo can skip or double one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.learning_sessions import IDLE, Activity, complete_session, start_session
from bot.services.parked import ParkedScene, waiting
from bot.services.questions import Asked, Occasion, ask, shown
from bot.services.remembering import memory_of
from bot.services.visit import Visit
from bot.services.vocabulary import NEW_A_DAY
from scheduler import memory
from storage import cards, learning_sessions, questions, reviews, users
from storage.memory_tables import Card, Question, QuestionStatus
from storage.tables import LearningSession, SessionType

BY_REQUEST, BY_PROMPT = "review", "prompt"
REVIEWS_A_DAY = 20


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a sitting came to."""

    right: int
    studied: int
    next_on: date | None
    today: date
    parked: ParkedScene | None = None


def proceed(visit: Visit, session: LearningSession) -> Asked | Summary:
    """Show the question that stands, or ask the next one, or end the sitting."""
    asked = questions.of_session(visit.connection, session.id)
    standing = next((question for question in asked if question.status is QuestionStatus.OPEN), None)
    if standing is not None:
        return again(visit, standing)
    card = next_card(visit, asked)
    if card is None:
        return finish(visit, session)
    return put(visit, card, Occasion(session_id=session.id))


def put(visit: Visit, card: Card, occasion: Occasion) -> Asked:
    """Ask a card's question; typed text answers it from now on."""
    return again(visit, ask(visit, card, occasion))


def again(visit: Visit, question: Question) -> Asked:
    """Show a question that stands; typed text answers it from now on."""
    users.change(visit.connection, visit.user.id, awaiting=f"question:{question.id}")
    return shown(question)


def finish(visit: Visit, session: LearningSession) -> Summary:
    """End a sitting and sum it up; one that has ended is summed up as it was."""
    release(visit)
    if session.ended_at is None:
        complete_session(visit, session)
    return Summary(
        right=session.items_correct,
        studied=session.items_studied,
        next_on=cards.earliest_due_on(visit.connection, visit.user.id),
        today=visit.today,
        parked=waiting(visit),
    )


def release(visit: Visit) -> None:
    """Let typed text answer no question any more; a scene asked since keeps its turn."""
    if (visit.user.awaiting or "").startswith("question:"):
        users.change(visit.connection, visit.user.id, awaiting=None)


def next_card(visit: Visit, asked: Sequence[Question]) -> Card | None:
    """Return the next due card of a sitting; then those that were wrong, until each has been right once."""
    seen = {question.card_id for question in asked}
    fresh = next((card for card in queue(visit) if card.id not in seen), None)
    if fresh is not None:
        return fresh
    wrong = _still_wrong(asked)
    return cards.get(visit.connection, visit.user.id, wrong[0]) if wrong else None


def remaining(visit: Visit, session: LearningSession) -> int:
    """Return how many questions are left in a sitting."""
    asked = questions.of_session(visit.connection, session.id)
    seen = {question.card_id for question in asked}
    standing = sum(question.status is QuestionStatus.OPEN for question in asked)
    return standing + sum(card.id not in seen for card in queue(visit)) + len(_still_wrong(asked))


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
    new = [card for card in due if not card.reps][: max(0, NEW_A_DAY - _begun_today(visit))]
    if len(known) <= room:
        return (known + new)[:room]
    return sorted(known, key=lambda card: (-memory.retrievability(memory_of(card), visit.today), card.id))[:room]


def join(visit: Visit, source_id: str) -> LearningSession:
    """Return the sitting the learner is in, whichever way it began, or a new one."""
    found = current(visit)
    if found is not None:
        return found
    activity = Activity(session_type=SessionType.VOCABULARY_REVIEW, source_id=source_id, language=visit.user.target)
    return start_session(visit, activity)


def current(visit: Visit) -> LearningSession | None:
    """Return the sitting the learner is in, unless they have left it."""
    found = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.VOCABULARY_REVIEW)
    if found is None or visit.now - found.last_activity_at >= IDLE:
        return None
    return found


def session_of(visit: Visit, question: Question) -> LearningSession | None:
    """Return the sitting in which a question was answered."""
    return None if question.session_id is None else learning_sessions.get(visit.connection, question.session_id)


def reopen(visit: Visit, session: LearningSession) -> None:
    """Take up a sitting again that ended a moment ago, unless the learner sits in another one."""
    open_now = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.VOCABULARY_REVIEW)
    if open_now is None and visit.now - session.last_activity_at < IDLE:
        learning_sessions.change(visit.connection, session.id, ended_at=None)


def _begun_today(visit: Visit) -> int:
    """Count the cards whose first recall was today."""
    return cards.count_begun_on(visit.connection, visit.user.id, visit.today)


def _one_a_word(due: Sequence[Card]) -> list[Card]:
    first_of_word: dict[int, Card] = {}
    for card in due:
        first_of_word.setdefault(card.item_id, card)
    return list(first_of_word.values())


def _still_wrong(asked: Sequence[Question]) -> list[int]:
    """Return the cards whose last answer in the sitting was wrong, the longest wrong first."""
    last = {question.card_id: question for question in asked if question.status is not QuestionStatus.PASSED}
    return [card_id for card_id, question in last.items() if question.right is False]
