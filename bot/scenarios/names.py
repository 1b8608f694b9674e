"""A bare name as an answer: names are an open class, so a turn that asks for one says so and needs no list of them."""

from bot.scenarios import wordlists
from bot.scenarios.scene import Scene
from bot.scenarios.sense import Kind, Part
from bot.scenarios.senses import Sense
from bot.scenarios.verdict import Heard

MOST_WORDS = 3
LIKELY = 60  # The confidence of a name that nobody knows.
SHORTEST = 2
COMMON = 4.0  # A word less frequent than this may be a name where it is written like one.
VOWELS = frozenset("aeiouyаеиоуыэюяіαεηιουω")


def given(scene: Scene, turn_id: str, heard: Heard) -> Sense | None:
    """Hear a short answer of unknown words as a name, at a turn that is open to names."""
    intent = next(iter(scene.words_of(turn_id).open), None)
    if intent is None:
        return None
    for start, end in scene.book.manners.cores(heard.folded):
        places = [at for at in range(start, end) if len(heard.folded[at]) >= SHORTEST]
        if places and len(places) <= MOST_WORDS and all(is_name(scene, heard, at) for at in places):
            main = Part(kind=Kind.JOB, start=start, end=end, intent=intent, confidence=LIKELY)
            return Sense(intent=intent, main=main, parts=(main,), signals=("name",), confidence=LIKELY)
    return None


def is_name(scene: Scene, heard: Heard, at: int) -> bool:
    """Tell whether a word can only be a name: no language has it, or it has a capital and is rare here."""
    word = heard.folded[at]
    if not word.replace("'", "").isalpha() or word in scene.book.language.words or word in scene.form.words:
        return False
    if not wordlists.forms(word):
        return not word.isascii() or not VOWELS.isdisjoint(word)
    token = heard.said.tokens[at] if len(heard.said.tokens) == len(heard.folded) else None
    capital = token is not None and heard.said.text[token.start].isupper()
    return capital and wordlists.zipf(word, scene.book.language.code) < COMMON
