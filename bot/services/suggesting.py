"""What to play next, and why: the words that are due, what was left unfinished, what has not been played for long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.scenarios.scene import Scene
from bot.scenarios.weaving import DueWord, fitting
from bot.services.scenes import due_words
from bot.services.visit import Visit
from scheduler import calendar
from storage import completions, runs
from storage.runs import LatestPlay
from storage.tables import RunStatus

RECYCLE, UNFINISHED, FIT, VARIETY = 25, 20, 35, 10  # Weights of the reasons; the learner's own goal is not asked yet.
ENOUGH_DUE = 5  # So many due words and more make a scene as worth playing as it can be.
LONG_AGO = 14  # Days after which a scene is as good as new.
EXPECTED = 80  # Percent: what a play should come to, neither too easy nor too hard.
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One scene to play next, with its reason: words due there, begun and not done, or simply new."""

    scenario_id: str
    title: str
    due: int = 0
    unfinished: bool = False


def suggest(visit: Visit, after: str) -> Suggestion | None:
    """Return the scene worth playing after one has been played, if there is another."""
    scenes = [scene for scene in visit.library.scenes(visit.user.target, visit.user.native) if scene.id != after]
    if not scenes:
        return None
    past, words = _past(visit), due_words(visit)
    weighed = [(_weight(visit, past, scene, words), scene) for scene in scenes]
    _, best = max(weighed, key=lambda one: one[0])
    return Suggestion(
        scenario_id=best.id,
        title=best.title,
        due=fitting(best, words) if words else 0,
        unfinished=_is_unfinished(past, best),
    )


@dataclass(frozen=True, kw_only=True)
class _Past:
    """What a learner has played in their language: the newest plays, the last scores, and the level they are at."""

    plays: Mapping[str, LatestPlay]
    scores: Mapping[str, int]
    level: int


def _past(visit: Visit) -> _Past:
    mine = (visit.connection, visit.user.id, visit.user.target)
    return _Past(
        plays=runs.latest_plays(*mine),
        scores=completions.latest_scores(*mine),
        level=_reached(visit, completions.passed_scenes(*mine)),
    )


def _weight(visit: Visit, past: _Past, scene: Scene, words: Sequence[DueWord]) -> int:
    recycled = min(fitting(scene, words), ENOUGH_DUE) * RECYCLE // ENOUGH_DUE if words else 0
    begun = UNFINISHED if _is_unfinished(past, scene) else 0
    return recycled + begun + _fit(past, scene) + _variety(visit, past, scene)


def _is_unfinished(past: _Past, scene: Scene) -> bool:
    """Tell whether the latest play was begun and did not come to its end."""
    latest = past.plays.get(scene.id)
    return latest is not None and latest.status in (RunStatus.PARKED, RunStatus.NOT_COMPLETED)


def _fit(past: _Past, scene: Scene) -> int:
    """Weigh how near a scene is to what the learner can just do: by their level, and by the last score in it."""
    last = past.scores.get(scene.id)
    if last is None:
        apart = LEVELS.index(scene.cefr) - past.level
        expected = EXPECTED - 25 * max(apart, 0) + 5 * max(-apart, 0)
    else:
        expected = min(100, last + 10)
    return max(0, FIT - FIT * abs(expected - EXPECTED) // EXPECTED)


def _reached(visit: Visit, passed: Sequence[str]) -> int:
    """Return the level a learner is at: the next one is open once three scenes of one have been passed."""
    levels = {scene.id: scene.cefr for scene in visit.library.scenes(visit.user.target, visit.user.native)}
    at = 0
    while at + 1 < len(LEVELS) and sum(levels.get(one) == LEVELS[at] for one in passed) >= 3:  # noqa: PLR2004 - as said
        at += 1
    return at


def _variety(visit: Visit, past: _Past, scene: Scene) -> int:
    """Weigh how long ago a scene was played; one never played is new."""
    latest = past.plays.get(scene.id)
    if latest is None:
        return VARIETY
    days = (visit.today - calendar.study_day(latest.started_at, visit.zone)).days
    return min(days, LONG_AGO) * VARIETY // LONG_AGO
