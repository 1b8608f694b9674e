"""Reviewing words one by one: ask, judge, remember, and take an unfair verdict back."""

from dataclasses import dataclass
from datetime import date

from bot.errors import StaleButtonError
from bot.scenarios.grading import Match, MatchKind, compare
from bot.services import schedule, sitting, vocabulary
from bot.services.learning_sessions import Activity, complete_session, start_session, update_session
from bot.services.questions import Asked, Occasion, accepted, ask, correct_option, shown
from bot.services.remembering import Rated, Recall, rate, undo
from bot.services.sitting import Summary
from bot.services.visit import Visit
from scheduler.memory import Rating
from storage import cards, prompts, questions, reviews, users
from storage.memory_tables import Card, Direction, Question, QuestionForm, QuestionStatus, ReviewSource
from storage.rows import changed
from storage.tables import LearningSession, SessionType

LONGEST_ANSWER = 400
GIVEN_UP = -1


@dataclass(frozen=True, kw_only=True)
class NothingDue:
    """There is nothing to review now; the next word comes on this day, if any does."""

    next_on: date | None
    today: date


@dataclass(frozen=True, kw_only=True)
class More:
    """A prompt's question is answered, and there is more for those who like."""

    question_id: int
    remaining: int


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The verdict on one answer, and what follows it."""

    asked: Asked
    match: Match
    given: str
    review_id: int
    comes_on: date | None
    today: date
    practice: bool
    following: "Asked | More | Summary | None"


@dataclass(frozen=True, kw_only=True)
class PutOff:
    """A prompt's question set aside for now."""

    question_id: int
    today_no_more: bool


@dataclass(frozen=True, kw_only=True)
class Undone:
    """An answer taken back; the question stands again."""

    asked: Asked


@dataclass(frozen=True, kw_only=True)
class Conceded:
    """The learner was right after all."""

    asked: Asked
    comes_on: date | None
    today: date


def begin(visit: Visit) -> Asked | NothingDue:
    """Ask the first due card."""
    waiting = questions.open_prompt(visit.connection, visit.user.id)
    if waiting is not None:
        questions.close(visit.connection, waiting.id, QuestionStatus.PASSED)
    card = sitting.next_card(visit, ())
    if card is None:
        next_on = cards.earliest_due_on(visit.connection, visit.user.id)
        return NothingDue(next_on=next_on, today=visit.today)
    return _put(visit, card, Occasion(session_id=_session(visit, "review").id))


def preview(visit: Visit) -> Asked | NothingDue:
    """Ask now, for a try, what will be asked first on the coming day; memory does not move by it."""
    card = cards.next_due(visit.connection, visit.user.id)
    if card is None:
        return NothingDue(next_on=None, today=visit.today)
    return _put(visit, card, Occasion(practice=True))


def answer_text(visit: Visit, question_id: int, text: str) -> Answered:
    """Judge a typed answer."""
    question = _open(visit, question_id)
    if question.form is QuestionForm.CHOICE:
        wanted: tuple[str, ...] = (question.body["translation"],)
        return _judged(visit, question, text, compare(text[:LONGEST_ANSWER], wanted, language=visit.user.native))
    match = compare(text[:LONGEST_ANSWER], accepted(question), language=visit.user.target)
    return _judged(visit, question, text, match)


def answer_choice(visit: Visit, question_id: int, option: int) -> Answered:
    """Judge a pressed choice; giving up is one of them."""
    question = _open(visit, question_id)
    options = question.body["options"]
    if option != GIVEN_UP and option >= len(options):
        raise StaleButtonError
    given = "" if option == GIVEN_UP else options[option]
    right = bool(options) and option == correct_option(question)
    expected = question.body["translation"] if options else question.body["gap"]
    kind = MatchKind.RIGHT if right else MatchKind.WRONG
    return _judged(visit, question, given, Match(kind=kind, expected=expected, correction=()))


