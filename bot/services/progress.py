"""What a learner has done: evidence, not points."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.errors import Trend, trends
from bot.services.learning_sessions import get_user_sessions
from bot.services.visit import Visit
from bot.services.vocabulary import KNOWN_STABILITY_DAYS
from storage import completions, learning_sessions, vocabulary
from storage.tables import LearningSession, ScenarioCompletion
from storage.vocabulary import WordState


@dataclass(frozen=True, kw_only=True)
class WordCounts:
    """A learner's words by how far each has come."""

    new: int
    learning: int
    known: int


@dataclass(frozen=True, kw_only=True)
class ProgressReport:
    """The last completions and sittings, the time spent, and the words."""

    completions: Sequence[ScenarioCompletion]
    sessions: Sequence[LearningSession]
    minutes: int
    words: WordCounts
    titles: dict[str, str]
    zone: str
    errors: Sequence[Trend] = ()


def of_visit(visit: Visit) -> ProgressReport:
    """Sum up a learner's history."""
    connection, user = visit.connection, visit.user
    return ProgressReport(
        completions=completions.latest(connection, user.id),
        sessions=get_user_sessions(visit),
        minutes=round(learning_sessions.total_seconds(connection, user.id) / 60),
        words=count_words(vocabulary.words(connection, user.id)),
        titles={scene.id: scene.title for scene in visit.library.scenes(user.target, user.native)},
        zone=user.zone,
        errors=trends(visit),
    )


def count_words(words: Sequence[WordState]) -> WordCounts:
    """Count words by state."""
    states = [word_state(word) for word in words]
    return WordCounts(new=states.count("new"), learning=states.count("learning"), known=states.count("known"))


def word_state(word: WordState) -> str:
    """Return how far a word has come: new until its first recall, known when memory holds it for three weeks."""
    if word.item.known or (word.stability or 0) >= KNOWN_STABILITY_DAYS:
        return "known"
    return "learning" if word.reps else "new"
