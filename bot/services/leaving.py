"""Leaving a scene: for later, for good, or because another one begins. The words met are kept in every case."""

from dataclasses import dataclass

from bot.errors import StaleButtonError
from bot.services.learning_sessions import complete_session
from bot.services.scenes import own_run, resumable, scene_of
from bot.services.visit import Visit
from storage import learning_sessions, runs, users, vocabulary
from storage.tables import RunStatus, ScenarioRun, SessionType


@dataclass(frozen=True, kw_only=True)
class Left:
    """A run the learner has paused or quit."""

    run_id: int
    scenario_id: str
    title: str
    words: int
    paused: bool


def pause(visit: Visit, run_id: int) -> Left:
    """Park a run; it waits where it is."""
    run = own_run(visit, run_id)
    if run.status not in runs.UNFINISHED:
        raise StaleButtonError
    # One parked before is left alone: the learner may be in another scene by now.
    if run.status is RunStatus.OPEN:
        leave(visit, run, RunStatus.PARKED)
    return _left(visit, run, paused=True)


def quit_scene(visit: Visit) -> Left:
    """End the run the learner would go on with, without finishing it."""
    run = resumable(visit)
    leave(visit, run, RunStatus.QUIT)
    return _left(visit, run, paused=False)


def park_open(visit: Visit) -> bool:
    """Park the run the learner is in, if any: there is room for one open run. Tell whether there was one."""
    current = runs.open_run(visit.connection, visit.user.id)
    if current is not None:
        leave(visit, current, RunStatus.PARKED)
    return current is not None


def leave(visit: Visit, run: ScenarioRun, status: RunStatus) -> None:
    """Let go of a run: its sitting ends, and typed texts no longer go to it."""
    runs.set_status(visit.connection, run.id, status, visit.now)
    if visit.user.awaiting == f"run:{run.id}":
        users.change(visit.connection, visit.user.id, awaiting=None)
    session = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.SCENARIO)
    if session is not None and run.status is RunStatus.OPEN:
        complete_session(visit, session)


def _left(visit: Visit, run: ScenarioRun, *, paused: bool) -> Left:
    met = vocabulary.words(visit.connection, visit.user.id, met_since=run.started_at, source_id=run.scenario_id)
    title = scene_of(visit, run).title
    return Left(run_id=run.id, scenario_id=run.scenario_id, title=title, words=len(met), paused=paused)
