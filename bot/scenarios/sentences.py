"""The right sentences of a turn in little memory: numbers in arrays, looked up by hash and read back as phrases.

A pack stands for tens of thousands of sentences; as Python objects they would weigh hundreds of megabytes.
"""

import sys
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, product
from typing import Any

from bot.scenarios.grammar import Noun
from bot.scenarios.numbers import Numbers, Rows, read, rows, weight, write
from bot.scenarios.text import fold, key

PAIRS = 20_000
A_THING = 100  # Bytes that a word, a noun or a filled slot takes, more or less.
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
        self._intents = tuple(map(sys.intern, packed["intents"]))
        self._filled = slots_of(packed["filled"])
        self._meant = Rows(packed["meant"])
        # A noun is only made for a phrase that was found: as objects they would weigh as much as all sentences.
        self._things = tuple(map(_thing_of, packed["things"]))
        self._standing = read(packed["standing"])
        self._nouns = Rows(packed["nouns"])
        self._spelt = Rows(packed["spelt"])
        self._meaning = read(packed["meaning"])
        self._noun = read(packed["noun"])
        self._hashes = read(packed["hashes"])
        self._order = read(packed["order"])
        self._first = b64decode(packed["first"])

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """Return what the sentences mean, each meaning once."""
        return tuple(map(self._means, range(len(self._meant))))

    @property
    def weight(self) -> int:
        """Return about how many bytes all of it takes."""
        each = weight(self._meaning, self._noun, self._standing, self._hashes, self._order) + len(self._first)
        things = len(self.words) + len(self._things) + len(self._filled)
        return each + self._meant.weight + self._nouns.weight + self._spelt.weight + A_THING * things

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
        size = self._spelt.numbers.typecode
        return len(words) == 1 or any(self._holds(array(size, numbers)) for numbers in product(*spellings))

    def _holds(self, numbers: "array[int]") -> bool:
        """Tell whether these words stand next to each other in one sentence: found as bytes, which is fast."""
        text, wanted, size = self._spelt.numbers.tobytes(), numbers.tobytes(), numbers.itemsize
        starts = self._spelt.starts
        found = text.find(wanted)
        while found >= 0:
            at, inside = divmod(found, size)
            if not inside and starts[bisect_right(starts, at)] >= at + len(numbers):
                return True
            found = text.find(wanted, found + 1)
        return False

    def meaning(self, intent: str, slots: Slots) -> "array[int]":
        """Return the places of the phrases of one meaning in their order."""
        known = {pair: number for number, pair in enumerate(self._filled)}
        if intent not in self._intents or not known.keys() >= set(slots):
            return array("I")
        wanted = array("H", [self._intents.index(intent), *(known[pair] for pair in slots)])
        number = next((at for at in range(len(self._meant)) if self._meant[at] == wanted), None)
        return array("I", (at for at, meaning in enumerate(self._meaning) if meaning == number))

    def numbered(self) -> Iterator[tuple[int, "array[int]"]]:
        """Yield the place of every phrase with the numbers of its words, for whoever has to see them all."""
        return ((at, self.numbers(at)) for at in range(len(self._meaning)))

    def phrase(self, at: int) -> Phrase:
        """Return the phrase at a place."""
        intent, slots = self._means(self._meaning[at])
        words = self.words
        nouns = tuple(map(self._stands, self._nouns[self._noun[at]]))
        return Phrase(
            intent=intent, slots=slots, words=tuple([words[number] for number in self._spelt[at]]), nouns=nouns
        )

    def numbers(self, at: int) -> "array[int]":
        """Return the numbers of the words of the phrase at a place."""
        return self._spelt[at]

    def shown(self, at: int) -> tuple[str, ...]:
        """Return the words of the phrase at a place as they are to be shown."""
        return tuple([self.words[number] for number in self.numbers(at)])

    def compared(self, at: int) -> tuple[str, ...]:
        """Return the words of the phrase at a place as they are compared."""
        return tuple([self.folded[number] for number in self.numbers(at)])

    def size(self, at: int) -> int:
        """Return how many words the phrase at a place has."""
        return self._spelt.size(at)

    def meant(self, at: int) -> Meaning:
        """Return what the phrase at a place means."""
        return self._means(self._meaning[at])

    def _stands(self, number: int) -> Noun:
        size, say, art, gender = self._things[self._standing[2 * number + 1]]
        return Noun(at=self._standing[2 * number], size=size, say=say, art=art, gender=gender)

    def _means(self, number: int) -> Meaning:
        intent, *slots = self._meant[number]
        return self._intents[intent], tuple([self._filled[slot] for slot in slots])

    def _places(self, text: str) -> Iterator[int]:
        """Yield where the phrases of a text stand."""
        wanted = hash_of(text)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            if self._key(self._order[at]) == text:
                yield self._order[at]
            at += 1

    def _key(self, at: int) -> str:
        spelt = self._spelt  # Its row is taken here: this is asked for every text that is looked up.
        return " ".join([self.folded[number] for number in spelt.numbers[spelt.starts[at] : spelt.starts[at + 1]]])


