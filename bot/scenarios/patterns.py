"""Patterns that are wrong in a language, whatever the scene: compiled once, found in an answer wherever they begin."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from bot.scenarios.text import fold

EDGE = ","  # Stands where a clause begins or ends; no word is spelt like that.
Classes = Mapping[str, Callable[[str], bool]]


class Found(NamedTuple):
    """A pattern in an answer: the rule it belongs to and the words it covers."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One place of a pattern: the words and classes of words that may stand there."""

    words: frozenset[str]
    classes: tuple[str, ...]
    optional: bool = False
    banned: bool = False
    behind: bool = False

    def fits(self, word: str, classes: Classes) -> bool:
        """Tell whether a word may stand here."""
        return word in self.words or (word != EDGE and any(classes[name](word) for name in self.classes))


class Patterns:
    """The wrong patterns of one language."""

    def __init__(self, grammar: Mapping[str, Sequence[str]], classes: Classes) -> None:
        self._classes = classes
        self._by_word: dict[str, list[tuple[str, tuple[Piece, ...]]]] = defaultdict(list)
        self._others: list[tuple[str, tuple[Piece, ...]]] = []
        for rule, listed in grammar.items():
            for text in listed:
                self._file(rule, tuple(_piece(part) for part in text.split()))

    def find(self, said: Sequence[str]) -> Found | None:
        """Return the first wrong pattern of an answer whose clauses are set apart by edges."""
        for start, word in enumerate(said):
            for rule, pieces in (*self._by_word.get(word, ()), *self._others):
                end = next(self._ends(pieces, said, start), None)
                if end is not None:
                    return Found(rule, start, end)
        return None

    def _file(self, rule: str, pieces: tuple[Piece, ...]) -> None:
        """File a pattern under the words it can begin with."""
        first = pieces[1] if pieces[0].behind else pieces[0]
        unknown = {name for piece in pieces for name in piece.classes} - self._classes.keys()
        if unknown:
            raise ValueError(f"grammar {rule}: no class {sorted(unknown)}")
        if first.classes or first.optional or first.banned:
            self._others.append((rule, pieces))
            return
        for word in first.words:
            self._by_word[word].append((rule, pieces))

    def _ends(self, pieces: Sequence[Piece], said: Sequence[str], at: int) -> Iterator[int]:
        """Yield where a pattern ends that begins here."""
        if not pieces:
            yield at
            return
        piece, rest = pieces[0], pieces[1:]
        word = said[at] if at < len(said) else EDGE
        if piece.behind:
            if not piece.fits(said[at - 1] if at else EDGE, self._classes):
                yield from self._ends(rest, said, at)
            return
        if piece.banned:
            if not piece.fits(word, self._classes):
                yield from self._ends(rest, said, at)
            return
        if at < len(said) and piece.fits(word, self._classes):
            yield from self._ends(rest, said, at + 1)
        if piece.optional:
            yield from self._ends(rest, said, at)


@cache
def _piece(text: str) -> Piece:
    """Read one place of a pattern; every pack of a language has the same ones."""
    bare = text.lstrip("?!~")
    options = bare.split("|")
    words = {EDGE if option in {"^", "$"} else fold(option.casefold()) for option in options if option[0] != "<"}
    classes = tuple(option.strip("<>") for option in options if option[0] == "<")
    return Piece(frozenset(words), classes, optional=text[0] == "?", banned=text[0] == "!", behind=text[0] == "~")
