"""A sentence stripped to the stems of its telling words, by which a right answer in wrong forms is still recognised.

«yo no quiere comer nada» and «no quiero comer nada» have one skeleton. Negators and the little words that change a
meaning stay in it; it counts only where all right sentences with that skeleton mean the same.
"""

from collections.abc import Mapping
from functools import lru_cache
from weakref import WeakKeyDictionary

from bot.scenarios import wordlists
from bot.scenarios.marks import Marks
from bot.scenarios.phrasebook import Slots, TurnBook

Bones = tuple[str, ...]
Meant = tuple[str, Slots]
Index = Mapping[Bones, tuple[Meant, int]]  # What a skeleton means, and the words of the shortest sentence with it.
SHORTEST = 4  # Letters of a stem that may stand alone.
KEPT = 3  # Letters that an ending leaves standing at least.

_indexes: "WeakKeyDictionary[TurnBook, Index]" = WeakKeyDictionary()


def recognised(words: tuple[str, ...], book: TurnBook, language: Marks) -> Meant | None:
    """Return the one meaning of all right sentences that differ from this one only in forms and little words."""
    if not language.meaning.droppable:
        return None
    if book not in _indexes:
        _indexes[book] = _index(book, language)
    bones = _bones(words, language)
    if not bones or (len(bones) == 1 and len(bones[0]) < SHORTEST):
        return None
    meant, least = _indexes[book].get(bones, (None, 0))
    return meant if len(bones) > 1 or len(words) >= least else None


def _index(book: TurnBook, language: Marks) -> Index:
    meanings: dict[Bones, set[Meant]] = {}
    least: dict[Bones, int] = {}
    for sentence, phrases in book.accepted.items():
        words = tuple(sentence.split(" "))
        bones = _bones(words, language)
        meanings.setdefault(bones, set()).update((phrase.intent, phrase.slots) for phrase in phrases)
        least[bones] = min(len(words), least.get(bones, len(words)))
    return {bones: (meant.pop(), least[bones]) for bones, meant in meanings.items() if len(meant) == 1}


def _bones(words: tuple[str, ...], language: Marks) -> Bones:
    """Return the stems of the words that carry meaning; their order matters only around a negator."""
    ends = language.meaning.verb_endings, language.meaning.endings
    stems = [_stem(word, language.code, *ends) for word in words if word not in language.droppable]
    stems = [language.twins.get(stem, stem) for stem in stems]
    return tuple(stems if any(word in language.negators for word in words) else sorted(stems))


@lru_cache(maxsize=20_000)
def _stem(word: str, code: str, verbs: tuple[str, ...], endings: tuple[str, ...]) -> str:
    """Return the infinitive of a verb form, and any other word without its ending."""
    lemmas = sorted(lemma for lemma in wordlists.lemmas(word, code) if lemma.endswith(verbs) and len(lemma) > KEPT)
    if lemmas and verbs:
        return min(lemmas, key=lambda lemma: (-len(_common(lemma, word)), lemma))
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= KEPT:
            return word.removesuffix(ending)
    return word


def _common(one: str, other: str) -> str:
    """Return the letters two words begin with alike."""
    size = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        size += 1
    return one[:size]
