"""One turn of a run as it is stored: taken, kept, saved, shown; whatever a learner does in a scene goes this way."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.errors import StaleButtonError
from bot.scenarios import dialogue
from bot.scenarios.dialogue import Progress, Screen, Step
from bot.scenarios.feedback import ROW, may_be_contested
from bot.scenarios.glossary import WordGloss
from bot.scenarios.scene import Scene
from bot.scenarios.score import RIGHT, score
from bot.scenarios.values import replace
from bot.services import parts, schedule, support
from bot.services.completion import Debrief, Played, complete_scenario
from bot.services.learning_sessions import Activity, start_session, update_session
from bot.services.leaving import park_open
from bot.services.scenes import own_run, scene_of
from bot.services.visit import Visit
from bot.services.vocabulary import meet
from storage import runs, users
from storage.rows import changed, new
from storage.tables import LearningSession, RunKind, RunStatus, ScenarioRun, ScenarioTurn, SessionType

OUTCOME = "outcome"  # In a turn's details: which outcome of the run it led to.


@dataclass(frozen=True, kw_only=True)
class SceneView:
    """The current turn of a run and what led to it: everything the screen shows."""

    run_id: int
    version: int
    title: str
    language: str
    screen: Screen
    kind: str = RunKind.FULL.value
    due_word: str = ""
    waiting: str = ""
    step: Step | None = None
    opening: bool = False
    resumed: bool = False
    debrief: Debrief | None = None
    too_long: bool = False
    menu: bool = False
    no_more_help: bool = False
    words: tuple[WordGloss, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """A button came too late: the scene as it stands, and whether that was shown only a moment ago."""

    view: SceneView
    just_shown: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a learner said at a turn, and what it led to."""

    text: str
    before: Progress
    step: Step


def opened(visit: Visit, scene: Scene, step: Step, kind: RunKind = RunKind.FULL) -> SceneView:
    """Store a play that begins and show its first turn; what the learner types from now on answers it."""
    run = new(
        ScenarioRun,
        user_id=visit.user.id,
        scenario_id=scene.id,
        language=scene.language,
        native=visit.user.native,
        pack_version=scene.version,
        kind=kind.value,
        state=step.progress.to_json(),
        status=RunStatus.OPEN,
        started_at=visit.now,
        asked_at=visit.now,
        last_turn_at=visit.now,
    )
    run = changed(run, id=runs.start(visit.connection, run))
    await_answer(visit, run.id)
    return view(scene, run, step.progress, step=step, opening=True)


def taken(visit: Visit, run: ScenarioRun, scene: Scene, said: Said) -> SceneView:
    """Keep what was said, and write what it led to; a verdict that may be contested knows the row it stands on."""
    row = keep_turn(visit, run, said)
    progress = said.step.progress
    if progress.remark is not None and may_be_contested(said.step.feedback, said.step.verdict):
        progress = replace(progress, remark={**progress.remark, ROW: row})
    return moved(visit, run, scene, replace(said.step, progress=progress))


def moved(visit: Visit, run: ScenarioRun, scene: Scene, step: Step) -> SceneView:
    """Write what a step led to; at the end of the story, with everything the completion needs."""
    step, played = parts.settled(run, scene, step), run
    run = save(visit, run, step.progress, status=_status(run, scene, step))
    session = _session(visit, run, step)
    if step.finished:
        users.change(visit.connection, visit.user.id, awaiting=None)
        debrief = complete_scenario(visit, Played(run=run, scene=scene, step=step, session=session))
        parts.count_due_word(visit, played, step)
        support.after(visit, run, step.progress)
        return view(scene, run, step.progress, step=step, debrief=debrief)
    await_answer(visit, run.id)
    meet(visit, scene, step.meetings)
    parts.count_due_word(visit, played, step)
    schedule.practised(visit)
    return view(scene, run, step.progress, step=step)


