"""How a verdict came about, in lines that an author can act on."""

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from bot.scenarios.grading import Layer, grade
from bot.scenarios.phrasebook import Phrase
from bot.scenarios.scene import Scene
from bot.scenarios.text import fold, words

LAYERS = (Layer.ACCEPTED, Layer.PREDICTED, Layer.REPAIR, Layer.TYPO, Layer.GIST, Layer.OWN_LANGUAGE)


def explained(scene: Scene, turn_id: str, text: str) -> Iterator[str]:
    """Yield the reading of one answer: its words, its layer, its meaning and form, and the nearest right sentence."""
    verdict = grade(scene, turn_id, text)
    said = tuple(fold(word) for word in words(text))
    kept = [said[at] for at in scene.book.manners.without_fillers(said)] if said else []
    yield f"words: {' '.join(said)}"
    if kept != list(said):
        yield f"without fillers: {' '.join(kept)}"
    yield f"layer: {verdict.layer.value}   (tried in order: {', '.join(layer.value for layer in LAYERS)})"
    slots = ", ".join(f"{name}={value}" for name, value in verdict.slots.items())
    yield f"meaning: {verdict.intent or 'unknown'}{f' ({slots})' if slots else ''}"
    yield f"confidence: {verdict.confidence}   signals: {', '.join(verdict.signals) or 'none'}"
    yield f"form: {verdict.form.value if verdict.form else 'not judged'}   rule: {verdict.error_id or 'none'}"
    if verdict.correction:
        yield "correction: " + "".join(f"[{part.text}]" if part.differs else part.text for part in verdict.correction)
    for difference in verdict.differences:
        yield f"difference: {difference.given or '-'} -> {difference.expected or '-'} ({difference.kind.value})"
    yield from _nearest(scene, turn_id, " ".join(kept))


def _nearest(scene: Scene, turn_id: str, said: str) -> Iterator[str]:
    """Yield the accepted sentence that looks most like the answer; looks alone never accept anything."""
    accepted = scene.turn_book(turn_id).accepted
    found = process.extractOne(said, accepted.keys(), scorer=fuzz.ratio) if said else None
    if found is not None:
        phrase: Phrase = accepted[found[0]][0]
        yield f"nearest accepted: {' '.join(phrase.words)} ({phrase.intent}, {found[1]:.0f} % alike)"
