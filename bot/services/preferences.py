"""What learners set for themselves in a scene: how strictly their form is seen."""

from bot.errors import StaleButtonError
from bot.scenarios.dialogue import Strictness
from bot.services.visit import Visit
from storage import users

LEVELS = tuple(Strictness)  # A button carries the place in this row, so a new level goes to its end.


def strictness(visit: Visit) -> Strictness:
    """Return how strictly the learner's form is seen."""
    return Strictness(visit.user.strictness)


def choose_strictness(visit: Visit, level: int) -> Strictness:
    """Set how strictly the learner's form is seen from now on."""
    if not 0 <= level < len(LEVELS):
        raise StaleButtonError
    users.change(visit.connection, visit.user.id, strictness=LEVELS[level].value)
    return LEVELS[level]