def hint(visit: Visit, question_id: int) -> Asked:
    """Show more of the word's letters."""
    found = _open(visit, question_id)
    question = changed(found, help_level=found.help_level + 1)
    questions.change(visit.connection, question.id, help_level=question.help_level)
    return shown(question, remaining=sitting.remaining(visit))


def later(visit: Visit, question_id: int) -> PutOff:
    """Leave a prompt's question where it is; it counts as seen."""
    question = _open(visit, question_id)
    _seen(visit, question)
    return PutOff(question_id=question.id, today_no_more=False)


def not_today(visit: Visit, question_id: int) -> PutOff:
    """Close a prompt's question for today; the card stays due."""
    question = _open(visit, question_id)
    questions.close(visit.connection, question.id, QuestionStatus.PASSED)
    users.change(visit.connection, visit.user.id, awaiting=None)
    _seen(visit, question)
    return PutOff(question_id=question.id, today_no_more=True)


def go_on(visit: Visit) -> Asked | Summary:
    """Ask the next card of the sitting."""
    return _next(visit, _session(visit, "prompt"))


def enough(visit: Visit) -> Summary:
    """End the sitting."""
    users.change(visit.connection, visit.user.id, awaiting=None)
    return _finish(visit, _session(visit, "prompt"))


def take_back(visit: Visit, review_id: int) -> Undone:
    """Undo the last answer: the log says so, the card is as it was, and the question stands again."""
    last = reviews.last_of(visit.connection, visit.user.id)
    if last is None or last.id != review_id or last.question_id is None:
        raise StaleButtonError
    question = questions.get(visit.connection, visit.user.id, last.question_id)
    if question is None:
        raise StaleButtonError
    undo(visit, last)
    _count(visit, question, right=bool(question.right), by=-1)
    reopened = {"status": QuestionStatus.OPEN, "answered_at": None, "answer": None, "right": None}
    questions.change(visit.connection, question.id, **reopened)
    _await(visit, question.id)
    schedule.replan(visit)
    return Undone(asked=shown(changed(question, **reopened), remaining=sitting.remaining(visit)))


def contest(visit: Visit, question_id: int) -> Conceded:
    """Believe the learner: the answer counts as right, and is kept for an admin to look at."""
    question = questions.get(visit.connection, visit.user.id, question_id)
    if question is None or question.right is not False or question.contested:
        raise StaleButtonError
    questions.change(visit.connection, question.id, right=True, contested=True)
    _count(visit, question, right=False, by=-1)
    _count(visit, question, right=True, by=1)
    rated = _believed(visit, question)
    schedule.replan(visit)
    comes_on = rated.card.due_on if rated is not None else None
    return Conceded(asked=shown(question), comes_on=comes_on, today=visit.today)


def _believed(visit: Visit, question: Question) -> Rated | None:
    unfair = reviews.of_question(visit.connection, question.id)
    if unfair is None:
        return None
    card = undo(visit, unfair)
    recall = Recall(rating=Rating.GOOD, source=ReviewSource.CONTEST, answer=question.answer, question_id=question.id)
    return rate(visit, card, recall)


def _judged(visit: Visit, question: Question, given: str, match: Match) -> Answered:
    right = match.kind is not MatchKind.WRONG
    values = {"answered_at": visit.now, "answer": given[:LONGEST_ANSWER], "right": right}
    if not questions.close(visit.connection, question.id, QuestionStatus.ANSWERED, **values):
        raise StaleButtonError
    rated = _remember(visit, question, given, match)
    session = _joined(visit, question)
    session = update_session(visit, session, correct=int(right), incorrect=int(not right))
    _seen(visit, question)
    return Answered(
        asked=shown(question),
        match=match,
        given=given,
        review_id=rated.review_id,
        comes_on=rated.card.due_on if rated.moved else None,
        today=visit.today,
        practice=bool(question.body["practice"]),
        following=_following(visit, question, session),
    )


