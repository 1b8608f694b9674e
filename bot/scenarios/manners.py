"""What a polite answer wears around its core: openers, closers and fillers, which templates need not repeat."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.scenarios.grammar import comparable, display_words
from bot.scenarios.model import Pack

Words = tuple[str, ...]


Phrases = Mapping[str, tuple[Words, ...]]  # By their first word, the longest first.


@dataclass(frozen=True, kw_only=True)
class Manners:
    """The phrases of a pack that may surround an answer, and other ways of writing what is in it."""

    openers: Phrases
    closers: Phrases
    fillers: Phrases
    regional: Phrases
    ours: Mapping[Words, Words]
    joined: Mapping[str, Words]

    def without_fillers(self, said: Words) -> tuple[int, ...]:
        """Return the places of the words that are no fillers; an answer of fillers alone keeps them."""
        if self.fillers.keys().isdisjoint(said):
            return tuple(range(len(said)))
        kept: list[int] = []
        at = 0
        while at < len(said):
            filler = _first(said, at, self.fillers)
            if not filler:
                kept.append(at)
            at += len(filler) or 1
        return tuple(kept) or tuple(range(len(said)))

    def cores(self, said: Words) -> list[tuple[int, int]]:
        """List where an answer may begin and end without its openers and closers, the longest first."""
        starts = _reached(said, self.openers)
        ends = [len(said) - at for at in _reached(said[::-1], self.closers)]
        if len(starts) == len(ends) == 1:
            return [(0, len(said))] if said else []
        found = [(start, end) for start in starts for end in ends if start < end]
        return sorted(found, key=lambda core: (core[0] - core[1], core[0]))

    def standard(self, said: Words) -> Words:
        """Replace regional words by those of the pack's variety."""
        if self.regional.keys().isdisjoint(said):
            return said
        found: list[str] = []
        at = 0
        while at < len(said):
            theirs = _first(said, at, self.regional) or said[at : at + 1]
            found.extend(self.ours.get(theirs, theirs))
            at += len(theirs)
        return tuple(found)


def manners(pack: Pack) -> Manners:
    """Read the manners of a pack; longer phrases go before shorter ones."""
    ours = {comparable(theirs): comparable(ours) for theirs, ours in pack.regional.items()}
    polite = [phrase for phrase in (*pack.openers, *pack.closers) if len(comparable(phrase)) > 1]
    return Manners(
        openers=_by_first(map(comparable, pack.openers)),
        closers=_by_first(comparable(closer)[::-1] for closer in pack.closers),
        fillers=_by_first(map(comparable, pack.fillers)),
        regional=_by_first(ours),
        ours=ours,
        joined={"".join(comparable(phrase)): display_words(phrase) for phrase in polite},
    )


def _by_first(phrases: Iterable[Words]) -> Phrases:
    """Sort phrases under their first words."""
    found: dict[str, list[Words]] = {}
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(listed) for first, listed in found.items()}


def _first(said: Words, at: int, phrases: Phrases) -> Words:
    """Return the longest phrase that begins at a word, or nothing."""
    for phrase in phrases.get(said[at], ()):
        if said[at : at + len(phrase)] == phrase:
            return phrase
    return ()


def _reached(said: Words, phrases: Phrases) -> list[int]:
    """List the places that can be reached from the start over whole phrases."""
    found, todo = [0], [0]
    while todo:
        at = todo.pop()
        for phrase in phrases.get(said[at], ()) if at < len(said) else ():
            end = at + len(phrase)
            if end not in found and said[at:end] == phrase:
                found.append(end)
                todo.append(end)
    return found
