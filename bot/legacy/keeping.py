"""Writing what was read: each old row becomes a row here, or joins one that stands here already."""

from datetime import date, timedelta
from enum import Enum
from typing import Any, NamedTuple

from bot.legacy.completions import OldCompletion
from bot.legacy.learners import Learner
from bot.legacy.sessions import OldSession
from bot.legacy.words import OldMemory, OldWord
from bot.scenarios.progress import Progress
from bot.scenarios.score import PASSED
from bot.services.visit import Visit
from scheduler import calendar
from storage import cards, completions, learning_sessions, reviews, runs, vocabulary
from storage.memory_tables import Card, Direction, VocabularyContext, VocabularyItem
from storage.tables import LearningSession, RunKind, RunStatus, ScenarioCompletion, ScenarioRun, SessionType

UNASKED = "listed without a card: no meaning and no sentence to ask"
KNOWN_HERE = "joined a word that was learnt here: its memory here stands"
BROKEN = "with a broken list: it is kept as it is in legacy_imports"
GIVEN_SITTING = "had no session of their own: one was written"


class Fate(Enum):
    """What becomes of a row that can be brought over."""

    IMPORTED = "imported"
    ALREADY = "already there"
    MERGED = "merged"


class Kept(NamedTuple):
    """What became of one row, and what there is to remark about it."""

    fate: Fate
    remarks: tuple[str, ...] = ()


def keep_session(learner: Learner, old: OldSession) -> Kept:
    """Write a sitting."""
    visit = learner.visit
    learning_sessions.start(
        visit.connection,
        LearningSession.model_construct(
            user_id=visit.user.id,
            session_type=old.session_type,
            source_id=old.source_id,
            language=old.language or visit.user.target,
            started_at=old.started_at,
            last_activity_at=old.ended_at,
            ended_at=old.ended_at,
            duration_seconds=old.duration_seconds,
            items_studied=old.items_correct + old.items_incorrect,
            items_correct=old.items_correct,
            items_incorrect=old.items_incorrect,
            session_metadata=old.metadata,
        ),
    )
    return Kept(Fate.IMPORTED)


def keep_completion(learner: Learner, old: OldCompletion) -> Kept:
    """Write a completion with the run it ends, which no later play takes for an earlier one of its own."""
    visit, spoken = learner.visit, learner.spoken(old.scenario_id)
    remarks = [BROKEN] if old.broken_lists else []
    completions.record(
        visit.connection,
        ScenarioCompletion(
            user_id=visit.user.id,
            scenario_id=old.scenario_id,
            progress_id=_run(visit, old, spoken),
            language=spoken,
            started_at=old.started_at,
            completed_at=old.completed_at,
            duration_seconds=old.duration_seconds,
            phases_completed=old.phases_completed,
            total_phases=old.total_phases,
            vocabulary_mastered=list(old.vocabulary),
            objectives_completed=list(old.objectives),
            success_rate=old.success_rate,
            completion_score=old.completion_score,
            passed=old.completion_score >= PASSED,
        ),
    )
    if not learning_sessions.is_there(visit.connection, visit.user.id, old.scenario_id, old.started_at):
        keep_session(learner, _sitting(old, spoken))
        remarks.append(GIVEN_SITTING)
    return Kept(Fate.IMPORTED, tuple(remarks))


def _run(visit: Visit, old: OldCompletion, language: str) -> int:
    return runs.start(
        visit.connection,
        ScenarioRun(
            user_id=visit.user.id,
            scenario_id=old.scenario_id,
            language=language,
            native=visit.user.native,
            pack_version=0,
            kind=RunKind.IMPORTED.value,
            state=Progress(turn="", phase="", finished=True).to_json(),
            status=RunStatus.COMPLETED,
            started_at=old.started_at,
            asked_at=old.completed_at,
            last_turn_at=old.completed_at,
            ended_at=old.completed_at,
        ),
    )


def _sitting(old: OldCompletion, language: str) -> OldSession:
    return OldSession(
        session_type=SessionType.SCENARIO,
        source_id=old.scenario_id,
        language=language,
        started_at=old.started_at,
        ended_at=old.completed_at,
        duration_seconds=old.duration_seconds,
        items_correct=0,
        items_incorrect=0,
        metadata={},
    )


