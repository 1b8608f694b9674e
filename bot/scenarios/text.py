"""Words out of typed text, in any script: what is compared, and where in the text it stood.

Two levels of equality live here. `words` ignores capitals and punctuation; `fold` ignores accents as well. Marks are
dropped only in scripts where they are accents: a Hindi vowel sign is a letter of its word and stays.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = frozenset("'\u2019\u2018\u02bc\u00b4`\u2032\uff07")
JOINERS = frozenset("\u200c\u200d\u00ad\ufe0e\ufe0f\u20e3")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})
LAST_ACCENTED_SCRIPT = 0x0530  # Latin, Greek and Cyrillic letters stand below; their marks are accents.
REMEMBERED = 20_000
SHORT_I = "и\u0306"
# Among the plain Latin letters a word is a run of letters and digits, held together by apostrophes before a letter.
PLAIN_TEXT = re.compile("[^\u00ad\u00b2\u00b3\u00b9\u00bc-\u00be\u0250-\U0010ffff]*")
PLAIN_WORD = re.compile(r"[^\W_]+(?:['\u00b4`](?=[^\W\d_])[^\W_]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One word of a text in comparable spelling, with its place."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """A text in composed spelling together with its words."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words in order, capitals and punctuation gone, accents kept."""
        return tuple(token.word for token in self.tokens)


def utterance(text: str) -> Utterance:
    """Split any text into its words and remember their places."""
    composed = unicodedata.normalize("NFC", text)
    return Utterance(text=composed, tokens=tuple(_tokens(composed)))


def words(text: str) -> tuple[str, ...]:
    """Return the comparable words of a text."""
    return utterance(text).words


@lru_cache(maxsize=REMEMBERED)
def fold(word: str) -> str:
    """Return the word without what a hurried writer leaves out: accents, stress and vowel points."""
    if word.isascii():
        return word
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", word.translate(LIGATURES)):
        if not _is_accent(char, letters[-1] if letters else ""):
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters))


def key(parts: Iterable[str]) -> str:
    """Return the one spelling under which equal sentences meet."""
    return " ".join(fold(part) for part in parts)


def _is_accent(char: str, base: str) -> bool:
    """Tell whether a mark may be left out after the letter before it."""
    if not unicodedata.category(char).startswith("M"):
        return False
    if "\u05b0" <= char <= "\u05c7" or "\u064b" <= char <= "\u065f" or char == "\u0670":
        return True
    return base != "" and ord(base) < LAST_ACCENTED_SCRIPT and base + char != SHORT_I


def _tokens(text: str) -> Iterable[Token]:
    """Yield the runs of letters, digits and their marks."""
    if PLAIN_TEXT.fullmatch(text):
        yield from (_token(text, found.start(), found.end()) for found in PLAIN_WORD.finditer(text))
        return
    start: int | None = None
    for at, char in enumerate(text):
        inside = _belongs(text, at, char, started=start is not None)
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield _token(text, start, at)
            start = None
    if start is not None:
        yield _token(text, start, len(text))


def _belongs(text: str, at: int, char: str, *, started: bool) -> bool:
    """Tell whether the character continues or opens a word."""
    if char in APOSTROPHES:
        return started and at + 1 < len(text) and text[at + 1].isalpha()
    if char in JOINERS:
        return started
    kind = unicodedata.category(char)[0]
    return kind in "LN" or (kind == "M" and started)


def _token(text: str, start: int, end: int) -> Token:
    """Bring one run of characters into comparable spelling."""
    raw = text[start:end]
    if raw.isalnum() and raw.isascii():
        return Token(word=raw.lower(), start=start, end=end)
    plain = "".join("'" if char in APOSTROPHES else char for char in raw if char not in JOINERS)
    return Token(word=unicodedata.normalize("NFC", plain.casefold()), start=start, end=end)
