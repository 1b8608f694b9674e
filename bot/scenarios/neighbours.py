"""The right sentences of one meaning, searched by the words they share with an answer."""

from array import array
from collections import Counter
from heapq import nsmallest

from bot.scenarios.sentences import Sentences

Words = tuple[str, ...]
NEAREST = 3
NOTHING: frozenset[str] = frozenset()


class Neighbours:
    """Right sentences that mean the same, each once, as places among all right sentences of their turn."""

    def __init__(self, accepted: Sentences, places: "array[int]", never_first: frozenset[str] = NOTHING) -> None:
        self._accepted = accepted
        first: dict[bytes, int] = {}
        for place in places:
            first.setdefault(accepted.numbers(place).tobytes(), place)
        self._places = array("I", first.values())
        self._sizes = array("H", map(accepted.size, self._places))
        self._holding: dict[str, array[int]] = {}
        self._denying: set[int] = set()
        for at, place in enumerate(self._places):
            words = accepted.compared(place)
            for word in set(words):
                self._holding.setdefault(word, array("I")).append(at)
            if words[0] in never_first:
                self._denying.add(at)

    def recast(self, said: Words) -> Words:
        """Return the sentence that shares most with an answer, the author's first where none shares any.

        «No, el té no. Un zumo» holds a no of its own; a sentence that begins with one would say something else.
        """
        shared, sizes, denying = self._shared(said), self._sizes, self._denying
        ranked = ((count, -sizes[at], -at) for at, count in shared.items() if at not in denying)
        return self._shown(-max(ranked, default=(0, 0, 0))[2]) if self._places else ()

    def nearest(self, said: Words) -> list[tuple[Words, Words]]:
        """Return the few sentences that share most with an answer, as compared and as shown."""
        shared = self._shared(said)
        apart = ((self._sizes[at] - 2 * count, at) for at, count in shared.items())
        found = [at for _, at in nsmallest(NEAREST, apart)]
        return [(self._accepted.compared(self._places[at]), self._shown(at)) for at in found]

    def _shared(self, said: Words) -> Counter[int]:
        """Count the words that each sentence shares with an answer."""
        shared: Counter[int] = Counter()
        for word in set(said):
            shared.update(self._holding.get(word, ()))
        return shared

    def _shown(self, at: int) -> Words:
        return self._accepted.shown(self._places[at])
