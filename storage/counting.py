"""How many there are of everything: what a restore shows, so that an operator sees whether it is what they meant."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from storage.memory_tables import Card, Review, VocabularyItem
from storage.rows import table
from storage.tables import LearningSession, ScenarioCompletion, User

_COUNTED: Mapping[str, type[SQLModel]] = {
    "learners": User,
    "completions": ScenarioCompletion,
    "words": VocabularyItem,
    "cards": Card,
    "reviews": Review,
    "learning sessions": LearningSession,
}


def of_everything(connection: Connection) -> Mapping[str, int]:
    """Count the rows that matter to a person."""
    return {
        name: connection.scalar(select(func.count()).select_from(table(model))) or 0 for name, model in _COUNTED.items()
    }
