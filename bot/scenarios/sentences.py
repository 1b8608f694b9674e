"""The right sentences of a turn in little memory: numbers in arrays, looked up by hash and read back as phrases.

A pack stands for tens of thousands of sentences; as Python objects they would weigh hundreds of megabytes.
"""

import sys
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from typing import Any

from bot.scenarios.grammar import Noun
from bot.scenarios.text import fold, key

PAIRS = 20_000
Slots = tuple[tuple[str, str], ...]
Meaning = tuple[str, Slots]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """An accepted sentence and what it means."""

    intent: str
    slots: Slots
    words: tuple[str, ...]
    nouns: tuple[Noun, ...] = ()


class Sentences(Mapping[str, tuple[Phrase, ...]]):
    """Phrases by their folded words, in the order in which they were listed."""

    def __init__(self, packed: Mapping[str, Any]) -> None:
        """Read back what `pack` has written down."""
        self.words: tuple[str, ...] = tuple(map(sys.intern, packed["words"]))
        self.folded: tuple[str, ...] = tuple(sys.intern(fold(word.casefold())) for word in self.words)
        self.meanings: tuple[Meaning, ...] = tuple(
            (sys.intern(intent), slots_of(slots)) for intent, slots in packed["meanings"]
        )
        # The same few nouns stand at the same few places in thousands of sentences: each is one object.
        standing = {tuple(place) for nouns in packed["nouns"] for place in nouns}
        known = {(at, thing): Noun(at=at, **packed["things"][thing]) for at, thing in standing}
        self._nouns = tuple(tuple(known[at, thing] for at, thing in nouns) for nouns in packed["nouns"])
        self._spelt = array("H", b64decode(packed["spelt"]))
        self._starts = array("I", b64decode(packed["starts"]))
        self._meaning = array("H", b64decode(packed["meaning"]))
        self._noun = array("H", b64decode(packed["noun"]))
        self._hashes = array("Q", b64decode(packed["hashes"]))
        self._order = array("I", b64decode(packed["order"]))
        self._first = b64decode(packed["first"])

    def __getitem__(self, text: str) -> tuple[Phrase, ...]:
        """Return the phrases of a text."""
        found = tuple(self.phrase(at) for at in self._places(text))
        if not found:
            raise KeyError(text)
        return found

    def get(self, text: str, default: Any = None) -> Any:
        """Return the phrases of a text without the cost of an exception where there are none."""
        return tuple(self.phrase(at) for at in self._places(text)) or default

    def __contains__(self, text: object) -> bool:
        """Tell whether a text is right."""
        return isinstance(text, str) and next(self._places(text), None) is not None

    def __iter__(self) -> Iterator[str]:
        """Yield every text once."""
        return (self._key(at) for at, first in enumerate(self._first) if first)

    def __len__(self) -> int:
        """Count the texts."""
        return sum(self._first)

    def all(self) -> Iterator[Phrase]:
        """Yield every phrase, those of one text one after the other included."""
        return map(self.phrase, range(len(self._meaning)))

    def say(self, words: Sequence[str]) -> bool:
        """Tell whether folded words stand next to each other in some sentence."""
        spellings = [[number for number, word in enumerate(self.folded) if word == wanted] for wanted in words]
        if not words or not all(spellings):
            return False
        # Every word stands in some sentence; of several it must be seen that they stand there together.
        return len(words) == 1 or any(self._holds(array("H", numbers)) for numbers in product(*spellings))

    def _holds(self, numbers: "array[int]") -> bool:
        """Tell whether these words stand next to each other in one sentence: found as bytes, which is fast."""
        text, wanted, size = self._spelt.tobytes(), numbers.tobytes(), numbers.itemsize
        found = text.find(wanted)
        while found >= 0:
            at, inside = divmod(found, size)
            if not inside and self._starts[bisect_right(self._starts, at)] >= at + len(numbers):
                return True
            found = text.find(wanted, found + 1)
        return False

    def meaning(self, intent: str, slots: Slots) -> Iterator[Phrase]:
        """Yield the phrases of one meaning in their order."""
        if (intent, slots) in self.meanings:
            number = self.meanings.index((intent, slots))
            yield from (self.phrase(at) for at, meaning in enumerate(self._meaning) if meaning == number)

    def numbered(self) -> Iterator[tuple[int, "array[int]"]]:
        """Yield the place of every phrase with the numbers of its words, for whoever has to see them all."""
        return ((at, self._numbers(at)) for at in range(len(self._meaning)))

    def phrase(self, at: int) -> Phrase:
        """Return the phrase at a place."""
        intent, slots = self.meanings[self._meaning[at]]
        words = tuple([self.words[number] for number in self._numbers(at)])
        return Phrase(intent=intent, slots=slots, words=words, nouns=self._nouns[self._noun[at]])

    def _places(self, text: str) -> Iterator[int]:
        """Yield where the phrases of a text stand."""
        wanted = _hash(text)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            if self._key(self._order[at]) == text:
                yield self._order[at]
            at += 1

    def _numbers(self, at: int) -> "array[int]":
        return self._spelt[self._starts[at] : self._starts[at + 1]]

    def _key(self, at: int) -> str:
        return " ".join([self.folded[number] for number in self._numbers(at)])


def pack(phrases: Iterable[Phrase]) -> dict[str, Any]:
    """Write phrases down as plain data, from which `Sentences` reads them back."""
    words, meanings, nouns, things = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    spelt, starts, meaning, noun = array("H"), array("I", [0]), array("H"), array("H")
    hashes: list[int] = []
    seen: set[str] = set()
    first = bytearray()
    for phrase in phrases:
        where = key(word.casefold() for word in phrase.words)
        hashes.append(_hash(where))
        first.append(where not in seen)
        seen.add(where)
        spelt.extend(words.of(word) for word in phrase.words)
        starts.append(len(spelt))
        meaning.append(meanings.of((phrase.intent, phrase.slots)))
        noun.append(nouns.of(phrase.nouns))
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    return {
        "words": list(words.all),
        "meanings": [[intent, [list(pair) for pair in slots]] for intent, slots in meanings.all],
        "nouns": [[(noun.at, things.of(_thing(noun))) for noun in listed] for listed in nouns.all],
        "things": [dict(thing) for thing in things.all],
        "spelt": _text(spelt),
        "starts": _text(starts),
        "meaning": _text(meaning),
        "noun": _text(noun),
        "hashes": _text(array("Q", [hashes[at] for at in order])),
        "order": _text(array("I", order)),
        "first": b64encode(first).decode(),
    }


class _Numbers:
    """Numbers for things, each the same number every time."""

    def __init__(self) -> None:
        self.all: dict[Any, int] = {}

    def of(self, thing: Any) -> int:
        """Return the number of a thing."""
        return self.all.setdefault(thing, len(self.all))


def _thing(noun: Noun) -> tuple[tuple[str, Any], ...]:
    """Return what a noun is wherever it stands."""
    return tuple((name, value) for name, value in asdict(noun).items() if name != "at")


def slots_of(slots: Iterable[Iterable[str]]) -> Slots:
    """Read slots back from plain data."""
    return tuple(_pair(name, value) for name, value in slots)


@lru_cache(maxsize=PAIRS)
def _pair(name: str, value: str) -> tuple[str, str]:
    """Return the one object there is of a filled slot: tens of thousands of meanings hold it."""
    return sys.intern(name), sys.intern(value)


def _text(numbers: "array[int]") -> str:
    return b64encode(numbers.tobytes()).decode()


def _hash(text: str) -> int:
    """Return the same number for the same text in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
