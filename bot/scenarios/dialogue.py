"""A scene played turn by turn: progress and a typed text in, the next step out. Pure; nothing is stored here."""

from dataclasses import dataclass, replace
from typing import Any

from bot.scenarios import speech, worth
from bot.scenarios.feedback import Feedback, FeedbackKind, explanation, is_error, remark
from bot.scenarios.grading import Layer, Verdict, grade
from bot.scenarios.help import MODEL, WORD_BANK, Help
from bot.scenarios.meetings import Answered, How, Meeting, meetings
from bot.scenarios.progress import Outcome, Pending, Progress
from bot.scenarios.replay import FIRST, Earlier, known_to_both
from bot.scenarios.scene import END, Line, Scene
from bot.scenarios.screen import Recap, Screen, raise_help, resume, screen
from bot.scenarios.story import Move, Position, advance

__all__ = [
    "Feedback", "FeedbackKind", "Help", "How", "Line", "Meeting", "Progress", "Recap", "Screen", "Step",
    "answer", "raise_help", "resume", "screen", "skip", "start",
]  # fmt: skip

KEPT = 200  # Characters of the learner's last answer kept for the recap.


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one answer led to: the new state and all that a view or a memory needs to know."""

    progress: Progress
    verdict: Verdict | None = None
    said: tuple[Line, ...] = ()
    stage: str | None = None
    feedback: Feedback | None = None
    model: Line | None = None
    understood: bool = False
    quality: int | None = None
    help_level: int = 0
    repaired: bool = False
    met: tuple[str, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    finished: bool = False


def start(scene: Scene, *, variant_seed: int = 0, earlier: Earlier = FIRST) -> Step:
    """Open a scene with the partner's first line, told otherwise than in the play before."""
    first = scene.phases[0]
    turn_id = first.turns[0]
    progress = Progress(
        turn=turn_id,
        phase=first.id,
        variant_seed=variant_seed,
        vars={**earlier.last, **scene.story.vars},
        change=earlier.change,
        history=earlier.history,
    )
    said = speech.turn_line(scene, turn_id, progress)
    return _step(scene, replace(progress, said=said, history=speech.remembered(scene, progress.history, said)))


def answer(scene: Scene, progress: Progress, text: str, *, patience: int, picked: bool = False) -> Step:
    """Take an answer: let it move the story, mend the last error, be asked for again, or be shown the model."""
    return _with_standing_error(progress, _answered(scene, progress, text, patience=patience, picked=picked))


def _answered(scene: Scene, progress: Progress, text: str, *, patience: int, picked: bool) -> Step:
    """Find out what an answer is, and take it as that."""
    if progress.finished:
        return _step(scene, progress)
    verdict = known_to_both(scene, progress, grade(scene, progress.turn, text))
    retried = None if picked else _retry(scene, progress, text, verdict)
    if retried is not None:
        return retried
    if verdict.repair:
        return _said_again(scene, progress, verdict)
    if verdict.layer is Layer.OWN_LANGUAGE:
        return _in_own_language(scene, progress, verdict)
    move = advance(scene, _position(progress), verdict.intent, verdict.slots) if verdict.intent else None
    if move is None or move.spent:
        return _missed(scene, progress, verdict, patience=patience, move=move)
    return _understood(scene, progress, _Taken(text=text, verdict=verdict, move=move, picked=picked))


def skip(scene: Scene, progress: Progress, *, verdict: Verdict | None = None) -> Step:
    """Show the model answer, take it as the answer at quality 0, and let the story go on."""
    if progress.finished:
        return _step(scene, progress)
    model = speech.spoken(scene, [scene.model(progress.turn).id], progress.vars)[0]
    intent = next(iter(scene.hears(progress.turn)))
    slots = grade(scene, progress.turn, model.text).slots
    move = advance(scene, _position(progress), intent, slots)
    outcome = Outcome(turn=progress.turn, intent=intent, quality=0, met=move.met)
    step = _step(scene, _moved(scene, progress, move, outcome, heard=""))
    return replace(
        step,
        verdict=verdict,
        feedback=Feedback(kind=FeedbackKind.MODEL),
        model=model,
        quality=0,
        help_level=progress.help_level,
        met=_new(progress, move),
    )


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """An understood answer on its way through the story."""

    text: str
    verdict: Verdict
    move: Move
    picked: bool


