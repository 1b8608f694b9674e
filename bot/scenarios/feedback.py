"""The one remark a learner gets on an answer, in their own language, from the texts of the gloss."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from bot.scenarios.grading import Form, Layer, Verdict
from bot.scenarios.scene import Scene
from bot.scenarios.segments import Segment
from bot.scenarios.tidy import tidied
from bot.scenarios.verdict import DifferenceKind

PETTY = frozenset({"accent"})  # Errors that a learner who wants few remarks is not told of.


class Strictness(StrEnum):
    """How much a learner wants to hear about their form."""

    LIGHT = "light"
    NORMAL = "normal"
    STRICT = "strict"


class FeedbackKind(StrEnum):
    """What a remark is about."""

    PROMPT = "prompt"
    EXPLAIN = "explain"
    NOTE = "note"
    ACCENT = "accent"
    SLIP = "slip"
    GIST = "gist"
    ALSO = "also"
    OWN_LANGUAGE = "own_language"
    MODEL = "model"
    REPAIRED = "repaired"
    ASK_AGAIN = "ask_again"
    NOTHING_WRONG = "nothing_wrong"
    HOW_TO_SAY = "how_to_say"
    MEANING = "meaning"
    NO_SUCH_WORD = "no_such_word"
    NO_WORDS = "no_words"
    WENT_BACK = "went_back"
    CONTESTED = "contested"


ROW = "row"  # Beside a remark kept with the turn: the stored row of the answer it is about.
DOUBTFUL = frozenset(FeedbackKind(kind) for kind in ("prompt", "explain", "slip", "gist", "ask_again", "model"))


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One remark; the text is empty where the view has to word it.

    `given` is what the learner wrote where it went wrong, `asked` the word they asked about; `again` asks for the line
    once more.
    """

    kind: FeedbackKind
    error_id: str | None = None
    text: str = ""
    correction: tuple[Segment, ...] = ()
    given: str = ""
    asked: str = ""
    again: bool = False


def remark(scene: Scene, verdict: Verdict, strictness: Strictness = Strictness.NORMAL) -> Feedback | None:
    """Return the remark on an understood answer: a prompt first, which lets the learner mend it."""
    light, again = strictness is Strictness.LIGHT, wants_retry(verdict, strictness)
    if is_error(verdict):
        return _prompt(scene, verdict) if again else None
    if light or (verdict.error_id is None and not verdict.correction):
        return None
    if verdict.error_id is not None:
        return replace(_note(scene, verdict), again=again)
    return Feedback(kind=_kind(verdict), correction=_shown(verdict), again=again)


def wants_retry(verdict: Verdict, strictness: Strictness) -> bool:
    """Tell whether the learner is asked to type an understood answer once more."""
    if is_error(verdict):
        return strictness is not Strictness.LIGHT or verdict.error_id not in PETTY
    return strictness is Strictness.STRICT and bool(verdict.correction)


def _kind(verdict: Verdict) -> FeedbackKind:
    """Return what a remark on an answer without an error is about."""
    if verdict.form is Form.SLIP:
        return FeedbackKind.SLIP
    if verdict.layer is Layer.GIST:
        return FeedbackKind.GIST if verdict.form is None else FeedbackKind.ALSO
    return FeedbackKind.ACCENT


def explanation(scene: Scene, verdict: Verdict) -> Feedback:
    """Return the explanation of an error, with the right sentence."""
    return Feedback(
        kind=FeedbackKind.EXPLAIN,
        error_id=verdict.error_id,
        text=_worded(scene, verdict, 1),
        correction=_shown(verdict),
    )


def is_error(verdict: Verdict) -> bool:
    """Tell whether an answer was understood in spite of an error that wants mending."""
    return verdict.form is Form.ERROR


def _prompt(scene: Scene, verdict: Verdict) -> Feedback:
    """Hint at the error without giving the answer away."""
    text = _worded(scene, verdict, 0)
    if not text and scene.gloss is not None:
        return explanation(scene, verdict)
    return Feedback(kind=FeedbackKind.PROMPT, error_id=verdict.error_id, text=text, given=_given(verdict))


def _note(scene: Scene, verdict: Verdict) -> Feedback:
    """Add a remark to an answer that counts as right."""
    text = _worded(scene, verdict, 1)
    return Feedback(kind=FeedbackKind.NOTE, error_id=verdict.error_id, text=text, correction=_shown(verdict))


def may_be_contested(feedback: Feedback | None, verdict: Verdict | None) -> bool:
    """Tell whether a remark says that an answer was less than right; a skipped turn had no answer."""
    return verdict is not None and feedback is not None and (feedback.kind in DOUBTFUL or feedback.again)


def packed(feedback: Feedback | None, model_id: str = "") -> Mapping[str, Any] | None:
    """Return a remark as plain data, so that the turn can be drawn again with it."""
    if feedback is None:
        return None
    correction = [asdict(piece) for piece in feedback.correction]
    return {**asdict(feedback), "kind": feedback.kind.value, "correction": correction, "model": model_id}


def unpacked(data: Mapping[str, Any] | None) -> tuple[Feedback | None, str]:
    """Read a remark back, with the id of the model answer it shows; one that cannot be read is none."""
    if data is None:
        return None, ""
    try:
        values = {name: value for name, value in data.items() if name != ROW}
        model_id = str(values.pop("model", ""))
        correction = tuple(Segment(**piece) for piece in values.pop("correction", ()))
        kind = FeedbackKind(values.pop("kind"))
        return Feedback(kind=kind, correction=correction, **values), model_id
    except (KeyError, TypeError, ValueError):
        return None, ""


def _shown(verdict: Verdict) -> tuple[Segment, ...]:
    """Return the right sentence; where nobody knows what belongs in a place, there is none to show."""
    unknown = (one for one in verdict.differences if not one.expected and one.kind is not DifferenceKind.EXTRA)
    return () if any(unknown) else tidied(verdict.correction)


def _article(scene: Scene, verdict: Verdict) -> str:
    """Return the article that belongs before the noun: the one for what was written, a or the."""
    own = [one.expected for one in verdict.differences if {one.given, one.expected} <= set(scene.book.articles)]
    return own[0] if own else (verdict.noun.art if verdict.noun else "")


def _given(verdict: Verdict) -> str:
    """Return the one thing written that is at fault, where it is known and can be pointed at."""
    given = [difference.given for difference in verdict.differences if difference.given]
    return verdict.swap[1] or (given[0] if len(given) == 1 else "")


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
        "art": _article(scene, verdict),
        "gender": terms.get(noun.gender, noun.gender) if noun else "",
        "right": verdict.swap[0],
        "wrong": verdict.swap[1],
        "given": _given(verdict),
        "expected": next((one.expected for one in verdict.differences if one.expected), verdict.swap[0]),
    }
