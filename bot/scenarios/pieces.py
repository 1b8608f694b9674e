"""The wrong words of predicted errors, by which an error is heard inside any answer."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any

from bot.scenarios.mistakes import Mistake

Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongPiece:
    """Wrong words of a predicted error, and the words that stand beside them there; none means any."""

    words: Words
    before: frozenset[str]
    after: frozenset[str]
    rule: str
    swap: tuple[str, str]


def wrong_piece(words: Words, before: Iterable[str], after: Iterable[str], mistake: Mistake) -> WrongPiece:
    """Return the wrong words of an error with their neighbours."""
    return WrongPiece(
        words=words, before=frozenset(before), after=frozenset(after), rule=mistake.rule, swap=mistake.swap
    )


def plain(pieces: Iterable[WrongPiece]) -> list[list[Any]]:
    """Write wrong pieces down as plain data."""
    return [[one.words, sorted(one.before), sorted(one.after), one.rule, one.swap] for one in pieces]


def read(written: Iterable[Any]) -> tuple[WrongPiece, ...]:
    """Read wrong pieces back."""
    shared: dict[frozenset[str], frozenset[str]] = {}
    return tuple(_pieces(written, shared))


def _pieces(written: Iterable[Any], shared: dict[frozenset[str], frozenset[str]]) -> Iterator[WrongPiece]:
    for words, before, after, rule, (good, bad) in written:
        yield WrongPiece(
            words=tuple(map(intern, words)),
            before=_once(before, shared),
            after=_once(after, shared),
            rule=intern(rule),
            swap=(intern(good), intern(bad)),
        )


def _once(words: Collection[str], shared: dict[frozenset[str], frozenset[str]]) -> frozenset[str]:
    """Return one object for the same neighbours: many pieces have the same."""
    found = frozenset(map(intern, words))
    return shared.setdefault(found, found)
