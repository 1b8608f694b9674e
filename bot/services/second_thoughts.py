"""Second thoughts about an answer: the learner takes it back, or was right after all."""

from dataclasses import dataclass
from datetime import date

from bot.errors import StaleButtonError
from bot.services import schedule, sitting
from bot.services.learning_sessions import update_session
from bot.services.questions import Asked, shown
from bot.services.remembering import Rated, Recall, rate, undo
from bot.services.review import open_production
from bot.services.sitting import Summary
from bot.services.visit import Visit
from scheduler.memory import Rating
from storage import cards, questions, reviews
from storage.memory_tables import Direction, Question, QuestionStatus, ReviewSource
from storage.rows import changed


@dataclass(frozen=True, kw_only=True)
class Undone:
    """An answer taken back; the question stands again."""

    asked: Asked


@dataclass(frozen=True, kw_only=True)
class Conceded:
    """The learner was right after all; what was asked because of the verdict is asked no more."""

    asked: Asked
    comes_on: date | None
    today: date
    following: Asked | Summary | None = None


def take_back(visit: Visit, review_id: int) -> Undone:
    """Undo the last answer: the log says so, the card is as it was, and the question stands again."""
    last = reviews.last_of(visit.connection, visit.user.id)
    if last is None or last.id != review_id or last.question_id is None:
        raise StaleButtonError
    question = questions.get(visit.connection, visit.user.id, last.question_id)
    if question is None:
        raise StaleButtonError
    card = undo(visit, last)
    if card.direction is Direction.RECOGNITION:
        cards.withdraw(visit.connection, card.item_id, Direction.PRODUCTION, last.reviewed_at)
    session = sitting.session_of(visit, question)
    if session is not None:
        sitting.reopen(visit, session)
        _recount(visit, question, correct=-int(bool(question.right)), incorrect=-int(not question.right))
    _withdraw_repeat(visit, question)
    reopened = {"status": QuestionStatus.OPEN, "answered_at": None, "answer": None, "right": None}
    questions.change(visit.connection, question.id, **reopened)
    schedule.replan(visit)
    return Undone(asked=sitting.again(visit, changed(question, **reopened)))


def contest(visit: Visit, question_id: int) -> Conceded:
    """Believe the learner: the answer counts as right, and is kept for an admin to look at."""
    question = questions.get(visit.connection, visit.user.id, question_id)
    if question is None or question.right is not False or question.contested:
        raise StaleButtonError
    questions.change(visit.connection, question.id, right=True, contested=True)
    _recount(visit, question, correct=1, incorrect=-1)
    rated = _believed(visit, question)
    schedule.replan(visit)
    return Conceded(
        asked=shown(question),
        comes_on=rated.card.due_on if rated is not None else None,
        today=visit.today,
        following=_instead_of_repeat(visit, question),
    )


def _believed(visit: Visit, question: Question) -> Rated | None:
    """Replace the unfair row by a fair one of the same day; what was learnt on a later day already stays as it is."""
    unfair = reviews.of_question(visit.connection, question.id)
    if unfair is None or reviews.log_of(visit.connection, unfair.card_id)[-1].id != unfair.id:
        return None
    recall = Recall(
        rating=Rating.GOOD,
        source=ReviewSource.CONTEST,
        help_level=question.help_level,
        answer=question.answer,
        question_id=question.id,
        on=unfair.reviewed_on,
    )
    rated = rate(visit, undo(visit, unfair), recall)
    open_production(visit, rated.card)
    return rated


def _instead_of_repeat(visit: Visit, question: Question) -> Asked | Summary | None:
    """Go on with the sitting if what stands there is the same card asked again."""
    session = sitting.session_of(visit, question)
    if session is None or not _withdraw_repeat(visit, question):
        return None
    return sitting.proceed(visit, session)


def _withdraw_repeat(visit: Visit, question: Question) -> bool:
    """Close what asks for the same card again because of an answer that no longer stands; true if any did."""
    later = [
        each.id for each in questions.standing_of_card(visit.connection, question.card_id) if each.id > question.id
    ]
    for repeat in later:
        questions.close(visit.connection, repeat, QuestionStatus.PASSED)
    return bool(later)


def _recount(visit: Visit, question: Question, *, correct: int, incorrect: int) -> None:
    session = sitting.session_of(visit, question)
    if session is not None:
        update_session(visit, session, correct=correct, incorrect=incorrect)
