"""An answer cut into clauses, as punctuation, joining words and polite openings divide it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.scenarios.gist import Find
from bot.scenarios.marks import Marks
from bot.scenarios.verdict import Heard

PAUSE = re.compile(r"[.,;:!?…¿¡\n()\u2013\u2014\u3001\u3002\uff0c\uff01\uff1f\u0964\u061f\u060c]|(?<=\s)-(?=\s)")

QUESTION = "?\u037e\u061f\uff1f"
WHOLE = frozenset({"frames", "asides", "asking", "except_for", "instead", "conditions", "idioms", "doubts", "repair"})


@dataclass(frozen=True, kw_only=True)
class Marked:
    """The words of an answer and the marks that begin at each."""

    words: tuple[str, ...]
    marks: tuple[dict[str, int], ...]
    pauses: frozenset[int]
    names: frozenset[int]
    questions: frozenset[int]
    language: Marks

    def has(self, label: str, at: int) -> bool:
        """Tell whether a phrase with this mark begins at a word."""
        return label in self.marks[at]

    @cached_property
    def covered(self) -> dict[str, frozenset[int]]:
        """Return, for each mark, the places its phrases cover."""
        found: dict[str, set[int]] = {}
        for start, here in enumerate(self.marks):
            for label, end in here.items():
                found.setdefault(label, set()).update(range(start, end))
        return {label: frozenset(places) for label, places in found.items()}

    def places(self, label: str) -> frozenset[int]:
        """Return the places that phrases with this mark cover."""
        return self.covered.get(label, frozenset())

    def whole(self, label: str, start: int, end: int) -> bool:
        """Tell whether phrases with this mark make up a whole stretch."""
        places = self.places(label)
        return end > start and all(at in places for at in range(start, end))


def marked(heard: Heard, words: tuple[str, ...], language: Marks) -> Marked:
    """Mark the words of an answer."""
    tokens = heard.said.tokens
    pauses = {at for at in range(1, len(tokens)) if PAUSE.search(heard.said.text, tokens[at - 1].end, tokens[at].start)}
    return Marked(
        words=words,
        marks=tuple(language.at(words, at) for at in range(len(words))),
        pauses=frozenset(pauses),
        names=frozenset(_names(heard, pauses)),
        questions=frozenset(_questions(heard)),
        language=language,
    )


def _questions(heard: Heard) -> Iterator[int]:
    """Yield the places of words that a question mark follows."""
    tokens, text = heard.said.tokens, heard.said.text
    ends = [*(token.start for token in tokens[1:]), len(text)]
    return (at for at, token in enumerate(tokens) if any(mark in text[token.end : ends[at]] for mark in QUESTION))


def _names(heard: Heard, pauses: set[int]) -> Iterator[int]:
    """Yield the places of words with a capital that nothing but their being names explains."""
    raw = [heard.said.text[token.start : token.end] for token in heard.said.tokens]
    return (at for at in range(1, len(raw)) if at not in pauses and raw[at][:1].isupper() and raw[at][1:].islower())


def clauses(said: Marked, whole: Iterable[Find] = ()) -> list[tuple[int, int]]:
    """Return where each clause begins and ends; a joining word inside a whole key does not divide."""
    inside = {at for one in whole for at in range(one.start + 1, one.end)} | _inside(said)
    cuts = sorted({0, *said.pauses, *(set(_joins(said)) - inside), *_turns(said), len(said.words)})
    found: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        found.extend(_peeled(said, start, end))
    return found


def _inside(said: Marked) -> set[int]:
    """Return the places inside phrases that belong together."""
    return {
        at
        for start, here in enumerate(said.marks)
        for label, end in here.items()
        if label in WHOLE or label.startswith("repair:")
        for at in range(start + 1, end)
    }


def _joins(said: Marked) -> Iterator[int]:
    """Yield where a joining word opens a clause."""
    return (at for at in range(len(said.words)) if said.has("joins", at))


def _turns(said: Marked) -> Iterator[int]:
    """Yield where a word that takes something back opens a clause."""
    for at in range(len(said.words)):
        if any(said.has(label, at) for label in ("corrections", "not_this", "except_for")) or takes_back(said, at):
            yield at
        if at and said.has("fresh", at) and said.has("denials", at - 1):
            yield at
        if said.has("frames", at) and any(said.has("not_this", place) for place in range(at)):
            yield at


def takes_back(said: Marked, at: int) -> bool:
    """Tell whether a word takes back what stands before it: «mejor un té», not «el mejor té»."""
    if said.has("instead", at):
        return True
    if not said.has("rather", at) or (at and at == len(said.words) - 1):
        return False
    before = at - 1
    close = before in said.places("little") | said.places("verbs") and not said.has("joins", before)
    return at in said.pauses or at == 0 or not close or said.has("negators", before)


def _peeled(said: Marked, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Set polite openings and short refusals apart from what follows them."""
    while start < end:
        here = said.marks[start]
        cut = max(here.get("openers", 0), here.get("refusals", 0))
        if not start < cut < end or said.has("conditions", start) or said.has("unreal", start):
            break
        yield start, cut
        start = cut
    if start < end:
        yield start, end
