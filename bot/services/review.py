"""Reviewing words one by one: ask, judge, remember, go on."""

from dataclasses import dataclass
from datetime import date

from bot.errors import StaleButtonError
from bot.scenarios.grading import Match, MatchKind, compare
from bot.services import schedule, sitting, vocabulary
from bot.services.learning_sessions import complete_session, update_session
from bot.services.parked import ParkedScene, waiting
from bot.services.questions import Asked, Occasion, accepted, correct_option, shown
from bot.services.remembering import Rated, Recall, rate
from bot.services.sitting import BY_PROMPT, BY_REQUEST, Summary
from bot.services.visit import Visit
from scheduler.memory import Rating
from storage import cards, prompts, questions
from storage.memory_tables import Card, Direction, Question, QuestionForm, QuestionStatus, ReviewSource
from storage.rows import changed
from storage.tables import LearningSession

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
    parked: ParkedScene | None = None


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


def begin(visit: Visit) -> Asked | NothingDue:
    """Ask the first due card; a prompt's question that still waits comes first."""
    session = sitting.current(visit)
    waiting = questions.open_prompt(visit.connection, visit.user.id)
    if waiting is not None:
        # Taken up by request, it is a question like any other; a sitting begins with its answer.
        prompts.answered(visit.connection, waiting.id, visit.now)
        joined = {"from_prompt": False, "session_id": session.id if session is not None else None}
        questions.change(visit.connection, waiting.id, **joined)
        return sitting.again(visit, changed(waiting, **joined))
    if session is None:
        return _first(visit)
    following = sitting.proceed(visit, session)
    return _none(visit) if isinstance(following, Summary) else following


def _first(visit: Visit) -> Asked | NothingDue:
    """Ask the first question of a sitting that begins when it is answered."""
    asked = questions.standing_alone(visit.connection, visit.user.id)
    card = sitting.next_card(visit, ())
    if card is None:
        return _none(visit)
    same = [each for each in asked if each.card_id == card.id and not each.body["practice"]]
    return sitting.again(visit, same[0]) if same else sitting.put(visit, card, Occasion())


def _none(visit: Visit) -> NothingDue:
    return NothingDue(next_on=cards.earliest_due_on(visit.connection, visit.user.id), today=visit.today)


def preview(visit: Visit) -> Asked | NothingDue:
    """Ask now, for a try, what will be asked first on the coming day; memory does not move by it.

    What is due already is asked in earnest.
    """
    card = cards.next_due(visit.connection, visit.user.id)
    if card is None or card.due_on <= visit.today:
        return begin(visit)
    tries = [each for each in questions.standing_of_card(visit.connection, card.id) if each.body["practice"]]
    return sitting.again(visit, tries[0]) if tries else sitting.put(visit, card, Occasion(practice=True))


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
    return shown(question)


def later(visit: Visit, question_id: int) -> PutOff:
    """Leave a prompt's question where it is; it counts as seen."""
    question = _open(visit, question_id)
    _seen(visit, question)
    return PutOff(question_id=question.id, today_no_more=False)


def not_today(visit: Visit, question_id: int) -> PutOff:
    """Close a prompt's question for today; the card stays due."""
    question = _open(visit, question_id)
    questions.close(visit.connection, question.id, QuestionStatus.PASSED)
    sitting.release(visit)
    _seen(visit, question)
    return PutOff(question_id=question.id, today_no_more=True)


def go_on(visit: Visit) -> Asked | Summary:
    """Ask the next card of the sitting, or show the one that stands."""
    session = sitting.current(visit)
    if session is not None:
        return sitting.proceed(visit, session)
    first = _first(visit)
    if isinstance(first, NothingDue):
        raise StaleButtonError
    return first


def enough(visit: Visit, question_id: int) -> Summary:
    """End the sitting of a question."""
    question = questions.get(visit.connection, visit.user.id, question_id)
    session = None if question is None else sitting.session_of(visit, question)
    if session is None:
        raise StaleButtonError
    return sitting.finish(visit, session)


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
        open_production(visit, card)
    return rated


def _rating(match: Match, help_level: int) -> Rating:
    """Derive the rating: wrong is Again, helped is Hard, right is Good; a slip or an accent costs nothing."""
    if match.kind is MatchKind.WRONG:
        return Rating.AGAIN
    return Rating.HARD if help_level else Rating.GOOD


def open_production(visit: Visit, card: Card) -> None:
    """Open the harder direction of a word once it has been recognised."""
    item = vocabulary.item_of(visit, card.item_id)
    if card.direction is Direction.RECOGNITION and item is not None and not item.recognition_only:
        vocabulary.open_card(visit, item, Direction.PRODUCTION)


def _following(visit: Visit, question: Question, session: LearningSession) -> Asked | More | Summary | None:
    if question.body["practice"]:
        if session.items_studied == 1:  # a try on its own, not amid a sitting
            complete_session(visit, session)
        sitting.release(visit)
        return None
    if question.from_prompt and session.source_id == BY_PROMPT and (remaining := sitting.remaining(visit, session)):
        sitting.release(visit)
        return More(question_id=question.id, remaining=remaining, parked=waiting(visit))
    return sitting.proceed(visit, session)


def _open(visit: Visit, question_id: int) -> Question:
    question = questions.get(visit.connection, visit.user.id, question_id)
    if question is None or question.status is not QuestionStatus.OPEN:
        raise StaleButtonError
    return question


def _joined(visit: Visit, question: Question) -> LearningSession:
    """Return the sitting an answer belongs to; a prompt's question joins one when it is answered."""
    session = sitting.join(visit, BY_PROMPT if question.from_prompt else BY_REQUEST)
    if question.session_id != session.id:
        questions.change(visit.connection, question.id, session_id=session.id)
    return session


def _seen(visit: Visit, question: Question) -> None:
    """Note that the learner is there: what was ignored before is forgiven, and the next prompt is planned."""
    if question.from_prompt:
        prompts.answered(visit.connection, question.id, visit.now)
    schedule.practised(visit)
