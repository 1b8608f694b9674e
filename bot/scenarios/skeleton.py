"""A sentence stripped to the stems of its telling words, by which a right answer in wrong forms is still recognised.

«yo no quiere comer nada» and «no quiero comer nada» have one skeleton. Negators and the little words that change a
meaning stay in it; it counts only where all right sentences with that skeleton mean the same.
"""

from bisect import bisect_left
from functools import lru_cache

from bot.scenarios import wordlists
from bot.scenarios.marks import Marks
from bot.scenarios.numbers import read, weight, write
from bot.scenarios.sentences import Meaning, Sentences, hash_of

Bones = tuple[str, ...]
SHORTEST = 4  # Letters of a stem that may stand alone.
KEPT = 3  # Letters that an ending leaves standing at least.
MOST_WORDS = 255  # So many are counted; no sentence is as long.


class Skeletons:
    """The skeletons that have one meaning at a turn, each as the place of a right sentence that has it."""

    def __init__(self, written: dict[str, str]) -> None:
        """Read back what `skeletons` has written down."""
        self._hashes = read(written["hashes"])
        self._places = read(written["places"])
        self._least = read(written["least"])

    @property
    def weight(self) -> int:
        """Return how many bytes they take."""
        return weight(self._hashes, self._places, self._least)

    def recognised(self, words: tuple[str, ...], accepted: Sentences, language: Marks) -> Meaning | None:
        """Return the one meaning of all right sentences that differ from this one only in forms and little words."""
        bones = _bones(words, language)
        if not bones or (len(bones) == 1 and len(bones[0]) < SHORTEST):
            return None
        wanted = hash_of(" ".join(bones))
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            place = self._places[at]
            if _bones(accepted.compared(place), language) == bones:
                return accepted.meant(place) if len(bones) > 1 or len(words) >= self._least[at] else None
            at += 1
        return None


def skeletons(accepted: Sentences, language: Marks) -> dict[str, str]:
    """Write down the skeletons of right sentences, where the language has any."""
    first: dict[Bones, int] = {}
    meanings: dict[Bones, set[Meaning]] = {}
    least: dict[Bones, int] = {}
    for place, _ in accepted.numbered() if language.meaning.droppable else ():
        words = accepted.compared(place)
        bones = _bones(words, language)
        first.setdefault(bones, place)
        meanings.setdefault(bones, set()).add(accepted.meant(place))
        least[bones] = min(len(words), least.get(bones, MOST_WORDS))
    listed = sorted((hash_of(" ".join(bones)), first[bones], bones) for bones in first if len(meanings[bones]) == 1)
    return {
        "hashes": write([hashed for hashed, _, _ in listed]),
        "places": write([place for _, place, _ in listed]),
        "least": write([least[bones] for _, _, bones in listed]),
    }


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