def _remember(visit: Visit, question: Question, given: str, match: Match) -> Rated:
    card = cards.get(visit.connection, visit.user.id, question.card_id)
    assert card is not None  # noqa: S101 - a question cannot outlive its card
    source = ReviewSource.PROMPT if question.from_prompt else ReviewSource.REVIEW
    recall = Recall(
        rating=_rating(match, question.help_level),
        source=ReviewSource.PRACTICE if question.body["practice"] else source,
        help_level=question.help_level,
        answer=given[:LONGEST_ANSWER],
        question_id=question.id,
    )
    rated = rate(visit, card, recall)
    if rated.moved and match.kind is not MatchKind.WRONG:
        _open_production(visit, card)
    return rated


def _rating(match: Match, help_level: int) -> Rating:
    """Derive the rating: wrong is Again, helped is Hard, right is Good; a slip or an accent costs nothing."""
    if match.kind is MatchKind.WRONG:
        return Rating.AGAIN
    return Rating.HARD if help_level else Rating.GOOD


def _open_production(visit: Visit, card: Card) -> None:
    """Open the harder direction of a word once it has been recognised."""
    item = vocabulary.item_of(visit, card.item_id)
    if card.direction is Direction.RECOGNITION and item is not None and not item.recognition_only:
        vocabulary.open_card(visit, item, Direction.PRODUCTION)


def _following(visit: Visit, question: Question, session: LearningSession) -> Asked | More | Summary | None:
    if question.body["practice"]:
        complete_session(visit, session)
        users.change(visit.connection, visit.user.id, awaiting=None)
        return None
    if question.from_prompt and (remaining := sitting.remaining(visit, session)):
        users.change(visit.connection, visit.user.id, awaiting=None)
        return More(question_id=question.id, remaining=remaining)
    return _next(visit, session)


def _next(visit: Visit, session: LearningSession) -> Asked | Summary:
    card = sitting.next_card(visit, questions.of_session(visit.connection, session.id))
    if card is None:
        users.change(visit.connection, visit.user.id, awaiting=None)
        return _finish(visit, session)
    return _put(visit, card, Occasion(session_id=session.id))


def _finish(visit: Visit, session: LearningSession) -> Summary:
    complete_session(visit, session)
    return sitting.summary(visit, session)


def _put(visit: Visit, card: Card, occasion: Occasion) -> Asked:
    question = ask(visit, card, occasion)
    _await(visit, question.id)
    return shown(question, remaining=sitting.remaining(visit))


def _open(visit: Visit, question_id: int) -> Question:
    question = questions.get(visit.connection, visit.user.id, question_id)
    if question is None or question.status is not QuestionStatus.OPEN:
        raise StaleButtonError
    return question


def _session(visit: Visit, source_id: str) -> LearningSession:
    """Return the sitting the learner is in, whichever way it began, or a new one."""
    found = sitting.current(visit)
    if found is not None:
        return found
    activity = Activity(session_type=SessionType.VOCABULARY_REVIEW, source_id=source_id, language=visit.user.target)
    return start_session(visit, activity)


def _joined(visit: Visit, question: Question) -> LearningSession:
    """Return the sitting an answer belongs to; a prompt's question joins one when it is answered."""
    session = _session(visit, "prompt" if question.from_prompt else "review")
    if question.session_id != session.id:
        questions.change(visit.connection, question.id, session_id=session.id)
    return session


def _count(visit: Visit, question: Question, *, right: bool, by: int) -> None:
    session = sitting.session_of(visit, question)
    if session is not None:
        update_session(visit, session, correct=by if right else 0, incorrect=0 if right else by)


def _seen(visit: Visit, question: Question) -> None:
    """Note that the learner is there: what was ignored before is forgiven, and the next prompt is planned."""
    if question.from_prompt:
        prompts.answered(visit.connection, question.id, visit.now)
    schedule.practised(visit)


def _await(visit: Visit, question_id: int) -> None:
    users.change(visit.connection, visit.user.id, awaiting=f"question:{question_id}")
