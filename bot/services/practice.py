"""Playing a scene: start, answer, skip, go on. The run's row holds all there is to know."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.errors import StaleButtonError
from bot.scenarios import dialogue
from bot.scenarios.dialogue import Progress, Step, Strictness
from bot.scenarios.help import FREE
from bot.scenarios.scene import Scene
from bot.services import parts, support
from bot.services.leaving import leave, park_open
from bot.services.parked import waiting
from bot.services.scenes import earlier_plays, find_scene, resumable
from bot.services.turns import (
    Overtaken,
    Said,
    SceneView,
    await_answer,
    keep_turn,
    moved,
    opened,
    reopened,
    save,
    taken,
    unfinished,
    view,
)
from bot.services.visit import Visit
from storage import completions, runs
from storage.tables import RunStatus

__all__ = ["Overtaken", "SceneView", "Unfinished", "answer", "guarded", "pick", "play", "play_anew", "resume", "skip"]

LONGEST_ANSWER = 400  # characters; what is longer is no line of a dialogue
FIRST_SCENE_PATIENCE = 2
PATIENCE = 4
SECOND_TAP = timedelta(seconds=10)  # what comes so soon after a move was meant for the same move


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """The scene asked for is one the learner is in the middle of."""

    run_id: int
    scenario_id: str
    title: str


def play(visit: Visit, scenario_id: str, *, anew: bool = False) -> SceneView | Unfinished:
    """Open a scene; one the learner has begun is offered to be continued, unless they want it anew."""
    scene = find_scene(visit, scenario_id)
    begun = runs.resumable(visit.connection, visit.user.id, scene.id, scene.language)
    if begun is not None:
        # Nothing is lost or left twice by a second tap: a scene that nobody has spoken in yet is still the new one.
        if not Progress.from_json(begun.state).answers:
            return resume(visit, begun.id)
        if not anew:
            return Unfinished(run_id=begun.id, scenario_id=scene.id, title=scene.title)
        leave(visit, begun, RunStatus.QUIT)
    left = waiting(visit) if park_open(visit) else None
    return replace(_open(visit, scene), waiting=left.title if left else "")


def play_anew(visit: Visit, scenario_id: str) -> SceneView | Unfinished:
    """Open a scene from the start."""
    return play(visit, scenario_id, anew=True)


def _open(visit: Visit, scene: Scene) -> SceneView:
    played = completions.count(visit.connection, visit.user.id)
    earlier = earlier_plays(visit, scene)
    scene = scene.changed(earlier.change)
    started = dialogue.start(scene, variant_seed=played, earlier=earlier, support=_support(visit, scene))
    step = parts.with_due_words(visit, scene, started)
    return opened(visit, scene, step)


def _support(visit: Visit, scene: Scene) -> int:
    """Return the learner's support level; a scene they have passed begins one freer."""
    passed = scene.id in completions.passed_scenes(visit.connection, visit.user.id, scene.language)
    return min(support.level(visit, scene.language) + passed, FREE)


def answer(visit: Visit, run_id: int, text: str, *, pointing: bool = False) -> SceneView:
    """Play one turn: the learner's words in, verdict, memory, sitting and the partner's next line out.

    `pointing` says that the text came as a reply to the partner's message: a word of the line there asks what it means.
    """
    run, scene, progress = reopened(visit, run_id)
    if len(text) > LONGEST_ANSWER:
        unread = Step(progress=progress, help_level=progress.help_level)
        keep_turn(visit, run, Said(text=text, before=progress, step=unread))
        return view(scene, save(visit, run, progress), progress, too_long=True)
    step = dialogue.answer(scene, progress, text, **_taking(visit, progress), pointing=pointing)
    return taken(visit, run, scene, Said(text=text, before=progress, step=step))


def pick(visit: Visit, run_id: int, version: int, number: int) -> SceneView:
    """Take one of the starter buttons as the answer."""
    run, scene, progress = reopened(visit, run_id, version)
    starters = dialogue.screen(scene, progress).starters
    if not 0 <= number < len(starters):
        raise StaleButtonError
    step = dialogue.answer(scene, progress, starters[number], **_taking(visit, progress), picked=True)
    return taken(visit, run, scene, Said(text=starters[number], before=progress, step=step))


def say_built(visit: Visit, run_id: int, moves: int) -> SceneView:
    """Take the words tapped together as the answer."""
    run, scene, progress = reopened(visit, run_id)
    found = dialogue.screen(scene, progress).help
    if progress.answers != moves or found is None or not found.built:
        raise StaleButtonError
    step = dialogue.answer(scene, progress, found.sentence, **_taking(visit, progress), picked=True, built=True)
    return taken(visit, run, scene, Said(text=found.sentence, before=progress, step=step))


def guarded(visit: Visit, move: Callable[..., SceneView], run_id: int, *details: int) -> SceneView | Overtaken:
    """Make a move that a button asked for; if the scene has moved on since, show where it stands instead."""
    try:
        return move(visit, run_id, *details)
    except StaleButtonError:
        return redraw(visit, run_id)


def skip(visit: Visit, run_id: int, version: int) -> SceneView:
    """Show the model answer and let the story go on as if it had been said."""
    run, scene, progress = reopened(visit, run_id, version)
    step = dialogue.skip(scene, progress)
    return moved(visit, run, scene, step)


def resume(visit: Visit, run_id: int | None = None) -> SceneView:
    """Redraw the exact turn where the learner left off."""
    run, scene, progress = reopened(visit, resumable(visit).id if run_id is None else run_id)
    runs.show_again(visit.connection, run.id, visit.now)
    await_answer(visit, run.id)
    return view(scene, run, progress, resumed=bool(progress.answers), opening=not progress.answers)


def redraw(visit: Visit, run_id: int) -> Overtaken:
    """Show the current turn again, as an answer to a button that has been overtaken."""
    run, scene, progress = unfinished(visit, run_id)
    return Overtaken(view=view(scene, run, progress), just_shown=visit.now - run.asked_at < SECOND_TAP)


def _taking(visit: Visit, progress: Progress) -> dict[str, Any]:
    """Return how this learner's answers are taken."""
    # Patience is asked for only where it may run out.
    tried = progress.misses + 1 >= FIRST_SCENE_PATIENCE
    first = tried and not completions.has_any(visit.connection, visit.user.id)
    return {
        "patience": FIRST_SCENE_PATIENCE if first else PATIENCE,
        "strictness": Strictness(visit.user.strictness),
    }
