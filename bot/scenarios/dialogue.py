"""A scene played turn by turn: progress and a typed text in, the next step out. Pure; nothing is stored here."""

from dataclasses import dataclass
from typing import Any

from bot.scenarios import asides, speech, worth
from bot.scenarios.feedback import Feedback, FeedbackKind, Strictness, remark, wants_retry
from bot.scenarios.grading import Verdict, grade
from bot.scenarios.help import Help, opened_unasked, opened_when_missed
from bot.scenarios.meetings import Answered, How, Meeting, meetings
from bot.scenarios.mending import pending, retry, with_standing_error
from bot.scenarios.progress import Outcome, Progress
from bot.scenarios.replay import FIRST, Earlier, known_to_both
from bot.scenarios.scene import END, Line, Scene
from bot.scenarios.screen import Recap, Screen, raise_help, resume, screen
from bot.scenarios.step import KEPT, Step, remembered, standing
from bot.scenarios.story import Move, Position, advance
from bot.scenarios.values import replace
from bot.scenarios.verdict import Form, Layer

__all__ = [
    "Feedback", "FeedbackKind", "Help", "How", "Line", "Meeting", "Progress", "Recap", "Screen", "Step", "Strictness",
    "answer", "raise_help", "resume", "screen", "skip", "start",
]  # fmt: skip

FRESH = {"misses": 0, "help_asked": 0, "help_model": "", "silences": 0, "ceiling": worth.RIGHT, "forgiven": False}
LONG = 6  # Words from which a right sentence said without help deserves a reaction.
PRAISE_EVERY, PRAISES = 3, 3  # Answers between two reactions, and reactions in one play.


@dataclass(frozen=True, kw_only=True)
class Taking:
    """How an answer is taken: how often it may miss, whether it was tapped, how strictly its form is seen."""

    patience: int
    picked: bool = False
    built: bool = False
    pointing: bool = False
    strictness: Strictness = Strictness.NORMAL


def start(scene: Scene, *, variant_seed: int = 0, earlier: Earlier = FIRST, support: int = 1) -> Step:
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
        support=support,
        help_level=opened_unasked(support),
    )
    said = speech.turn_line(scene, turn_id, progress)
    return standing(scene, replace(progress, said=said, history=speech.remembered(scene, progress.history, said)))


def answer(scene: Scene, progress: Progress, text: str, **how: Any) -> Step:
    """Take an answer, in the way that `Taking` tells: let it move the story, mend an error, or be asked for again."""
    step = _answered(scene, progress, text, Taking(**how))
    return _kept(progress, with_standing_error(progress, step))


def _answered(scene: Scene, progress: Progress, text: str, taking: Taking) -> Step:
    """Find out what an answer is, and take it as that."""
    if progress.finished:
        return standing(scene, progress)
    verdict = known_to_both(scene, progress, grade(scene, progress.turn, text, progress.said))
    if not taking.picked:
        mended = retry(scene, progress, text, verdict, taking.strictness)
        if mended is not None:
            return mended
    aside = asides.aside(scene, progress, text, verdict, pointing=taking.pointing)
    if aside is not None:
        return aside
    move = advance(scene, _position(progress), verdict.intent, verdict.slots) if verdict.intent else None
    if move is None or move.spent:
        return _missed(scene, progress, verdict, patience=taking.patience, move=move)
    return _understood(scene, progress, _Taken(text=text, verdict=verdict, move=move, taking=taking))


def skip(scene: Scene, progress: Progress, *, verdict: Verdict | None = None) -> Step:
    """Show the model answer, take it as the answer at quality 0, and let the story go on."""
    if progress.finished:
        return standing(scene, progress)
    return _kept(progress, with_standing_error(progress, _modelled(scene, progress, verdict)))


def _modelled(scene: Scene, progress: Progress, verdict: Verdict | None) -> Step:
    """Say the model answer for the learner; it is worth nothing, unless one of theirs was contested."""
    model = speech.spoken(scene, [scene.model(progress.turn).id], progress.vars)[0]
    intent = next(iter(scene.hears(progress.turn)))
    slots = grade(scene, progress.turn, model.text).slots
    quality = worth.skipped(progress)
    move = advance(scene, _position(progress), intent, slots)
    believed = worth.believed(progress)
    outcome = Outcome(turn=progress.turn, intent=intent, quality=quality, met=move.met, believed=believed)
    step = standing(scene, _moved(scene, progress, move, outcome, heard=""))
    return replace(
        step,
        verdict=verdict,
        feedback=Feedback(kind=FeedbackKind.MODEL),
        model=model,
        quality=quality,
        help_level=progress.help_level,
        met=_new(progress, move),
    )


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """An understood answer on its way through the story."""

    text: str
    verdict: Verdict
    move: Move
    taking: Taking


