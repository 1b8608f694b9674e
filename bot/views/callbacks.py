"""The grammar of button data: one frozen class a button, encoded as short ids and decoded with its types.

A class registers its own handler pattern, so no button can exist that nobody understands, and old buttons stay
readable: fields are only ever added at the end, and a word is never reused for another meaning.
"""

import re
from dataclasses import dataclass, fields
from typing import ClassVar, Self

SEPARATOR = ":"


@dataclass(frozen=True)
class Press:
    """A button's meaning: its word and the short ids it carries."""

    WORD: ClassVar[str]
    LOWEST: ClassVar[int] = 0
    HIGHEST: ClassVar[int] = 2**63 - 1

    def encode(self) -> str:
        """Return the data that Telegram hands back when the button is pressed."""
        values = (str(getattr(self, field.name)) for field in fields(self))
        return SEPARATOR.join((self.WORD, *values))

    @classmethod
    def decode(cls, data: str) -> Self | None:
        """Return the press that made this data, or nothing if it is none of this kind."""
        word, *values = data.split(SEPARATOR)
        kinds = [field.type for field in fields(cls)]
        if word != cls.WORD or len(values) != len(kinds):
            return None
        read = [cls._number(value) if kind is int else value for kind, value in zip(kinds, values, strict=True)]
        return None if None in read else cls(*read)

    @classmethod
    def _number(cls, value: str) -> int | None:
        """Return a number as `encode` writes it, if a button of this kind can carry it."""
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,18}", value):
            return None
        return int(value) if cls.LOWEST <= int(value) <= cls.HIGHEST else None

    @classmethod
    def pattern(cls) -> str:
        """Return what the data of this kind looks like, for routing."""
        return f"^{re.escape(cls.WORD)}(?:{SEPARATOR}|$)"


@dataclass(frozen=True)
class Experience(Press):
    """New to the language, or not."""

    WORD: ClassVar[str] = "lv"
    level: str


@dataclass(frozen=True)
class Native(Press):
    """The language that explains."""

    WORD: ClassVar[str] = "nat"
    language: str


@dataclass(frozen=True)
class Learn(Press):
    """Learn this language."""

    WORD: ClassVar[str] = "tg"
    language: str


@dataclass(frozen=True)
class Explain(Press):
    """Have everything explained in this language from now on."""

    WORD: ClassVar[str] = "ex"
    language: str


@dataclass(frozen=True)
class OtherLanguage(Press):
    """See which languages there are."""

    WORD: ClassVar[str] = "lang"


@dataclass(frozen=True)
class Play(Press):
    """Open a scene."""

    WORD: ClassVar[str] = "play"
    scenario_id: str


@dataclass(frozen=True)
class PlayAnew(Press):
    """Open a scene from the start, leaving what was begun."""

    WORD: ClassVar[str] = "anew"
    scenario_id: str


@dataclass(frozen=True)
class Starter(Press):
    """Say one of the first answers offered."""

    WORD: ClassVar[str] = "st"
    run_id: int
    version: int
    number: int


@dataclass(frozen=True)
class Hint(Press):
    """Ask for the next help of a turn."""

    WORD: ClassVar[str] = "h"
    run_id: int
    version: int


@dataclass(frozen=True)
class Skip(Press):
    """Let the model answer be said."""

    WORD: ClassVar[str] = "s"
    run_id: int
    version: int


@dataclass(frozen=True)
class Pause(Press):
    """Leave a scene for later."""

    WORD: ClassVar[str] = "p"
    run_id: int


@dataclass(frozen=True)
class Continue(Press):
    """Go on with a scene."""

    WORD: ClassVar[str] = "c"
    run_id: int


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
class Place(Press):
    """Name a place for its time zone."""

    WORD: ClassVar[str] = "z"
    number: int


@dataclass(frozen=True)
class OtherTime(Press):
    """Say that it is another time here."""

    WORD: ClassVar[str] = "zo"


@dataclass(frozen=True)
class Hour(Press):
    """Choose the hour of the daily prompt."""

    WORD: ClassVar[str] = "hr"
    HIGHEST: ClassVar[int] = 23
    hour: int


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


@dataclass(frozen=True)
class More(Press):
    """See what else can be done at a turn, or fold that away."""

    WORD: ClassVar[str] = "m"
    run_id: int
    version: int
    unfolded: int


@dataclass(frozen=True)
class SayAgain(Press):
    """Hear the partner's lines again: as they were, slowly, or translated."""

    WORD: ClassVar[str] = "a"
    run_id: int
    version: int
    way: int


@dataclass(frozen=True)
class LineWords(Press):
    """See the words of the partner's lines with what they mean."""

    WORD: ClassVar[str] = "lw"
    run_id: int
    version: int


@dataclass(frozen=True)
class Back(Press):
    """Take the last move back."""

    WORD: ClassVar[str] = "b"
    run_id: int
    version: int


@dataclass(frozen=True)
class Tap(Press):
    """Put a word of the bank into the answer; it holds as long as the turn stands, however fast one taps."""

    WORD: ClassVar[str] = "tw"
    run_id: int
    moves: int
    number: int


@dataclass(frozen=True)
class Untap(Press):
    """Take the last tapped word away."""

    WORD: ClassVar[str] = "tu"
    run_id: int
    moves: int


@dataclass(frozen=True)
class SayBuilt(Press):
    """Say what was tapped together."""

    WORD: ClassVar[str] = "ts"
    run_id: int
    moves: int


@dataclass(frozen=True)
class Why(Press):
    """Have an error explained."""

    WORD: ClassVar[str] = "y"
    run_id: int
    version: int


@dataclass(frozen=True)
class Objection(Press):
    """Contest the verdict on something said in a scene."""

    WORD: ClassVar[str] = "ob"
    turn_row: int


@dataclass(frozen=True)
class Strict(Press):
    """Choose how strictly one's form is seen."""

    WORD: ClassVar[str] = "fb"
    HIGHEST: ClassVar[int] = 2
    level: int


@dataclass(frozen=True)
class Delete(Press):
    """Confirm or refuse that everything is deleted."""

    WORD: ClassVar[str] = "del"
    HIGHEST: ClassVar[int] = 1
    sure: int


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
class Scenes(Press):
    """Turn to a page of the list of scenes."""

    WORD: ClassVar[str] = "sc"
    HIGHEST: ClassVar[int] = 99
    page: int


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


PRESSES: tuple[type[Press], ...] = tuple(Press.__subclasses__())
