"""What grading says of an answer: the words it heard, what they mean, how they were formed, and by which layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.scenarios.grammar import Noun
from bot.scenarios.segments import Segment
from bot.scenarios.text import Utterance


class Form(StrEnum):
    """How well an answer was formed."""

    OK = "ok"
    SLIP = "slip"
    ERROR = "error"


class Layer(StrEnum):
    """How an answer was understood."""

    ACCEPTED = "accepted"
    PREDICTED = "predicted"
    REPAIR = "repair"
    TYPO = "typo"
    FORM = "form"
    GIST = "gist"
    OWN_LANGUAGE = "own_language"
    UNKNOWN = "unknown"


class DifferenceKind(StrEnum):
    """How a piece of an answer differs from the right sentence."""

    ACCENT = "accent"
    TYPO = "typo"
    FORM = "form"
    LITTLE_WORD = "little_word"
    FOREIGN = "foreign"
    EXTRA = "extra"
    MISSING = "missing"
    ORDER = "order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place where an answer and the right sentence part: what was written, what belongs there."""

    given: str
    expected: str
    kind: DifferenceKind


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An answer without its fillers: the words as spelt, and folded for look-up."""

    said: Utterance
    spelt: tuple[str, ...]
    folded: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an answer means, how it was formed, and the right sentence where there is something to show."""

    intent: str | None
    slots: Mapping[str, str]
    form: Form | None
    layer: Layer
    error_id: str | None = None
    note: bool = False
    correction: tuple[Segment, ...] = ()
    repair: bool = False
    words: tuple[str, ...] = ()
    noun: Noun | None = None
    swap: tuple[str, str] = ("", "")
    own_text_id: str | None = None
    signals: tuple[str, ...] = ()
    confidence: int = 0
    differences: tuple[Difference, ...] = ()

    @property
    def understood(self) -> bool:
        """Tell whether the answer moves the story on."""
        return self.intent is not None and not self.repair