def keep_word(learner: Learner, old: OldWord) -> Kept:
    """Write a word with its sentences and card; a word that is here already keeps what it has and gains the rest."""
    visit = learner.visit
    item, fresh = vocabulary.add(visit.connection, _item(visit, old))
    if not fresh and not item.translation and old.meaning:
        vocabulary.explain(visit.connection, item.id, old.meaning)
        item = vocabulary.get(visit.connection, visit.user.id, item.id) or item
    for sentence in old.sentences:
        vocabulary.add_context(visit.connection, _context(item, old, sentence, visit))
    remarks = [BROKEN] if old.broken_list else []
    if item.translation or item.sentence != item.word or old.sentences:
        remarks += _keep_card(learner, item, old, fresh=fresh)
    else:
        remarks.append(UNASKED)
    return Kept(Fate.IMPORTED if fresh else Fate.MERGED, tuple(remarks))


def _item(visit: Visit, old: OldWord) -> VocabularyItem:
    return VocabularyItem.model_construct(
        user_id=visit.user.id,
        language=old.language or visit.user.target,
        word=old.word,
        translation=old.meaning,
        gap=old.word,
        sentence=old.sentences[0] if old.sentences else old.word,
        sentence_translation="",
        source_type=old.source_type,
        source_id=old.source_id,
        source_key=old.word,
        created_at=min(old.met_at or visit.now, visit.now),
    )


def _context(item: VocabularyItem, old: OldWord, sentence: str, visit: Visit) -> VocabularyContext:
    return VocabularyContext.model_construct(
        item_id=item.id,
        user_id=visit.user.id,
        source_type=old.source_type,
        source_id=old.source_id,
        gap=old.word,
        sentence=sentence,
        sentence_translation="",
        met_at=min(old.met_at or visit.now, visit.now),
    )


def _keep_card(learner: Learner, item: VocabularyItem, old: OldWord, *, fresh: bool) -> list[str]:
    """Open the card that asks what the word means; production opens after its first right answer, as ever here."""
    visit, connection = learner.visit, learner.visit.connection
    remembered = _remembered(visit, old.memory) if old.memory else None
    card = None if fresh else cards.find(connection, item.id, Direction.RECOGNITION)
    said = None if fresh else cards.find(connection, item.id, Direction.PRODUCTION)
    if card is None and said is None:
        _open(visit, item, remembered or _new(visit, learner.first_recall()), suspended=not old.active)
    elif remembered is None:
        return []
    elif card is None or said is not None or reviews.log_of(connection, card.id):
        return [KNOWN_HERE]
    # Of two old memories of one word the later review knows better.
    elif card.reviewed_on is None or card.reviewed_on < remembered["reviewed_on"]:
        cards.begin_with(connection, card.id, remembered)
    return []


def _open(visit: Visit, item: VocabularyItem, remembered: dict[str, Any], *, suspended: bool) -> None:
    card = Card.model_construct(
        item_id=item.id,
        user_id=visit.user.id,
        direction=Direction.RECOGNITION,
        suspended=suspended,
        created_at=visit.now,
        **cards.beginning(remembered),
    )
    cards.add(visit.connection, card)


def _new(visit: Visit, day: date) -> dict[str, Any]:
    return {
        "stability": None,
        "difficulty": None,
        "reviewed_on": None,
        "due_on": day,
        "due_at": calendar.day_starts_at(day, visit.zone),
        "reps": 0,
        "lapses": 0,
    }


def _remembered(visit: Visit, old: OldMemory) -> dict[str, Any]:
    reviewed_on = calendar.study_day(old.reviewed_at, visit.zone)
    due_on = max(calendar.study_day(old.due_at, visit.zone), reviewed_on + timedelta(days=1))
    return {
        "stability": old.stability,
        "difficulty": old.difficulty,
        "reviewed_on": reviewed_on,
        "due_on": due_on,
        "due_at": calendar.day_starts_at(due_on, visit.zone),
        "reps": old.reps,
        "lapses": old.lapses,
    }
