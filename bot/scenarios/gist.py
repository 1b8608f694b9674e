"""The words that carry the meaning of a clause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.scenarios import wordlists
from bot.scenarios.meaning import Meaning
from bot.scenarios.phrasebook import GistKey, TurnBook

STEM = 4  # A key word of this length may carry an ending: café, cafés; pagar, pagarla.
LEAST = 3  # A shorter word lacks no plural.
ENDING = 2
LONGEST_PHRASE = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """A key where it was found."""

    start: int
    end: int
    key: GistKey


def finds(
    said: tuple[str, ...], book: TurnBook, meaning: Meaning, dull: frozenset[int] = frozenset(), code: str = ""
) -> list[Find]:
    """Return the keys in a clause, or else the right sentences inside it; of overlapping ones the longest.

    Words that are dull by themselves make no such sentence.
    """
    found = list(_keys(said, book.gist, meaning)) or list(_phrases(said, book, dull)) or list(_forms(said, book, code))
    return _longest(found) if len(found) > 1 else found


def key_spans(said: tuple[str, ...], book: TurnBook, meaning: Meaning) -> list[Find]:
    """Return where keys of several words stand, which no joining word may cut."""
    return [one for one in _keys(said, book.gist, meaning) if one.end - one.start > 1]


def _keys(said: tuple[str, ...], keys: Mapping[str, tuple[GistKey, ...]], meaning: Meaning) -> Iterator[Find]:
    """Yield every key that occurs, wherever it begins."""
    for start, word in enumerate(said):
        for stem in _stems(word, meaning.plurals):
            for key in keys.get(stem, ()):
                end = _end(said, start, key.words, meaning)
                if end:
                    yield Find(start=start, end=end, key=key)


@lru_cache(maxsize=4096)
def _stems(word: str, plurals: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of which this one may be a form."""
    shorter = (word[: len(word) - cut] for cut in range(min(ENDING, len(word)) + 1))
    return tuple({*shorter, *(word + ending for ending in plurals)})


def _end(said: tuple[str, ...], start: int, words: tuple[str, ...], meaning: Meaning) -> int:
    """Return where a key ends that begins here, or 0; an article may stand between its words: «con la leche»."""
    at = start
    for place, wanted in enumerate(words):
        if place and at + 1 < len(said) and said[at] != wanted and said[at] in meaning.between:
            at += 1
        if at >= len(said) or not _is_form(said[at], wanted, meaning):
            return 0
        at += 1
    return at


def _forms(said: tuple[str, ...], book: TurnBook, code: str) -> Iterator[Find]:
    """Yield every key of one word that occurs in another of its forms."""
    for at, word in enumerate(said):
        for lemma in wordlists.lemmas(word, code) - {word} if len(word) >= STEM else ():
            for key in book.gist.get(lemma, ()):
                if len(key.words) == 1 and len(lemma) >= STEM:
                    yield Find(start=at, end=at + 1, key=key)


def _phrases(said: tuple[str, ...], book: TurnBook, dull: frozenset[int]) -> Iterator[Find]:
    """Yield every accepted sentence of several words that stands inside a longer clause."""
    for start in range(len(said) - 1):
        for end in range(start + 2, min(len(said), start + LONGEST_PHRASE) + 1):
            phrases = book.accepted.get(" ".join(said[start:end]))
            if phrases and not all(at in dull for at in range(start, end)):
                one = phrases[0]
                key = GistKey(words=said[start:end], intent=one.intent, slots=one.slots, negative=False)
                yield Find(start=start, end=end, key=key)


def _is_form(word: str, stem: str, meaning: Meaning) -> bool:
    """Tell whether a word is the key word, perhaps with an ending that the language knows."""
    if word == stem:
        return True
    if len(word) >= LEAST and any(word + ending == stem for ending in meaning.plurals):
        return True
    if len(stem) < STEM or not word.startswith(stem):
        return False
    ending = word[len(stem) :]
    if not meaning.plurals:
        return len(ending) <= ENDING
    return ending in meaning.plurals or (ending in meaning.clitics and stem.endswith(meaning.infinitives))


def _longest(finds: list[Find]) -> list[Find]:
    """Drop every find that a longer one overlaps."""
    return [
        one
        for one in finds
        if not any(
            other.end - other.start > one.end - one.start and other.start < one.end and one.start < other.end
            for other in finds
        )
    ]
