"""The buttons of a scene: to open it, and at each of its turns."""

from dataclasses import dataclass
from typing import ClassVar

from bot.views.press import Press


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
class Scenes(Press):
    """Turn to a page of the list of scenes."""

    WORD: ClassVar[str] = "sc"
    HIGHEST: ClassVar[int] = 99
    page: int


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
class Back(Press):
    """Take the last move back."""

    WORD: ClassVar[str] = "b"
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
