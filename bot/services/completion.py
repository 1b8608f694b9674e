"""The end of a scene: completion, words and sitting are stored together, and the result is told.

`complete_scenario` runs inside the transaction of the learner's last turn. If anything in it fails, that turn has not
happened either: the run stays open as it was, and the same answer typed again finishes it, once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.scenarios.dialogue import Progress, Step
from bot.scenarios.scene import Scene
from bot.scenarios.score import Score, score
from bot.scenarios.speech import amount
from bot.scenarios.swapped import can_be_swapped
from bot.services import clock, schedule
from bot.services.clock import ClockQuestion
from bot.services.errors import Recurring, recurring
from bot.services.learning_sessions import complete_session
from bot.services.suggesting import Suggestion, suggest
from bot.services.visit import Visit
from bot.services.vocabulary import KNOWN_STABILITY_DAYS, meet
from storage import completions, vocabulary
from storage.memory_tables import VocabularyItem
from storage.rows import new
from storage.tables import LearningSession, RunKind, ScenarioCompletion, ScenarioRun
from storage.vocabulary import WordState


@dataclass(frozen=True, kw_only=True)
class Played:
    """One run at the moment it ends."""

    run: ScenarioRun
    scene: Scene
    step: Step
    session: LearningSession


@dataclass(frozen=True, kw_only=True)
class Debrief:
    """What came of a scene: the receipt a learner takes home."""

    run_id: int
    scenario_id: str
    title: str
    score: Score
    words: int
    words_due_on: date | None
    today: date
    weak_task: str
    missing: tuple[str, ...]
    total: str | None
    note: str
    clock: ClockQuestion | None = None
    kind: str = RunKind.FULL.value
    weak: bool = False
    swap: bool = False
    error: Recurring | None = None
    next: Suggestion | None = None


def complete_scenario(visit: Visit, played: Played) -> Debrief:
    """Store what the finished run amounts to, and sum it up."""
    result = score(played.scene, played.step.progress)
    if result.completed and played.run.kind == RunKind.FULL:
        integrate_scenario_completion(visit, played, result)
    else:
        # What the last answer met is kept as the words of every earlier turn were.
        create_sr_items_from_scenario(visit, played)
        record_learning_session(visit, played, result)
    schedule.practised(visit)
    told = _with_offers(visit, played, debrief(visit, played.run, played.scene, played.step.progress))
    return replace(told, clock=clock.ask_once(visit)) if told.words else told


def integrate_scenario_completion(visit: Visit, played: Played, result: Score) -> None:
    """Keep the completion, its words and its sitting: all of them, or (with the caller's transaction) none."""
    create_sr_items_from_scenario(visit, played)
    save_scenario_progress(visit, played, result)
    record_learning_session(visit, played, result)


def save_scenario_progress(visit: Visit, played: Played, result: Score) -> int:
    """Write the completion, one a run."""
    run = played.run
    return completions.record(
        visit.connection,
        new(
            ScenarioCompletion,
            user_id=visit.user.id,
            scenario_id=run.scenario_id,
            progress_id=run.id,
            language=run.language,
            started_at=run.started_at,
            completed_at=max(visit.now, run.started_at),
            duration_seconds=max(0, int((visit.now - run.started_at).total_seconds())),
            phases_completed=result.phases_completed,
            total_phases=result.total_phases,
            vocabulary_mastered=_mastered(visit, run),
            objectives_completed=list(result.objectives_completed),
            success_rate=result.success_rate,
            completion_score=result.completion_score,
            passed=result.passed,
        ),
    )


def create_sr_items_from_scenario(visit: Visit, played: Played) -> Sequence[VocabularyItem]:
    """Keep the words of the last answer; those of earlier turns were kept as they were met, ended run or not."""
    return meet(visit, played.scene, played.step.meetings)


def record_learning_session(visit: Visit, played: Played, result: Score) -> None:
    """End the sitting with what the scene amounted to; a part of one says only what was played."""
    if played.run.kind != RunKind.FULL:
        complete_session(visit, played.session, kind=played.run.kind)
        return
    complete_session(visit, played.session, completed=result.completed, completion_score=result.completion_score)


def debrief(visit: Visit, run: ScenarioRun, scene: Scene, progress: Progress) -> Debrief:
    """Sum up a run from what is stored."""
    result = score(scene, progress)
    met = _words_of(visit, run)
    total = progress.vars.get("total")
    return Debrief(
        run_id=run.id,
        scenario_id=run.scenario_id,
        title=scene.title,
        score=result,
        words=len(met),
        words_due_on=min((word.due_on for word in met if word.due_on and not word.item.known), default=None),
        today=visit.today,
        weak_task=scene.task(result.weak_turns[0]) if result.weak_turns and result.weak_turns[0] in scene.turns else "",
        missing=_missing(scene, result),
        total=amount(scene, total) if isinstance(total, int) and total else None,
        note=next((phase.note for phase in reversed(scene.phases) if phase.note), ""),
        kind=run.kind,
    )


def _with_offers(visit: Visit, played: Played, told: Debrief) -> Debrief:
    """Add what can be done next; a play of a part is followed by nothing but the whole."""
    if played.run.kind != RunKind.FULL:
        return told
    done = told.score.completed
    return replace(
        told,
        weak=done and bool(told.weak_task),
        swap=told.score.passed and can_be_swapped(played.scene),
        error=recurring(visit, played.run.id),
        next=suggest(visit, after=played.scene.id) if done else None,
    )


def _missing(scene: Scene, result: Score) -> tuple[str, ...]:
    """Return the tasks that kept the scene from counting as done."""
    musts = (name for name in result.objectives_missed if scene.story.objectives[name].must)
    return tuple(_task_of(scene, name) for name in musts)


def _task_of(scene: Scene, objective: str) -> str:
    """Return the task at which an objective is reached."""
    turns = (turn for turn, hears in scene.turns.items() if any(i.meets == objective for i in hears.hears.values()))
    return scene.task(next(turns, "")) if scene.gloss else objective


def _words_of(visit: Visit, run: ScenarioRun) -> Sequence[WordState]:
    return vocabulary.words(visit.connection, visit.user.id, met_since=run.started_at, source_id=run.scenario_id)


def _mastered(visit: Visit, run: ScenarioRun) -> list[str]:
    """Return the cards of this scene that memory holds for at least three weeks."""
    learnt = vocabulary.words(visit.connection, visit.user.id, source_id=run.scenario_id)
    return [word.item.source_key for word in learnt if (word.stability or 0) >= KNOWN_STABILITY_DAYS]
