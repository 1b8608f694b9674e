"""The scene a learner left in the middle: reminders and reviews end with the way back to it."""

from dataclasses import dataclass

from bot.services.visit import Visit
from storage import runs
from storage.tables import RunStatus, ScenarioRun


@dataclass(frozen=True, kw_only=True)
class ParkedScene:
    """A run that waits, and what its scene is called."""

    run_id: int
    title: str


def park(visit: Visit) -> ParkedScene | None:
    """Park a scene left open, and return the one that waits."""
    run = runs.resumable(visit.connection, visit.user.id)
    if run is not None and run.status is RunStatus.OPEN:
        runs.set_status(visit.connection, run.id, RunStatus.PARKED, visit.now)
    return _named(visit, run)


def waiting(visit: Visit) -> ParkedScene | None:
    """Return the scene that waits, if there is one."""
    return _named(visit, runs.resumable(visit.connection, visit.user.id))


def _named(visit: Visit, run: ScenarioRun | None) -> ParkedScene | None:
    """Name a run's scene; one whose content is gone cannot be gone back to."""
    if run is None:
        return None
    titles = {scene.id: scene.title for scene in visit.library.scenes(run.language, run.native)}
    return ParkedScene(run_id=run.id, title=titles[run.scenario_id]) if run.scenario_id in titles else None
