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


def translated(scene: Scene, turn_id: str, said: tuple[str, ...], *, by: float = 0.0) -> tuple[str, ...]:
    """Replace the few foreign words in a sentence by what the gloss says they mean, if the turn has those words.

    Only words that are so much more frequent in the learner's language count, on the Zipf scale.
    """
    strange = [at for at, word in enumerate(said) if _foreign(scene, turn_id, word, by)]
    if not strange or 2 * len(strange) > len(said):
        return said
    known = scene.turn_book(turn_id).vocabulary
    words = list(said)
    for at in strange:
        ours = scene.translations.get(said[at], "")
        words[at] = ours if ours in known else said[at]
    return tuple(words)


def foreign(scene: Scene, turn_id: str, said: tuple[str, ...]) -> dict[int, str]:
    """Return what each foreign word that can be translated means, by its place."""
    known = scene.vocabulary(turn_id)
    meant = translated(scene, turn_id, said)
    return {at: known.get(new, new) for at, (old, new) in enumerate(zip(said, meant, strict=True)) if old != new}


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
    alike = next((one for one in _sounding(word, scene) if one in scene.vocabulary(turn_id)), "")
    if alike:
        return alike
    near = process.extractOne(word, scene.turn_words(turn_id), scorer=OSA.distance, score_cutoff=limit)
    return near[0] if near else word


def _sounding(word: str, scene: Scene) -> Iterator[str]:
    """Yield how a word may be spelt that sounds like this one, with up to two letters put right: «yebar», llevar."""
    once = list(_respelt(word, scene))
    yield from once
    for one in once:
        yield from _respelt(one, scene)


def _respelt(word: str, scene: Scene) -> Iterator[str]:
    pairs = scene.form.rules.sounds
    return (
        word.replace(wrong, right, 1)
        for pair in pairs
        for wrong, right in (pair, pair[::-1])
        if wrong and wrong in word
    )


def _foreign(scene: Scene, turn_id: str, word: str, by: float = 0.0) -> bool:
    """Tell whether a word belongs to the learner's language rather than to the target language."""
    if word in scene.vocabulary(turn_id) or word in scene.book.language.words or word.isdigit():
        return False
    theirs, ours = wordlists.zipf(word, scene.native), wordlists.zipf(word, scene.book.language.code)
    return theirs >= ours + by if by else word in scene.translations or theirs > ours


def _familiar(scene: Scene, turn_id: str, word: str) -> bool:
    if word.isdigit() or word in scene.vocabulary(turn_id) or word in scene.book.language.words:
        return True
    return wordlists.zipf(word, scene.book.language.code) >= RARE
