"""A vocabulary answer against what is expected: right, an accent short, a slip, or wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from bot.scenarios import spelling
from bot.scenarios.segments import Segment, correct, plain
from bot.scenarios.text import Utterance, fold, utterance

_NEAR = 60  # of 100: below that two texts are different words

ARTICLES = {
    "es": "el la los las un una unos unas",
    "fr": "le la les l' un une des du",
    "de": "der die das den dem des ein eine einen einem einer",
    "it": "il lo la i gli le l' un uno una",
    "pt": "o a os as um uma uns umas",
    "en": "the a an to",
}


class MatchKind(StrEnum):
    """How an answer compares with what is expected."""

    RIGHT = "right"
    ACCENT = "accent"
    SLIP = "slip"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Match:
    """The comparison with the nearest of the accepted answers."""

    kind: MatchKind
    expected: str
    correction: tuple[Segment, ...]


def compare(answer: str, accepted: Sequence[str], *, language: str) -> Match:
    """Compare an answer with every accepted one and keep the kindest result."""
    said = utterance(answer)
    found = [_one(said, expected, language) for expected in accepted]
    if not found:
        return Match(kind=MatchKind.WRONG, expected="", correction=())
    order = list(MatchKind)
    return min(found, key=lambda match: order.index(match.kind))


def _one(said: Utterance, expected: str, language: str) -> Match:
    """Compare an answer with one expected one."""
    want = utterance(expected)
    shown = tuple(want.text[token.start : token.end] for token in want.tokens)
    kind = _kind(said.words, want.words, frozenset(ARTICLES.get(language.partition("-")[0], "").split()))
    if kind is MatchKind.RIGHT:
        return Match(kind=kind, expected=expected, correction=())
    # Between words that have nothing in common no letter is worth marking.
    near = kind is not MatchKind.WRONG or fuzz.ratio(" ".join(said.words), " ".join(want.words)) >= _NEAR
    return Match(kind=kind, expected=expected, correction=correct(said, shown) if near else plain(expected))


def _kind(said: tuple[str, ...], want: tuple[str, ...], articles: frozenset[str]) -> MatchKind:
    """Name the difference between two sequences of words."""
    if not want or not said:
        return MatchKind.WRONG
    if said == want:
        return MatchKind.RIGHT
    given, right = [fold(word) for word in said], [fold(word) for word in want]
    if given == right:
        return MatchKind.ACCENT
    nouns = (_bare(given, articles), _bare(right, articles))
    if spelling.alike(given, right) or (nouns[1] and spelling.alike(*nouns)):
        return MatchKind.SLIP
    return MatchKind.WRONG


def _bare(parts: list[str], articles: frozenset[str]) -> list[str]:
    """Return the words without their articles, an elided one included."""
    bare = [word.removeprefix("l'") if "l'" in articles else word for word in parts]
    return [word for word in bare if word and word not in articles]
