"""Playing again otherwise: one weak turn alone, or the whole scene with the roles swapped.

What was begun and not finished is gone on with: a second tap begins nothing twice.
"""

from bot.errors import StaleButtonError
from bot.scenarios import dialogue, weak
from bot.scenarios.dialogue import Progress, Step
from bot.scenarios.scene import Scene
from bot.scenarios.score import score
from bot.scenarios.swapped import can_be_swapped, swapped
from bot.services import support
from bot.services.leaving import park_open
from bot.services.practice import resume
from bot.services.scenes import find_scene, own_run, scene_of
from bot.services.turns import SceneView, opened
from bot.services.visit import Visit
from storage import runs
from storage.tables import RunKind


def weak_turn(visit: Visit, run_id: int) -> SceneView:
    """Open the weakest turn of a finished run once more, with the facts as they were there."""
    run = own_run(visit, run_id)
    scene, finished = scene_of(visit, run), Progress.from_json(run.state)
    there = [turn for turn in score(scene, finished).weak_turns if turn in scene.turns]
    if run.status in runs.UNFINISHED or run.kind != RunKind.FULL or not there:
        raise StaleButtonError
    begun = runs.resumable(visit.connection, visit.user.id, scene.id, scene.language, RunKind.WEAK_TURN)
    if begun is not None and Progress.from_json(begun.state).turn == there[0]:
        return resume(visit, begun.id)
    heard = [
        weak.Heard(turn=turn.turn_id, intent=turn.intent, slots=turn.slots)
        for turn in runs.turns(visit.connection, run.id)
        if turn.intent is not None and turn.quality is not None
    ]
    step = weak.start_at(scene, finished, there[0], heard, support=support.level(visit, run.language))
    return _opened(visit, scene, step, RunKind.WEAK_TURN)


def swap(visit: Visit, scenario_id: str) -> SceneView:
    """Open a scene in which the learner says the partner's lines."""
    scene = find_scene(visit, scenario_id)
    if not can_be_swapped(scene):
        raise StaleButtonError
    begun = runs.resumable(visit.connection, visit.user.id, scene.id, scene.language, RunKind.SWAPPED)
    if begun is not None:
        return resume(visit, begun.id)
    turned = swapped(scene)
    step = dialogue.start(turned, support=support.level(visit, scene.language))
    return _opened(visit, turned, step, RunKind.SWAPPED)


def _opened(visit: Visit, scene: Scene, step: Step, kind: RunKind) -> SceneView:
    park_open(visit)
    return opened(visit, scene, step, kind)
