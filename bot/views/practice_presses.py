"""The buttons of what a scene leaves to practise: its lines and words, its hardest turn, errors, and due words."""

from dataclasses import dataclass
from typing import ClassVar

from bot.views.press import Press


@dataclass(frozen=True)
class MyLines(Press):
    """See the own lines of a run beside more natural ones."""

    WORD: ClassVar[str] = "l"
    run_id: int


@dataclass(frozen=True)
class MyWords(Press):
    """See the words of a run."""

    WORD: ClassVar[str] = "w"
    run_id: int


@dataclass(frozen=True)
class IKnow(Press):
    """Take a word out of study, or back in."""

    WORD: ClassVar[str] = "k"
    run_id: int
    item_id: int


@dataclass(frozen=True)
class Preview(Press):
    """See tomorrow's question now."""

    WORD: ClassVar[str] = "t"
    run_id: int


@dataclass(frozen=True)
class WeakTurn(Press):
    """Play the hardest turn of a run once more."""

    WORD: ClassVar[str] = "wt"
    run_id: int


@dataclass(frozen=True)
class Swap(Press):
    """Play a scene in the other part."""

    WORD: ClassVar[str] = "sw"
    scenario_id: str


@dataclass(frozen=True)
class Drill(Press):
    """Work on an error for a minute."""

    WORD: ClassVar[str] = "dr"
    error_id: str


@dataclass(frozen=True)
class DrillChoice(Press):
    """Say which of two sentences is right."""

    WORD: ClassVar[str] = "dc"
    session_id: int
    number: int
    option: int


@dataclass(frozen=True)
class Choice(Press):
    """Answer a question by one of its choices; -1 gives up."""

    WORD: ClassVar[str] = "ch"
    LOWEST: ClassVar[int] = -1
    question_id: int
    option: int


@dataclass(frozen=True)
class QuestionHint(Press):
    """See more letters of the word asked for."""

    WORD: ClassVar[str] = "qh"
    question_id: int


@dataclass(frozen=True)
class Later(Press):
    """Leave a prompt's question for later."""

    WORD: ClassVar[str] = "ql"
    question_id: int


@dataclass(frozen=True)
class NotToday(Press):
    """Be left alone for today."""

    WORD: ClassVar[str] = "qn"
    question_id: int


@dataclass(frozen=True)
class WasRight(Press):
    """Contest a verdict."""

    WORD: ClassVar[str] = "cr"
    question_id: int


@dataclass(frozen=True)
class Undo(Press):
    """Take the last answer back."""

    WORD: ClassVar[str] = "un"
    review_id: int


@dataclass(frozen=True)
class GoOn(Press):
    """Review the next word."""

    WORD: ClassVar[str] = "go"
    question_id: int


@dataclass(frozen=True)
class Enough(Press):
    """End the sitting."""

    WORD: ClassVar[str] = "en"
    question_id: int
