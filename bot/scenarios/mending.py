"""An error let through: hinted at, mended by typing again, explained on request or when it is made twice."""

from dataclasses import replace

from bot.scenarios import worth
from bot.scenarios.feedback import Feedback, FeedbackKind, Strictness, explanation, is_error, wants_retry
from bot.scenarios.grading import grade
from bot.scenarios.help import MODEL
from bot.scenarios.meetings import Answered, How, Meeting, meetings
from bot.scenarios.progress import Pending, Progress
from bot.scenarios.scene import Scene
from bot.scenarios.step import KEPT, Step, standing
from bot.scenarios.verdict import Layer, Verdict


def pending(progress: Progress, verdict: Verdict, quality: int, *, cards: tuple[str, ...], text: str) -> Pending:
    """Remember what may still be mended."""
    return Pending(
        turn=progress.turn,
        intent=str(verdict.intent),
        slots=dict(verdict.slots),
        error_id=verdict.error_id or "",
        outcome=len(progress.outcomes),
        repaired_quality=max(quality, worth.mended(progress)) if is_error(verdict) else quality,
        help_level=progress.help_level,
        cards=cards,
        text=text[:KEPT],
        explained=not is_error(verdict),
    )


def retry(scene: Scene, progress: Progress, text: str, current: Verdict, strictness: Strictness) -> Step | None:
    """Take a text as another try at the answer before, if that is what it is."""
    waiting = progress.pending
    if waiting is None or waiting.turn not in scene.turns:
        return None
    verdict = grade(scene, waiting.turn, text)
    if verdict.intent != waiting.intent or dict(verdict.slots) != dict(waiting.slots):
        return None
    if is_error(verdict):
        return None if current.intent is not None else _explained(scene, progress, verdict)
    if verdict.layer is Layer.GIST:
        return None
    if not waiting.error_id and wants_retry(verdict, strictness):
        return None if current.intent is not None else _explained(scene, progress, verdict)
    return _mended(scene, progress, waiting, text, verdict)


def why(scene: Scene, progress: Progress) -> Step | None:
    """Explain the error that waits to be mended; whoever has read the answer mends it for less."""
    waiting = progress.pending
    if waiting is None or not waiting.error_id or waiting.turn not in scene.turns:
        return None
    verdict = grade(scene, waiting.turn, waiting.text)
    if verdict.error_id != waiting.error_id:
        return None
    worth_now = progress.outcomes[waiting.outcome].quality
    told = replace(waiting, repaired_quality=worth_now, help_level=MODEL, explained=True)
    step = standing(scene, replace(progress, pending=told))
    return replace(step, feedback=explanation(scene, verdict), help_level=progress.help_level, aside=True)


def with_standing_error(before: Progress, step: Step) -> Step:
    """Say of an error that can no longer be mended that it stands."""
    waiting = before.pending
    now = step.progress.pending
    if waiting is None or step.repaired or (now is not None and now.outcome == waiting.outcome):
        return step
    wrong = [meeting for meeting in waiting.cards if waiting.error_id]
    stands = tuple(Meeting(card_id=card, how=How.ERROR, own_line=waiting.text) for card in wrong)
    others = tuple(meeting for meeting in step.meetings if meeting.card_id not in wrong)
    return replace(step, meetings=(*stands, *others))


def _mended(scene: Scene, progress: Progress, waiting: Pending, text: str, verdict: Verdict) -> Step:
    """Credit a mended error and say the current line again."""
    quality = waiting.repaired_quality
    outcomes = list(progress.outcomes)
    outcomes[waiting.outcome] = replace(outcomes[waiting.outcome], quality=quality)
    mended = replace(progress, outcomes=tuple(outcomes), pending=None, answers=progress.answers + 1, heard=text[:KEPT])
    answered = Answered(heard=(), text=text, verdict=verdict, helped=waiting.help_level > 0, mended=True)
    feedback = Feedback(kind=FeedbackKind.REPAIRED, error_id=waiting.error_id or None, correction=verdict.correction)
    return replace(
        standing(scene, mended),
        verdict=verdict,
        feedback=feedback,
        understood=True,
        quality=quality,
        help_level=waiting.help_level,
        repaired=True,
        meetings=meetings(scene, answered),
        fine=not waiting.explained,
    )


def _explained(scene: Scene, progress: Progress, verdict: Verdict) -> Step:
    """Explain an error that was made twice, and say the current line again."""
    step = standing(scene, replace(progress, pending=None, answers=progress.answers + 1))
    return replace(step, verdict=verdict, feedback=explanation(scene, verdict), help_level=progress.help_level)
