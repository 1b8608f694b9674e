"""What a typed text led to, whatever it answered."""

from bot.services.clock import ZoneSet
from bot.services.practice import SceneView
from bot.services.review import Answered
from bot.views import debrief, dialogue, review
from bot.views.reply import Reply
from bot.views.texts import Texts


def heard(result: SceneView | Answered | ZoneSet, _: Texts) -> list[Reply]:
    """Show the next turn, the verdict, or the clock."""
    match result:
        case SceneView():
            return dialogue.played(result, _)
        case Answered():
            return [review.answered(result, _)]
        case ZoneSet():
            return [debrief.zone_set(result, _)]
