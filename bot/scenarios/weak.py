"""One turn of a finished play, once more: begun where it was, over when it is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.scenarios import speech
from bot.scenarios.dialogue import Step
from bot.scenarios.grading import grade
from bot.scenarios.help import opened_unasked
from bot.scenarios.progress import LAST, Outcome, Progress
from bot.scenarios.scene import Scene
from bot.scenarios.story import Position, advance


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was understood at a turn, as it is stored."""

    turn: str
    intent: str
    slots: Mapping[str, str]


def start_at(scene: Scene, finished: Progress, turn_id: str, heard: Sequence[Heard], *, support: int = 1) -> Step:
    """Open one turn of a finished play with the facts as they were when it was reached."""
    position = _rewound(scene, finished, turn_id, heard)
    progress = Progress(
        turn=turn_id,
        phase=scene.phases[scene.phase_of[turn_id]].id,
        variant_seed=finished.variant_seed,
        vars=position.vars,
        taken=position.taken,
        change=finished.change,
        history=finished.history,
        support=support,
        help_level=opened_unasked(support),
    )
    said = speech.turn_line(scene, turn_id, progress)
    progress = replace(progress, said=said, history=speech.remembered(scene, progress.history, said))
    return Step(progress=progress, said=speech.spoken(scene, said, progress.vars), stage=scene.stage(turn_id))


def bounded(scene: Scene, before: Progress, step: Step) -> Step:
    """Keep a play of one turn to its turn: it ends when the turn is left, after one chance to mend an error."""
    after = step.progress
    left = after.finished or after.turn != before.turn
    if not left and not step.repaired:
        return step
    here = replace(after, turn=before.turn, phase=before.phase, said=before.said, before=before.before)
    if after.pending is not None and before.pending is None:
        waiting = replace(here, vars=before.vars, taken=before.taken)
        said = speech.spoken(scene, before.said, before.vars)
        return replace(step, progress=waiting, said=said, stage=scene.stage(before.turn))
    return replace(step, progress=replace(here, finished=True, pending=None), stage=None, finished=True)


def _rewound(scene: Scene, finished: Progress, turn_id: str, heard: Sequence[Heard]) -> Position:
    """Let the story run again up to a turn; where it cannot, the facts are those of the end."""
    recalled = {name: value for name, value in finished.vars.items() if name.startswith(LAST)}
    position = Position(turn=turn_id, vars=recalled | dict(scene.story.vars), taken={})
    waiting = list(heard)
    for outcome in finished.outcomes:
        if outcome.turn == turn_id:
            return position
        if outcome.turn not in scene.turns or outcome.intent not in scene.hears(outcome.turn):
            break
        at = replace(position, turn=outcome.turn)
        move = advance(scene, at, outcome.intent, _slots(scene, outcome, waiting))
        position = Position(turn=move.to, vars=move.vars, taken=move.taken)
    return Position(turn=turn_id, vars=finished.vars, taken={})


def _slots(scene: Scene, outcome: Outcome, waiting: list[Heard]) -> Mapping[str, str]:
    """Return what was heard at a turn; where the model was shown, what the model says."""
    for one in waiting:
        if (one.turn, one.intent) == (outcome.turn, outcome.intent):
            waiting.remove(one)
            return one.slots
    return grade(scene, outcome.turn, scene.model(outcome.turn).text).slots
