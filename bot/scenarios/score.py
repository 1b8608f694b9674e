"""What a finished play was worth, in whole numbers."""

from dataclasses import dataclass

from bot.scenarios.progress import Outcome, Progress
from bot.scenarios.scene import Scene

RIGHT = 90
PASSED = 70
WEAK = 80


@dataclass(frozen=True, kw_only=True)
class Score:
    """The result of one play; scores and rates run from 0 to 100."""

    completion_score: int
    success_rate: int
    completed: bool
    passed: bool
    objectives_completed: tuple[str, ...]
    objectives_missed: tuple[str, ...]
    phases_completed: int
    total_phases: int
    items_correct: int
    items_incorrect: int
    weak_turns: tuple[str, ...]


def score(scene: Scene, progress: Progress) -> Score:
    """Reckon up a play, finished or not."""
    reached = _reached(scene, progress)
    right = sum(outcome.quality >= RIGHT for outcome in progress.outcomes)
    completion = _completion(scene, reached)
    completed = progress.finished and _musts_are_met(scene, reached)
    return Score(
        completion_score=completion,
        success_rate=100 * right // len(progress.outcomes) if progress.outcomes else 0,
        completed=completed,
        passed=completed and completion >= PASSED,
        objectives_completed=tuple(name for name, quality in reached.items() if quality > 0),
        objectives_missed=_missed(scene, reached),
        phases_completed=len(scene.phases) if progress.finished else scene.phase_of.get(progress.turn, 0),
        total_phases=len(scene.phases),
        items_correct=right,
        items_incorrect=len(progress.outcomes) - right,
        weak_turns=_weak(progress.outcomes),
    )


def _reached(scene: Scene, progress: Progress) -> dict[str, int]:
    """Return the quality with which each objective of the path was reached."""
    found = {name: outcome.quality for outcome in progress.outcomes for name in outcome.met}
    return {name: found[name] for name in scene.story.objectives if name in found}


def _completion(scene: Scene, reached: dict[str, int]) -> int:
    """Weigh the objectives met on the path."""
    weights = {name: scene.story.objectives[name].w for name in reached}
    total = sum(weights.values())
    return sum(weights[name] * quality for name, quality in reached.items()) // total if total else 0


def _musts_are_met(scene: Scene, reached: dict[str, int]) -> bool:
    """Tell whether everything that had to be done was done by the learner."""
    return all(reached.get(name, 0) > 0 for name, objective in scene.story.objectives.items() if objective.must)


def _missed(scene: Scene, reached: dict[str, int]) -> tuple[str, ...]:
    """Return the objectives not done: reached with another's words, or a must that was never reached."""
    objectives = scene.story.objectives
    return tuple(name for name, objective in objectives.items() if reached.get(name, 0 if objective.must else 1) == 0)


def _weak(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return the turns worth saying again, the hardest first."""
    weak = sorted((outcome for outcome in outcomes if outcome.quality < WEAK), key=lambda outcome: outcome.quality)
    return tuple(dict.fromkeys(outcome.turn for outcome in weak))
