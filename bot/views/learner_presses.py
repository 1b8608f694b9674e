"""The buttons by which learners say who and where they are and how they like it."""

from dataclasses import dataclass
from typing import ClassVar

from bot.views.press import Press


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
