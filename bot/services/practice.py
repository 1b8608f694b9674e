"""Playing a scene: start, answer, ask for help, skip, go on. The run's row holds all there is to know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.errors import StaleButtonError
from bot.scenarios import dialogue
from bot.scenarios.dialogue import Progress, Screen, Step
from bot.scenarios.scene import Scene
from bot.scenarios.score import RIGHT, score
from bot.services import schedule
from bot.services.completion import Debrief, Played, complete_scenario
from bot.services.learning_sessions import Activity, start_session, update_session
from bot.services.leaving import leave, park_open
from bot.services.scenes import earlier_plays, find_scene, own_run, resumable, scene_of
from bot.services.visit import Visit
from bot.services.vocabulary import meet
from storage import completions, runs, users
from storage.rows import changed
from storage.tables import LearningSession, RunStatus, ScenarioRun, ScenarioTurn, SessionType

LONGEST_ANSWER = 400  # characters; what is longer is no line of a dialogue
FIRST_SCENE_PATIENCE = 2
PATIENCE = 4
SECOND_TAP = timedelta(seconds=10)  # what comes so soon after a move was meant for the same move


@dataclass(frozen=True, kw_only=True)
class SceneView:
    """The current turn of a run and what led to it: everything the screen shows."""

    run_id: int
    version: int
    title: str
    language: str
    screen: Screen
    step: Step | None = None
    opening: bool = False
    resumed: bool = False
    debrief: Debrief | None = None
    too_long: bool = False


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """A button came too late: the scene as it stands, and whether that was shown only a moment ago."""

    view: SceneView
    just_shown: bool


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
    park_open(visit)
    return _open(visit, scene)


def play_anew(visit: Visit, scenario_id: str) -> SceneView | Unfinished:
    """Open a scene from the start."""
    return play(visit, scenario_id, anew=True)


def _open(visit: Visit, scene: Scene) -> SceneView:
    played = completions.count(visit.connection, visit.user.id)
    earlier = earlier_plays(visit, scene)
    scene = scene.changed(earlier.change)
    step = dialogue.start(scene, variant_seed=played, earlier=earlier)
    run = ScenarioRun(
        user_id=visit.user.id,
        scenario_id=scene.id,
        language=scene.language,
        native=visit.user.native,
        pack_version=scene.version,
        state=step.progress.to_json(),
        status=RunStatus.OPEN,
        started_at=visit.now,
        asked_at=visit.now,
        last_turn_at=visit.now,
    )
    run.id = runs.start(visit.connection, run)
    _await(visit, run.id)
    return _view(scene, run, step.progress, step=step, opening=True)


def answer(visit: Visit, run_id: int, text: str) -> SceneView:
    """Play one turn: the learner's words in, verdict, memory, sitting and the partner's next line out."""
    run, scene, progress = _reopened(visit, run_id)
    if len(text) > LONGEST_ANSWER:
        unread = Step(progress=progress, help_level=progress.help_level)
        _keep_turn(visit, run, _Said(text=text, before=progress, step=unread))
        return _view(scene, _save(visit, run, progress), progress, too_long=True)
    step = dialogue.answer(scene, progress, text, patience=_patience(visit))
    return _taken(visit, run, scene, _Said(text=text, before=progress, step=step))


def pick(visit: Visit, run_id: int, version: int, number: int) -> SceneView:
    """Take one of the starter buttons as the answer."""
    run, scene, progress = _reopened(visit, run_id, version)
    starters = dialogue.screen(scene, progress).starters
    if not 0 <= number < len(starters):
        raise StaleButtonError
    text = starters[number]
    step = dialogue.answer(scene, progress, text, patience=_patience(visit), picked=True)
    return _taken(visit, run, scene, _Said(text=text, before=progress, step=step))


def guarded(visit: Visit, move: Callable[..., SceneView], run_id: int, *details: int) -> SceneView | Overtaken:
    """Make a move that a button asked for; if the scene has moved on since, show where it stands instead."""
    try:
        return move(visit, run_id, *details)
    except StaleButtonError:
        return redraw(visit, run_id)


def hint(visit: Visit, run_id: int | None = None, version: int | None = None) -> SceneView:
    """Open the next help of the current turn."""
    run, scene, progress = _reopened(visit, resumable(visit).id if run_id is None else run_id, version)
    _await(visit, run.id)
    helped, _ = dialogue.raise_help(scene, progress)
    return _view(scene, _save(visit, run, helped), helped)


def skip(visit: Visit, run_id: int, version: int) -> SceneView:
    """Show the model answer and let the story go on as if it had been said."""
    run, scene, progress = _reopened(visit, run_id, version)
    step = dialogue.skip(scene, progress)
    return _moved(visit, run, scene, step)


def resume(visit: Visit, run_id: int | None = None) -> SceneView:
    """Redraw the exact turn where the learner left off."""
    run, scene, progress = _reopened(visit, resumable(visit).id if run_id is None else run_id)
    runs.show_again(visit.connection, run.id, visit.now)
    _await(visit, run.id)
    return _view(scene, run, progress, resumed=bool(progress.answers), opening=not progress.answers)


def redraw(visit: Visit, run_id: int) -> Overtaken:
    """Show the current turn again, as an answer to a button that has been overtaken."""
    run, scene, progress = _unfinished(visit, run_id)
    return Overtaken(view=_view(scene, run, progress), just_shown=visit.now - run.asked_at < SECOND_TAP)


@dataclass(frozen=True, kw_only=True)
class _Said:
    """An answer and what it led to."""

    text: str
    before: Progress
    step: Step


def _taken(visit: Visit, run: ScenarioRun, scene: Scene, said: _Said) -> SceneView:
    _keep_turn(visit, run, said)
    return _moved(visit, run, scene, said.step)


def _moved(visit: Visit, run: ScenarioRun, scene: Scene, step: Step) -> SceneView:
    """Write what a step led to; at the end of the story, with everything the completion needs."""
    run = _save(visit, run, step.progress, status=_status(scene, step))
    session = _session(visit, run, step)
    if step.finished:
        users.change(visit.connection, visit.user.id, awaiting=None)
        debrief = complete_scenario(visit, Played(run=run, scene=scene, step=step, session=session))
        return _view(scene, run, step.progress, step=step, debrief=debrief)
    _await(visit, run.id)
    meet(visit, scene, step.meetings)
    schedule.practised(visit)
    return _view(scene, run, step.progress, step=step)


def _status(scene: Scene, step: Step) -> RunStatus:
    if not step.finished:
        return RunStatus.OPEN
    return RunStatus.COMPLETED if score(scene, step.progress).completed else RunStatus.NOT_COMPLETED


def _session(visit: Visit, run: ScenarioRun, step: Step) -> LearningSession:
    activity = Activity(session_type=SessionType.SCENARIO, source_id=run.scenario_id, language=run.language)
    session = start_session(visit, activity, run_id=run.id)
    counted = step.quality is not None and not step.repaired
    right = counted and step.quality is not None and step.quality >= RIGHT
    return update_session(visit, session, correct=int(right), incorrect=int(counted and not right))


def _keep_turn(visit: Visit, run: ScenarioRun, said: _Said) -> None:
    verdict, step = said.step.verdict, said.step
    runs.add_turn(
        visit.connection,
        ScenarioTurn(
            run_id=run.id,
            user_id=visit.user.id,
            update_id=visit.update_id,
            turn_id=said.before.turn,
            utterance=said.text,
            verdict=_verdict_word(step),
            intent=verdict.intent if verdict else None,
            slots=dict(verdict.slots) if verdict else {},
            error_id=verdict.error_id if verdict else None,
            layer=str(verdict.layer) if verdict else "unknown",
            help_level=step.help_level,
            quality=step.quality,
            latency_seconds=max(0, int((visit.now - run.asked_at).total_seconds())),
            said_at=visit.now,
        ),
    )


def _verdict_word(step: Step) -> str:
    """Return ok, slip or error for what was understood, and say what else it was otherwise."""
    if step.verdict is None or not step.understood:
        return "not_understood"
    if step.verdict.repair:
        return "repair"
    return str(step.verdict.form or "gist")


def _patience(visit: Visit) -> int:
    first = completions.count(visit.connection, visit.user.id) == 0
    return FIRST_SCENE_PATIENCE if first else PATIENCE


def _unfinished(visit: Visit, run_id: int) -> tuple[ScenarioRun, Scene, Progress]:
    run = own_run(visit, run_id)
    if run.status not in runs.UNFINISHED:
        raise StaleButtonError
    scene = scene_of(visit, run)
    return run, scene, dialogue.resume(scene, Progress.from_json(run.state))


def _reopened(visit: Visit, run_id: int, version: int | None = None) -> tuple[ScenarioRun, Scene, Progress]:
    """Return an unfinished run, open again if it was parked; a button of an earlier screen is stale."""
    run, scene, progress = _unfinished(visit, run_id)
    if version is not None and version != run.version:
        raise StaleButtonError
    if run.status is RunStatus.PARKED:
        park_open(visit)
        runs.set_status(visit.connection, run.id, RunStatus.OPEN, visit.now)
        run = changed(run, version=run.version + 1, status=RunStatus.OPEN)
    return run, scene, progress


def _save(visit: Visit, run: ScenarioRun, progress: Progress, status: RunStatus = RunStatus.OPEN) -> ScenarioRun:
    if not runs.save(visit.connection, run, state=progress.to_json(), status=status, now=visit.now):
        raise StaleButtonError
    return changed(run, version=run.version + 1, status=status)


def _await(visit: Visit, run_id: int) -> None:
    if visit.user.awaiting != f"run:{run_id}":
        users.change(visit.connection, visit.user.id, awaiting=f"run:{run_id}")


def _view(scene: Scene, run: ScenarioRun, progress: Progress, **rest: Any) -> SceneView:
    screen = dialogue.screen(scene, progress)
    return SceneView(
        run_id=run.id, version=run.version, title=scene.title, language=scene.language, screen=screen, **rest
    )
