"""The support level: how much help comes unasked. It fades as a learner manages without it, and comes back."""

from bot.scenarios.help import FREE, SHOWN
from bot.scenarios.progress import Progress
from bot.scenarios.score import RIGHT
from bot.scenarios.worth import BUILT, HELPED
from bot.services.visit import Visit
from storage import support
from storage.tables import RunKind, ScenarioRun

FIRST = 1
RISES_FROM, FALLS_UNDER = 80, 50  # percent of answers right without help
FEWEST = 4  # Answers a play must have to say anything about the learner.


def level(visit: Visit, language: str) -> int:
    """Return the learner's support level in a language; everybody begins with help on request."""
    found = support.level(visit.connection, visit.user.id, language)
    return FIRST if found is None else found


def after(visit: Visit, run: ScenarioRun, progress: Progress) -> None:
    """Let a play that came to its end raise or lower the level by one."""
    if run.kind != RunKind.FULL or len(progress.outcomes) < FEWEST:
        return
    now = level(visit, run.language)
    then = moved(now, unaided_percent(progress))
    if then != now:
        support.put(visit.connection, visit.user.id, run.language, then, visit.now)


def unaided_percent(progress: Progress) -> int:
    """Return how many of a hundred answers were right without help; words shown from the start are none at level 0."""
    enough = HELPED[BUILT] if progress.support == SHOWN else RIGHT
    right = sum(outcome.quality >= enough for outcome in progress.outcomes)
    return 100 * right // len(progress.outcomes) if progress.outcomes else 0


def moved(now: int, percent: int) -> int:
    """Return the level that follows from a play."""
    if percent >= RISES_FROM:
        return min(now + 1, FREE)
    return max(now - 1, SHOWN) if percent < FALLS_UNDER else now