def pack(phrases: Iterable[Phrase]) -> dict[str, Any]:
    """Write phrases down as plain data, from which `Sentences` reads them back."""
    words, meanings, nouns = Numbers(), Numbers(), Numbers()
    spelt: list[list[int]] = []
    meaning: list[int] = []
    noun: list[int] = []
    hashes: list[int] = []
    seen: set[str] = set()
    first = bytearray()
    for phrase in phrases:
        where = key(word.casefold() for word in phrase.words)
        hashes.append(hash_of(where))
        first.append(where not in seen)
        seen.add(where)
        spelt.append([words.of(word) for word in phrase.words])
        meaning.append(meanings.of((phrase.intent, phrase.slots)))
        noun.append(nouns.of(phrase.nouns))
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    return {
        "words": list(words.all),
        **_meanings(meanings.all),
        **_nouns(nouns.all),
        "spelt": rows(spelt),
        "meaning": write(meaning),
        "noun": write(noun),
        "hashes": write([hashes[at] for at in order]),
        "order": write(order),
        "first": b64encode(first).decode(),
    }


def _meanings(listed: Iterable[Meaning]) -> dict[str, Any]:
    """Write meanings down as rows of numbers: the intent's, then those of the filled slots."""
    intents, filled = Numbers(), Numbers()
    meant = rows([intents.of(intent), *map(filled.of, slots)] for intent, slots in listed)
    return {"intents": list(intents.all), "filled": [list(pair) for pair in filled.all], "meant": meant}


def _nouns(listed: Iterable[tuple[Noun, ...]]) -> dict[str, Any]:
    """Write nouns down: what each is, where it stands, and which stand together in a sentence."""
    things, standing = Numbers(), Numbers()
    together = rows([standing.of((noun.at, things.of(_thing(noun)))) for noun in nouns] for nouns in listed)
    return {"things": list(things.all), "standing": write([*chain(*standing.all)]), "nouns": together}


def _thing(noun: Noun) -> tuple[int, str, str, str]:
    """Return what a noun is wherever it stands."""
    return noun.size, noun.say, noun.art, noun.gender


def _thing_of(written: Iterable[Any]) -> tuple[int, str, str, str]:
    """Read back what a noun is."""
    size, *texts = written
    say, art, gender = map(sys.intern, texts)
    return size, say, art, gender


def slots_of(slots: Iterable[Iterable[str]]) -> Slots:
    """Read slots back from plain data."""
    return tuple([_pair(name, value) for name, value in slots])


@lru_cache(maxsize=PAIRS)
def _pair(name: str, value: str) -> tuple[str, str]:
    """Return the one object there is of a filled slot: tens of thousands of meanings hold it."""
    return sys.intern(name), sys.intern(value)


def hash_of(text: str) -> int:
    """Return the same number for a text in every process; other texts may have it, so what is found is compared."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())
