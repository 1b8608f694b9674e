"""The one remark a learner gets on an answer, in their own language, from the texts of the gloss."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.scenarios.grading import Form, Layer, Verdict
from bot.scenarios.scene import Scene
from bot.scenarios.segments import Segment


class FeedbackKind(StrEnum):
    """What a remark is about."""

    PROMPT = "prompt"
    EXPLAIN = "explain"
    NOTE = "note"
    ACCENT = "accent"
    SLIP = "slip"
    GIST = "gist"
    OWN_LANGUAGE = "own_language"
    MODEL = "model"
    REPAIRED = "repaired"
    ASK_AGAIN = "ask_again"


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One remark; the text is empty where the view has to word it."""

    kind: FeedbackKind
    error_id: str | None = None
    text: str = ""
    correction: tuple[Segment, ...] = ()


def remark(scene: Scene, verdict: Verdict) -> Feedback | None:
    """Return the remark on an understood answer: a prompt first, which lets the learner mend it."""
    if verdict.error_id is not None:
        return _note(scene, verdict) if verdict.note else _prompt(scene, verdict)
    if not verdict.correction:
        return None
    kinds = {Layer.GIST: FeedbackKind.GIST, Layer.TYPO: FeedbackKind.SLIP}
    return Feedback(kind=kinds.get(verdict.layer, FeedbackKind.ACCENT), correction=verdict.correction)


def explanation(scene: Scene, verdict: Verdict) -> Feedback:
    """Return the explanation of an error, with the right sentence."""
    return Feedback(
        kind=FeedbackKind.EXPLAIN,
        error_id=verdict.error_id,
        text=_worded(scene, verdict, 1),
        correction=verdict.correction,
    )


def is_error(verdict: Verdict) -> bool:
    """Tell whether an answer was understood in spite of an error that wants mending."""
    return verdict.form is Form.ERROR


def _prompt(scene: Scene, verdict: Verdict) -> Feedback:
    """Hint at the error without giving the answer away."""
    text = _worded(scene, verdict, 0)
    if not text and scene.gloss is not None:
        return explanation(scene, verdict)
    return Feedback(kind=FeedbackKind.PROMPT, error_id=verdict.error_id, text=text)


def _note(scene: Scene, verdict: Verdict) -> Feedback:
    """Add a remark to an answer that counts as right."""
    text = _worded(scene, verdict, 1)
    return Feedback(kind=FeedbackKind.NOTE, error_id=verdict.error_id, text=text, correction=verdict.correction)


def _worded(scene: Scene, verdict: Verdict, which: int) -> str:
    """Fill the gloss's text for a rule; without a gloss there is none."""
    pair = scene.gloss.feedback.get(verdict.error_id or "") if scene.gloss else None
    if pair is None:
        return ""
    text = pair[which]
    for name, value in _words(scene, verdict).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _words(scene: Scene, verdict: Verdict) -> Mapping[str, str]:
    """Return what the placeholders of a feedback text stand for."""
    noun = verdict.noun
    terms = scene.gloss.terms if scene.gloss else {}
    say = noun.say if noun else ""
    return {
        "say": say,
        "Say": say[:1].upper() + say[1:],
        "art": noun.art if noun else "",
        "gender": terms.get(noun.gender, noun.gender) if noun else "",
        "right": verdict.swap[0],
        "wrong": verdict.swap[1],
    }
