"""The word behind a word: small forms of it, a typing slip of it, and its translation dropped into the sentence."""

from collections.abc import Collection, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.scenarios import wordlists
from bot.scenarios.meaning import Meaning
from bot.scenarios.scene import Scene
from bot.scenarios.spelling import allowed

RARE = 3.2  # A word less frequent than this may be a slip of one that fits the turn.
FEWEST_LETTERS = 3


def grown(scene: Scene, turn_id: str, said: tuple[str, ...]) -> tuple[str, ...]:
    """Replace small forms of the turn's words by the words themselves."""
    meaning, known = scene.pack.meaning, scene.turn_book(turn_id).vocabulary
    if not meaning.diminutives:
        return said
    return tuple(word if word in known else next(_bases(word, meaning, known), word) for word in said)


def mended(scene: Scene, turn_id: str, said: tuple[str, ...]) -> tuple[str, ...]:
    """Replace words that hardly anyone knows by the nearest word of the turn."""
    return tuple(_mended(scene, turn_id, word) for word in said)


def translated(scene: Scene, turn_id: str, said: tuple[str, ...]) -> tuple[str, ...]:
    """Replace the one foreign word in a sentence by what the gloss says it means, if the turn has that word."""
    strange = [at for at, word in enumerate(said) if _foreign(scene, turn_id, word)]
    if len(strange) != 1 or len(said) == 1:
        return said
    (at,) = strange
    ours = scene.translations.get(said[at], "")
    return (*said[:at], ours, *said[at + 1 :]) if ours in scene.turn_book(turn_id).vocabulary else said


def _bases(word: str, meaning: Meaning, known: Collection[str]) -> Iterator[str]:
    for ending, instead in meaning.diminutives:
        if word.endswith(ending) and len(word) - len(ending) >= FEWEST_LETTERS - 1:
            base = word.removesuffix(ending) + instead
            if base in known:
                yield base


def _mended(scene: Scene, turn_id: str, word: str) -> str:
    limit = allowed(word)
    if not limit or _familiar(scene, turn_id, word):
        return word
    near = process.extractOne(word, scene.turn_words(turn_id), scorer=OSA.distance, score_cutoff=limit)
    return near[0] if near else word


def _foreign(scene: Scene, turn_id: str, word: str) -> bool:
    """Tell whether a word belongs to the learner's language rather than to the target language."""
    if word in scene.vocabulary(turn_id) or word in scene.book.language.words or word.isdigit():
        return False
    return word in scene.translations or wordlists.zipf(word, scene.native) > wordlists.zipf(word, scene.language)


def _familiar(scene: Scene, turn_id: str, word: str) -> bool:
    if word.isdigit() or word in scene.vocabulary(turn_id) or word in scene.book.language.words:
        return True
    return wordlists.zipf(word, scene.book.language.code) >= RARE
