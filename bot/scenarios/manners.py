"""What a polite answer wears around its core: openers, closers and fillers, which templates need not repeat."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.scenarios.grammar import comparable, display_words
from bot.scenarios.model import Pack

Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Manners:
    """The phrases of a pack that may surround an answer, and other ways of writing what is in it."""

    openers: tuple[Words, ...]
    closers: tuple[Words, ...]
    fillers: tuple[Words, ...]
    regional: Mapping[Words, Words]
    joined: Mapping[str, Words]

    def without_fillers(self, said: Words) -> tuple[int, ...]:
        """Return the places of the words that are no fillers; an answer of fillers alone keeps them."""
        kept: list[int] = []
        at = 0
        while at < len(said):
            size = next((len(filler) for filler in self.fillers if said[at : at + len(filler)] == filler), 0)
            if not size:
                kept.append(at)
            at += size or 1
        return tuple(kept) or tuple(range(len(said)))

    def cores(self, said: Words) -> list[tuple[int, int]]:
        """List where an answer may begin and end without its openers and closers, the longest first."""
        starts = _reach(said, self.openers)
        ends = [len(said) - at for at in _reach(said[::-1], [closer[::-1] for closer in self.closers])]
        found = [(start, end) for start in starts for end in ends if start < end]
        return sorted(found, key=lambda core: (core[0] - core[1], core[0]))

    def standard(self, said: Words) -> Words:
        """Replace regional words by those of the pack's variety."""
        found: list[str] = []
        at = 0
        while at < len(said):
            theirs = next(
                (phrase for phrase in self.regional if said[at : at + len(phrase)] == phrase), said[at : at + 1]
            )
            found.extend(self.regional.get(theirs, theirs))
            at += len(theirs)
        return tuple(found)


def manners(pack: Pack) -> Manners:
    """Read the manners of a pack; longer phrases go before shorter ones."""
    regional = {comparable(theirs): comparable(ours) for theirs, ours in pack.regional.items()}
    polite = [phrase for phrase in (*pack.openers, *pack.closers) if len(comparable(phrase)) > 1]
    return Manners(
        openers=_longest_first(pack.openers),
        closers=_longest_first(pack.closers),
        fillers=_longest_first(pack.fillers),
        regional={phrase: regional[phrase] for phrase in sorted(regional, key=len, reverse=True) if phrase},
        joined={"".join(comparable(phrase)): display_words(phrase) for phrase in polite},
    )


def _longest_first(phrases: Iterable[str]) -> tuple[Words, ...]:
    """Compare phrases by their folded words, the longest first."""
    return tuple(sorted(filter(None, map(comparable, phrases)), key=len, reverse=True))


def _reach(said: Words, phrases: Iterable[Words]) -> list[int]:
    """List the places that can be reached from the start over whole phrases."""
    return list(_reached(said, tuple(phrases)))


def _reached(said: Words, phrases: tuple[Words, ...]) -> Iterator[int]:
    """Yield places reached, each once."""
    todo, seen = [0], {0}
    while todo:
        at = todo.pop()
        yield at
        for phrase in phrases:
            if said[at : at + len(phrase)] == phrase and at + len(phrase) not in seen:
                seen.add(at + len(phrase))
                todo.append(at + len(phrase))
