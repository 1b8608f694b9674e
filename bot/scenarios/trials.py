"""The shape of the files that check a pack: ways through the story that must work, answers with their verdicts."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from bot.scenarios.model import Id, Part, Text, Value


class Plan(Part):
    """One way through the story, and where it ends."""

    says: tuple[tuple[Id, str], ...]
    end: Mapping[Id, Value]
    meets: tuple[Id, ...]


class Plans(Part):
    """The ways through a pack that must work."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["plans"]
    pack: Text
    plans: Mapping[Id, Plan]


class AnswerCase(Part):
    """One answer and the verdict it must get."""

    turn: Id
    text: str
    intent: Id | None
    slots: Mapping[Id, Id]
    form: Text | None
