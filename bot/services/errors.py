"""The errors a learner makes again and again: counted, named, and offered for a minute's practice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.scenarios.scene import Scene
from bot.services.visit import Visit
from storage import mistakes

MONTH = timedelta(days=30)
RECURS = 3  # The third time within a month is a habit.
TRENDS = 3
DRILL = "drill:"  # Before an error's id: what a sitting of practice is about.


@dataclass(frozen=True, kw_only=True)
class Recurring:
    """An error that keeps coming back: its id, its short name, how often it was made this month."""

    error_id: str
    label: str
    times: int


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How often an error was made last month and this month."""

    label: str
    before: int
    now: int


def recurring(visit: Visit, run_id: int) -> Recurring | None:
    """Return an error of a run that was made a third time this month, or more often, since it was drilled."""
    language = visit.user.target
    for error_id in filter(lambda made: _can_be_drilled(visit, made), mistakes.of_run(visit.connection, run_id)):
        since = visit.now - MONTH
        drilled = mistakes.drilled_at(visit.connection, visit.user.id, DRILL + error_id)
        start = max(since, drilled) if drilled else since
        times = mistakes.count_since(visit.connection, visit.user.id, language, error_id, start)
        if times >= RECURS:
            return Recurring(error_id=error_id, label=label(visit, error_id), times=times)
    return None


def _can_be_drilled(visit: Visit, error_id: str) -> bool:
    """Tell whether some scene predicts an error: its sentences are what is drilled."""
    scenes = visit.library.scenes(visit.user.target, visit.user.native)
    return any(error_id in scene.pack.malrules for scene in scenes)


def trends(visit: Visit) -> tuple[Trend, ...]:
    """Return how the errors of the last two months have come on, those that have become rarer first."""
    mine = (visit.connection, visit.user.id, visit.user.target)
    this = mistakes.counts(*mine, visit.now - MONTH)
    last = mistakes.counts(*mine, visit.now - 2 * MONTH, visit.now - MONTH)
    names = [name for name in {**last, **this} if last.get(name, 0) + this.get(name, 0) >= RECURS]
    ordered = sorted(names, key=lambda name: (this.get(name, 0) - last.get(name, 0), name))
    shown = ordered[:TRENDS]
    return tuple(Trend(label=label(visit, name), before=last.get(name, 0), now=this.get(name, 0)) for name in shown)


def label(visit: Visit, error_id: str) -> str:
    """Return the short name of an error: the gloss's, else the words it confuses, else its id in words."""
    scenes = visit.library.scenes(visit.user.target, visit.user.native)
    return _labelled(scenes, error_id) or _confused(scenes, error_id) or error_id.replace("_", " ")


def _labelled(scenes: Iterable[Scene], error_id: str) -> str:
    return next(
        (scene.gloss.labels[error_id] for scene in scenes if scene.gloss and error_id in scene.gloss.labels), ""
    )


def _confused(scenes: Iterable[Scene], error_id: str) -> str:
    rules = (scene.pack.malrules[error_id] for scene in scenes if error_id in scene.pack.malrules)
    return next((f"{rule.swap[0][0]}/{rule.swap[0][1]}" for rule in rules if rule.swap), "")