def _understood(scene: Scene, progress: Progress, taken: _Taken) -> Step:
    """Move the story on; an error is prompted for and may be mended with the next text."""
    verdict, move = taken.verdict, taken.move
    quality = worth.answered(progress, verdict)
    outcome = Outcome(turn=progress.turn, intent=str(verdict.intent), quality=quality, met=move.met)
    answered = Answered(
        heard=progress.said, text=taken.text, verdict=verdict, helped=progress.help_level > 0 or taken.picked
    )
    met = meetings(scene, answered)
    moved = _moved(scene, progress, move, outcome, heard=taken.text)
    if is_error(verdict) and not moved.finished:
        wrong = tuple(meeting.card_id for meeting in met if meeting.how is How.ERROR)
        moved = replace(moved, pending=_pending(progress, verdict, quality, cards=wrong, text=taken.text))
        # Whether an error stands is known only when the next text has not mended it; until then its word was met.
        met = tuple(replace(one, how=How.HELPED) if one.how is How.ERROR else one for one in met)
    return replace(
        _step(scene, moved),
        verdict=verdict,
        feedback=remark(scene, verdict),
        understood=True,
        quality=quality,
        help_level=progress.help_level,
        met=_new(progress, move),
        meetings=met,
    )


def _retry(scene: Scene, progress: Progress, text: str, current: Verdict) -> Step | None:
    """Take a text as another try at the answer before, if that is what it is."""
    pending = progress.pending
    if pending is None or pending.turn not in scene.turns:
        return None
    verdict = grade(scene, pending.turn, text)
    if verdict.intent != pending.intent or dict(verdict.slots) != dict(pending.slots):
        return None
    if is_error(verdict):
        return None if current.intent is not None else _explained(scene, progress, verdict)
    return None if verdict.layer is Layer.GIST else _mended(scene, progress, pending, text, verdict)


def _mended(scene: Scene, progress: Progress, pending: Pending, text: str, verdict: Verdict) -> Step:
    """Credit a mended error and say the current line again."""
    quality = pending.repaired_quality
    outcomes = list(progress.outcomes)
    outcomes[pending.outcome] = replace(outcomes[pending.outcome], quality=quality)
    mended = replace(progress, outcomes=tuple(outcomes), pending=None, answers=progress.answers + 1, heard=text[:KEPT])
    answered = Answered(heard=(), text=text, verdict=verdict, helped=pending.help_level > 0, mended=True)
    return replace(
        _step(scene, mended),
        verdict=verdict,
        feedback=Feedback(kind=FeedbackKind.REPAIRED, error_id=pending.error_id, correction=verdict.correction),
        understood=True,
        quality=quality,
        help_level=pending.help_level,
        repaired=True,
        meetings=meetings(scene, answered),
    )


def _explained(scene: Scene, progress: Progress, verdict: Verdict) -> Step:
    """Explain an error that was made twice, and say the current line again."""
    step = _step(scene, replace(progress, pending=None, answers=progress.answers + 1))
    return replace(step, verdict=verdict, feedback=explanation(scene, verdict), help_level=progress.help_level)


def _said_again(scene: Scene, progress: Progress, verdict: Verdict) -> Step:
    """Say the last lines again, free of charge."""
    how = scene.story.anywhere[str(verdict.intent)].say_again
    step = _step(scene, replace(progress, answers=progress.answers + 1))
    return replace(
        step, verdict=verdict, said=speech.again(scene, progress, how), understood=True, help_level=progress.help_level
    )


