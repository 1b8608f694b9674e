"""The right sentence nearest to an answer that was understood otherwise; never one that says something else."""

from bot.scenarios.scene import Scene
from bot.scenarios.segments import Segment, plain
from bot.scenarios.senses import Sense
from bot.scenarios.text import fold
from bot.scenarios.verdict import Heard

Words = tuple[str, ...]


def recast(scene: Scene, turn_id: str, heard: Heard, found: Sense) -> tuple[Segment, ...]:
    """Return how a right sentence says what was meant; none where every one has other numbers, names or things."""
    shown = scene.form.neighbours(turn_id, found.intent or "", found.slots).recast(heard.folded)
    if not shown or not _same_content(scene, heard.folded, shown, found):
        return ()
    text = " ".join(shown)
    return plain(text[:1].upper() + text[1:])


def _same_content(scene: Scene, said: Words, shown: Words, found: Sense) -> bool:
    """Tell whether a sentence keeps the learner's numbers and brings no name and no thing of its own."""
    folded = tuple(fold(word.casefold()) for word in shown)
    if _numbers(scene, said) != _numbers(scene, folded) or "name" in found.signals:
        return False
    new = {at for at, word in enumerate(folded) if word not in said}
    if any(shown[at][:1].isupper() for at in new if at):
        return False
    language = scene.book.language
    things = {at for at in new if "entities" in language.at(folded, at)}
    return bool(found.slots) or not things


def _numbers(scene: Scene, words: Words) -> list[str]:
    """Return the numbers in a sentence, as words; one is no more than an article."""
    known = scene.form.agreement.numbers
    spelled = scene.form.spelled(words)
    return sorted(word for word in spelled if word in known or word.isdecimal())
