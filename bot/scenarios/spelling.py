"""Typing slips: one edit in a word of four letters or more, two from eight; short words must be exact.

Short words are where grammar lives (un, una, el, la), so a changed letter there is an error and no slip.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.scenarios.text import fold

ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 8
TWO_EDITS = 2
MOST_STRANGE = 3  # An answer with more unknown words than this is not a right answer with slips in it.
MOST_READINGS = 64
COMMONER = 1.0  # On the Zipf scale: ten times as frequent.

Familiar = Callable[[str], float]  # How frequent a word is; 0 for one that the language does not have.


def allowed(word: str) -> int:
    """Return how many edits a word forgives."""
    if len(word) < ONE_EDIT_FROM:
        return 0
    return 1 if len(word) < TWO_EDITS_FROM else 2


def distance(given: str, word: str) -> int | None:
    """Return how many edits lie between two folded words, or None when they are too many for a slip."""
    limit = allowed(word)
    if abs(len(given) - len(word)) > limit:
        return None
    edits = OSA.distance(given, word, score_cutoff=limit)
    return edits if edits <= limit else None


def alike(given: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether two sentences are the same but for slips."""
    return len(given) == len(words) and all(
        distance(fold(one), fold(other)) is not None for one, other in zip(given, words, strict=True)
    )


def mended(said: Sequence[str], vocabulary: Collection[str], familiar: Familiar) -> Iterator[tuple[str, ...]]:
    """Yield readings of an answer in which its unknown words are neighbours that are known, the nearest first.

    A word that the language has is no slip of another, unless it is rare and the other is far more frequent.
    """
    strange = [at for at, word in enumerate(said) if word not in vocabulary]
    if not strange or len(strange) > MOST_STRANGE:
        return
    neighbours = [_neighbours(said[at], vocabulary, familiar) for at in strange]
    if not all(neighbours):
        return
    readings = sorted(product(*neighbours), key=lambda reading: sum(edits for edits, _ in reading))
    for reading in readings[:MOST_READINGS]:
        words = list(said)
        for at, (_, word) in zip(strange, reading, strict=True):
            words[at] = word
        yield tuple(words)


def near(word: str, vocabulary: Collection[str]) -> list[tuple[int, str]]:
    """List the words within a slip's reach of another, with their distance, the nearest first."""
    if len(word) + TWO_EDITS < ONE_EDIT_FROM:
        return []
    found = process.extract(word, tuple(vocabulary), scorer=OSA.distance, score_cutoff=TWO_EDITS, limit=None)
    return sorted((edits, known) for known, edits, _ in found if edits <= allowed(known))


def _neighbours(word: str, vocabulary: Collection[str], familiar: Familiar) -> list[tuple[int, str]]:
    """List the known words that an unknown one may have been meant to be."""
    own = familiar(word)
    return [(edits, known) for edits, known in near(word, vocabulary) if not own or familiar(known) >= own + COMMONER]