def _in_own_language(scene: Scene, progress: Progress, verdict: Verdict) -> Step:
    """Show how it is said; the learner then says it."""
    model = speech.spoken(scene, [str(verdict.own_text_id)], progress.vars)[0]
    helped = replace(
        progress,
        help_level=MODEL,
        help_asked=MODEL,
        help_model=str(verdict.own_text_id),
        answers=progress.answers + 1,
    )
    return replace(
        _step(scene, helped),
        verdict=verdict,
        feedback=Feedback(kind=FeedbackKind.OWN_LANGUAGE),
        model=model,
        help_level=progress.help_level,
    )


def _missed(scene: Scene, progress: Progress, verdict: Verdict, *, patience: int, move: Move | None = None) -> Step:
    """Ask back with the first help open, or show the model once patience has run out."""
    misses = progress.misses + 1
    if misses >= patience:
        return skip(scene, replace(progress, misses=misses, answers=progress.answers + 1), verdict=verdict)
    question = () if scene.stage(progress.turn) is not None else progress.said[-1:]
    asked_back = (speech.asks_back(scene, progress.misses), *question)
    replied = speech.replies(scene, move.reply, progress) if move else ()
    opened = max(progress.help_level, WORD_BANK)
    tried = replace(progress, misses=misses, help_level=opened, pending=None, answers=progress.answers + 1)
    return replace(
        _step(scene, tried),
        verdict=verdict,
        said=speech.spoken(scene, replied or asked_back, progress.vars),
        feedback=Feedback(kind=FeedbackKind.ASK_AGAIN),
        help_level=progress.help_level,
    )


def _moved(scene: Scene, progress: Progress, move: Move, outcome: Outcome, *, heard: str) -> Progress:
    """Return the state after a move."""
    finished = move.to == END
    turn_id = progress.turn if finished else move.to
    replies = speech.replies(scene, move.reply, progress)
    stays = move.to == progress.turn
    line = () if finished or (stays and replies) else speech.turn_line(scene, turn_id, progress)
    fresh: dict[str, Any] = {} if stays else {"misses": 0, "help_level": 0, "help_asked": 0, "help_model": ""}
    return replace(
        progress,
        turn=turn_id,
        phase=scene.phases[scene.phase_of[turn_id]].id,
        vars=move.vars,
        met=(*progress.met, *_new(progress, move)),
        outcomes=(*progress.outcomes, outcome),
        taken=move.taken,
        said=(*replies, *line),
        history=speech.remembered(scene, progress.history, (*replies, *line)),
        before=progress.said,
        heard=heard[:KEPT],
        pending=None,
        answers=progress.answers + 1,
        finished=finished,
        **fresh,
    )


def _pending(progress: Progress, verdict: Verdict, quality: int, *, cards: tuple[str, ...], text: str) -> Pending:
    """Remember an error that may still be mended."""
    return Pending(
        turn=progress.turn,
        intent=str(verdict.intent),
        slots=dict(verdict.slots),
        error_id=str(verdict.error_id),
        outcome=len(progress.outcomes),
        repaired_quality=max(quality, worth.mended(progress)),
        help_level=progress.help_level,
        cards=cards,
        text=text[:KEPT],
    )


def _with_standing_error(before: Progress, step: Step) -> Step:
    """Say of an error that can no longer be mended that it stands."""
    pending = before.pending
    if pending is None or step.repaired or step.progress.pending == pending:
        return step
    standing = tuple(Meeting(card_id=card, how=How.ERROR, own_line=pending.text) for card in pending.cards)
    others = tuple(meeting for meeting in step.meetings if meeting.card_id not in pending.cards)
    return replace(step, meetings=(*standing, *others))


def _step(scene: Scene, progress: Progress) -> Step:
    """Return the step that only says the current lines."""
    return Step(
        progress=progress,
        said=speech.spoken(scene, progress.said, progress.vars),
        stage=None if progress.finished else scene.stage(progress.turn),
        finished=progress.finished,
    )


def _position(progress: Progress) -> Position:
    """Return where the story stands."""
    return Position(turn=progress.turn, vars=progress.vars, taken=progress.taken)


def _new(progress: Progress, move: Move) -> tuple[str, ...]:
    """Return the objectives a move reaches for the first time."""
    return tuple(name for name in move.met if name not in progress.met)