def _understood(scene: Scene, progress: Progress, taken: _Taken) -> Step:
    """Move the story on; an error is prompted for and may be mended with the next text."""
    verdict, move, taking = taken.verdict, taken.move, taken.taking
    quality = worth.answered(progress, verdict, built=taking.built)
    outcome = Outcome(turn=progress.turn, intent=str(verdict.intent), quality=quality, met=move.met)
    helped = progress.help_level > 0 or taking.picked
    met = meetings(scene, Answered(heard=progress.said, text=taken.text, verdict=verdict, helped=helped))
    moved = _moved(scene, progress, move, outcome, heard=taken.text)
    asked = wants_retry(verdict, taking.strictness)
    if asked and not moved.finished:
        wrong = tuple(meeting.card_id for meeting in met if meeting.how is How.ERROR)
        moved = replace(moved, pending=pending(progress, verdict, quality, cards=wrong, text=taken.text))
    if not (asked and moved.finished):
        # Whether an error stands is known only when the next text has not mended it; until then its word was met. One
        # that the learner does not want to hear of never stands.
        met = tuple(replace(one, how=How.HELPED) if one.how is How.ERROR else one for one in met)
    return replace(
        standing(scene, moved),
        verdict=verdict,
        feedback=remark(scene, verdict, taking.strictness),
        understood=True,
        quality=quality,
        help_level=progress.help_level,
        met=_new(progress, move),
        meetings=met,
        unaided=not helped,
        fine=not helped and quality == worth.RIGHT and _is_fine(verdict),
    )


def _is_fine(verdict: Verdict) -> bool:
    """Tell whether a right answer is long enough to deserve a reaction."""
    right = verdict.layer is Layer.ACCEPTED and verdict.form is Form.OK and not verdict.note
    return right and len(verdict.words) >= LONG


def _missed(scene: Scene, progress: Progress, verdict: Verdict, *, patience: int, move: Move | None = None) -> Step:
    """Ask back with the first help open, or show the model once patience has run out."""
    misses = progress.misses + 1
    if misses >= patience:
        return _modelled(scene, replace(progress, misses=misses, answers=progress.answers + 1), verdict)
    question = () if scene.stage(progress.turn) is not None else progress.said[-1:]
    asked_back = (speech.asks_back(scene, progress.misses), *question)
    replied = speech.replies(scene, move.reply, progress) if move else ()
    opened = max(progress.help_level, opened_when_missed(progress.support))
    tried = replace(progress, misses=misses, help_level=opened, pending=None, answers=progress.answers + 1)
    return replace(
        standing(scene, tried),
        verdict=verdict,
        said=speech.spoken(scene, replied or asked_back, progress.vars),
        feedback=Feedback(kind=FeedbackKind.ASK_AGAIN),
        help_level=progress.help_level,
    )


def _kept(before: Progress, step: Step) -> Step:
    """Keep what the tutor said with the turn; a reaction comes now and then, or it would say nothing."""
    now = step.progress
    last = now.praised[-1] if now.praised else -PRAISE_EVERY
    fine = step.fine and len(now.praised) < PRAISES and before.answers - last >= PRAISE_EVERY
    praised = (*now.praised, before.answers) if fine else now.praised
    return remembered(replace(step, fine=fine, progress=replace(now, praised=praised)))


def _moved(scene: Scene, progress: Progress, move: Move, outcome: Outcome, *, heard: str) -> Progress:
    """Return the state after a move."""
    finished = move.to == END
    turn_id = progress.turn if finished else move.to
    replies = speech.replies(scene, move.reply, progress)
    stays = move.to == progress.turn
    line = () if finished or (stays and replies) else speech.turn_line(scene, turn_id, progress)
    fresh: dict[str, Any] = {} if stays else {**FRESH, "help_level": opened_unasked(progress.support)}
    undo = None if finished else replace(progress, undo=None, remark=None, pending=None).to_json()
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
        undo=undo,
        **fresh,
    )


def _position(progress: Progress) -> Position:
    """Return where the story stands."""
    return Position(turn=progress.turn, vars=progress.vars, taken=progress.taken)


def _new(progress: Progress, move: Move) -> tuple[str, ...]:
    """Return the objectives a move reaches for the first time."""
    return tuple(name for name in move.met if name not in progress.met)
