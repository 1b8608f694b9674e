"""What a typed text led to, whatever it answered."""

from bot.services.clock import PlaceList, ZoneSet
from bot.services.drills import DrillStep
from bot.services.enrolment import Welcome, WhichNative
from bot.services.practice import SceneView, Unfinished
from bot.services.review import Answered
from bot.views import debrief, dialogue, drill, onboarding, review
from bot.views.reply import Reply
from bot.views.texts import Texts

Heard = SceneView | DrillStep | Answered | ZoneSet | PlaceList | Welcome | WhichNative | Unfinished


def heard(result: Heard, _: Texts) -> list[Reply]:
    """Show the next turn, the verdict, the clock, or the way in."""
    match result:
        case SceneView():
            return dialogue.played(result, _)
        case DrillStep():
            return [drill.asked(result, _)]
        case Answered():
            return [review.answered(result, _)]
        case ZoneSet():
            return [debrief.zone_set(result, _)]
        case PlaceList():
            return [debrief.places(result, _)]
        case _:
            return onboarding.welcomed(result, _)
