"""What a pack's right sentences are made of: their words, at which turns each is said, and which stand together."""

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping
from itertools import pairwise
from sys import intern
from typing import Any

from bot.scenarios.numbers import read, write
from bot.scenarios.sentences import Sentences

Pair = tuple[str, str]
MANY = 1 << 16  # Words of a pack are numbered below this.


class Spoken(Container[Pair]):
    """The words of a pack's right sentences; it holds the pairs that stand next to each other in one."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        """Read back what `spoken` has written down."""
        self.words = tuple(map(intern, written["words"]))
        self._pairs = read(written["pairs"])
        self._said = {turn_id: read(numbers) for turn_id, numbers in written["said"].items()}

    def __contains__(self, pair: object) -> bool:
        """Tell whether two words stand next to each other in some sentence."""
        if not isinstance(pair, tuple):
            return False
        first, second = map(self._number, pair)
        return first is not None and second is not None and _holds(self._pairs, first * MANY + second)

    def at(self, turn_id: str, word: str) -> bool:
        """Tell whether a word is said in some sentence of a turn."""
        number = self._number(word)
        return number is not None and _holds(self._said[turn_id], number)

    def _number(self, word: str) -> int | None:
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else None


def spoken(turns: Iterable[tuple[str, Sentences]]) -> dict[str, Any]:
    """Write down what the right sentences of all turns are made of."""
    listed = list(turns)
    words = sorted({word for _, accepted in listed for word in accepted.folded})
    number = {word: at for at, word in enumerate(words)}
    pairs: set[int] = set()
    said: dict[str, str] = {}
    for turn_id, accepted in listed:
        here = [number[word] for word in accepted.folded]
        said[turn_id] = write(sorted(set(here)))
        pairs.update(here[one] * MANY + here[other] for _, row in accepted.numbered() for one, other in pairwise(row))
    return {"words": words, "pairs": write(sorted(pairs)), "said": said}


def _holds(numbers: "array[int]", wanted: int) -> bool:
    at = bisect_left(numbers, wanted)
    return at < len(numbers) and numbers[at] == wanted
