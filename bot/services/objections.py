"""What a learner objects to: a move taken back, a verdict contested. What is contested waits for an admin's eye."""

from bot.errors import StaleButtonError
from bot.scenarios import asides, dialogue
from bot.scenarios.score import RIGHT
from bot.scenarios.step import remembered
from bot.services.learning_sessions import update_session
from bot.services.scenes import own_run
from bot.services.turns import OUTCOME, SceneView, await_answer, reopened, save, unfinished, view
from bot.services.visit import Visit
from storage import learning_sessions, runs
from storage.tables import SessionType


def go_back(visit: Visit, run_id: int, version: int) -> SceneView:
    """Take the last move back; its items leave the sitting, its words stay met."""
    run, scene, progress = reopened(visit, run_id, version)
    step = asides.back(scene, progress, dialogue.resume)
    if step is None:
        raise StaleButtonError
    undone = progress.outcomes[len(step.progress.outcomes) :]
    right = sum(outcome.quality >= RIGHT for outcome in undone)
    _uncount(visit, right=right, wrong=len(undone) - right)
    await_answer(visit, run.id)
    return view(scene, save(visit, run, step.progress), step.progress, step=step)


def contest(visit: Visit, turn_row: int) -> SceneView | None:
    """Believe a learner who says they were right, and keep it for an admin; of an ended run nothing is drawn."""
    turn = runs.turn(visit.connection, visit.user.id, turn_row)
    if turn is None:
        raise StaleButtonError
    run = own_run(visit, turn.run_id)
    if turn.contested_at is None:
        runs.contest(visit.connection, turn.id, visit.now)
    if run.status not in runs.UNFINISHED:
        return None
    run, scene, progress = unfinished(visit, turn.run_id)
    if turn.contested_at is not None:
        return view(scene, run, progress)
    step = asides.contested(scene, progress, turn=turn.turn_id, outcome=turn.details.get(OUTCOME))
    believed = remembered(step).progress
    return view(scene, save(visit, run, believed, run.status), believed)


def _uncount(visit: Visit, *, right: int, wrong: int) -> None:
    """Take items out of the sitting they were counted in, if the learner still sits there."""
    session = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.SCENARIO)
    if session is not None and session.items_correct >= right and session.items_incorrect >= wrong:
        update_session(visit, session, correct=-right, incorrect=-wrong)