def _status(run: ScenarioRun, scene: Scene, step: Step) -> RunStatus:
    if not step.finished:
        return RunStatus.OPEN
    if run.kind != RunKind.FULL:
        return RunStatus.COMPLETED
    return RunStatus.COMPLETED if score(scene, step.progress).completed else RunStatus.NOT_COMPLETED


def _session(visit: Visit, run: ScenarioRun, step: Step) -> LearningSession:
    activity = Activity(session_type=SessionType.SCENARIO, source_id=run.scenario_id, language=run.language)
    session = start_session(visit, activity, run_id=run.id)
    counted = step.quality is not None and not step.repaired
    right = counted and step.quality is not None and step.quality >= RIGHT
    return update_session(visit, session, correct=int(right), incorrect=int(counted and not right))


def keep_turn(visit: Visit, run: ScenarioRun, said: Said) -> int:
    """Keep one message of a learner with everything its verdict says, and return the row's id."""
    verdict, step = said.step.verdict, said.step
    return runs.add_turn(
        visit.connection,
        new(
            ScenarioTurn,
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
            details=_details(said),
            said_at=visit.now,
        ),
    )


def _details(said: Said) -> dict[str, Any]:
    """Return what a verdict says beyond the columns, and which outcome of the run it led to."""
    verdict, outcomes = said.step.verdict, len(said.before.outcomes)
    told: dict[str, Any] = {"differences": [], "signals": [], "confidence": 0}
    if verdict is not None:
        differences = [{**asdict(one), "kind": one.kind.value} for one in verdict.differences]
        told = {"differences": differences, "signals": list(verdict.signals), "confidence": verdict.confidence}
    return told | ({OUTCOME: outcomes} if len(said.step.progress.outcomes) > outcomes else {})


def _verdict_word(step: Step) -> str:
    """Return ok, slip or error for what was understood, and say what else it was otherwise."""
    if step.aside:
        return "aside"
    if step.verdict is None or not step.understood:
        return "not_understood"
    if step.verdict.repair:
        return "repair"
    return str(step.verdict.form or "gist")


def unfinished(visit: Visit, run_id: int) -> tuple[ScenarioRun, Scene, Progress]:
    """Return a run of this learner that has not ended, fitted to the pack as it is now."""
    run = own_run(visit, run_id)
    if run.status not in runs.UNFINISHED:
        raise StaleButtonError
    scene = scene_of(visit, run)
    return run, scene, dialogue.resume(scene, Progress.from_json(run.state))


def reopened(visit: Visit, run_id: int, version: int | None = None) -> tuple[ScenarioRun, Scene, Progress]:
    """Return an unfinished run, open again if it was parked; a button of an earlier screen is stale."""
    run, scene, progress = unfinished(visit, run_id)
    if version is not None and version != run.version:
        raise StaleButtonError
    if run.status is RunStatus.PARKED:
        park_open(visit)
        runs.set_status(visit.connection, run.id, RunStatus.OPEN, visit.now)
        run = changed(run, version=run.version + 1, status=RunStatus.OPEN)
    return run, scene, progress


def save(visit: Visit, run: ScenarioRun, progress: Progress, status: RunStatus = RunStatus.OPEN) -> ScenarioRun:
    """Write a run's new state; if somebody else wrote it meanwhile, the move was stale."""
    if not runs.save(visit.connection, run, state=progress.to_json(), status=status, now=visit.now):
        raise StaleButtonError
    return changed(run, version=run.version + 1, status=status)


def await_answer(visit: Visit, run_id: int) -> None:
    """Let the next typed text answer this run."""
    if visit.user.awaiting != f"run:{run_id}":
        users.change(visit.connection, visit.user.id, awaiting=f"run:{run_id}")


def view(scene: Scene, run: ScenarioRun, progress: Progress, **rest: Any) -> SceneView:
    """Return a run's current turn as it is shown."""
    return SceneView(
        run_id=run.id,
        version=run.version,
        title=scene.title,
        language=scene.language,
        screen=dialogue.screen(scene, progress),
        kind=run.kind,
        due_word=parts.asked_for(progress),
        **rest,
    )
