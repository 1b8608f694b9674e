"""The current turn as it is shown again: redrawn, with help open, or after a pause in which the pack changed."""

from dataclasses import dataclass

from bot.scenarios import speech
from bot.scenarios.feedback import ROW, Feedback, unpacked
from bot.scenarios.help import FREE, Help, help_at, next_rung
from bot.scenarios.progress import LAST, Pending, Progress, Value
from bot.scenarios.scene import Line, Scene
from bot.scenarios.values import replace


@dataclass(frozen=True, kw_only=True)
class Recap:
    """What was said last: the partner's lines and the learner's answer to them."""

    said: tuple[Line, ...]
    answered: str


@dataclass(frozen=True, kw_only=True)
class Screen:
    """The current turn as it is redrawn, with what the tutor said last.

    `model` belongs to that remark, `row` is the stored answer it doubts, if any, and `moves` the turn that tapped words
    belong to.
    """

    turn: str
    said: tuple[Line, ...]
    stage: str | None
    task: str
    help: Help | None
    starters: tuple[str, ...]
    phase_index: int
    phase_count: int
    recap: Recap | None
    remark: Feedback | None = None
    model: Line | None = None
    row: int = 0
    moves: int = 0
    may_ask_why: bool = False
    may_go_back: bool = False
    offers_help: bool = True


def raise_help(scene: Scene, progress: Progress) -> tuple[Progress, Help]:
    """Open the next help of the current turn; at the model it stays."""
    level = next_rung(progress.help_level, progress.support)
    raised = replace(progress, help_level=level, help_asked=level, built=())
    return raised, help_at(scene, raised) or Help(level=level, words=(), hint="", model=None)


def screen(scene: Scene, progress: Progress) -> Screen:
    """Redraw the current turn."""
    said = speech.spoken(scene, progress.said, progress.vars)
    before = speech.spoken(scene, progress.before, progress.vars)
    remark, model_id = unpacked(progress.remark)
    return Screen(
        turn=progress.turn,
        said=said,
        stage=scene.stage(progress.turn),
        task="" if progress.finished else scene.task(progress.turn),
        help=help_at(scene, progress),
        starters=() if progress.answers else scene.starters(progress.turn),
        phase_index=scene.phase_of[progress.turn],
        phase_count=len(scene.phases),
        recap=Recap(said=before, answered=progress.heard) if progress.heard else None,
        remark=remark,
        model=next(iter(speech.spoken(scene, [model_id], progress.vars)), None) if model_id else None,
        row=int((progress.remark or {}).get(ROW, 0)),
        moves=progress.answers,
        may_ask_why=progress.pending is not None and bool(progress.pending.error_id) and not progress.pending.explained,
        may_go_back=progress.undo is not None and not progress.finished,
        offers_help=progress.support < FREE,
    )


def resume(scene: Scene, progress: Progress) -> Progress:
    """Fit a stored state to the pack as it is now: a turn that is gone begins its phase, or the scene, again."""
    pending = progress.pending if progress.pending and _is_still_there(scene, progress.pending) else None
    recalled = {name: value for name, value in progress.vars.items() if name.startswith(LAST)}
    values = recalled | {name: _value(scene, progress, name, value) for name, value in scene.story.vars.items()}
    fitted = replace(progress, vars=values, pending=pending)
    if progress.turn not in scene.turns:
        phase = next((phase for phase in scene.phases if phase.id == progress.phase), scene.phases[0])
        fitted = replace(
            fitted,
            turn=phase.turns[0],
            phase=phase.id,
            said=(),
            misses=0,
            help_level=0,
            help_asked=0,
            help_model="",
            pending=None,
        )
    if not any(text_id in scene.texts for text_id in fitted.said):
        fitted = replace(fitted, said=speech.turn_line(scene, fitted.turn, fitted))
    return fitted


def _is_still_there(scene: Scene, pending: Pending) -> bool:
    """Tell whether the turn and intent of an error still exist."""
    return pending.turn in scene.turns and pending.intent in scene.hears(pending.turn)


def _value(scene: Scene, progress: Progress, name: str, default: Value) -> Value:
    """Return what a variable holds, unless that is an entity which is gone."""
    value = progress.vars.get(name, default)
    entities = scene.story.entities.get(scene.slot_of.get(name, ""), {})
    gone = isinstance(value, str) and name in scene.slot_of and value not in entities
    return default if gone else value
