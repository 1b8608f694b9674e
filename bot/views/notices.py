"""Kind words for everything that does not go as asked."""

from bot.errors import (
    NothingOpenError,
    NotYoursError,
    StaleButtonError,
    TutorError,
    UnknownCommandError,
    UnknownSceneError,
    UnknownZoneError,
)
from bot.services.clock import PLACES
from bot.views.debrief import city_of
from bot.views.learner_presses import Place
from bot.views.reply import Button, Reply, escape, shortened
from bot.views.scene_presses import Play
from bot.views.texts import Texts

_ASKED = 40


def error(problem: TutorError, _: Texts) -> Reply:
    """Word a situation a learner caused, with the way out."""
    match problem:
        case UnknownSceneError():
            return _unknown_scene(problem, _)
        case UnknownZoneError():
            return _unknown_zone(problem, _)
        case NothingOpenError():
            return Reply(text=_("There is no scene open. Choose one: /scenarios"))
        case StaleButtonError():
            text = _("That one is settled already.")
            ways = _("/continue goes on with your scene, /review with your words.")
            return Reply(text=f"{text} {ways}", toast=text)
        case NotYoursError():
            text = _("This button belongs to somebody else.")
            return Reply(text=text, toast=text)
        case UnknownCommandError():
            return Reply(text=_("I do not know that command. /help lists the ones I know."))
        case _:
            open_ways = _(
                "There is nothing to answer just now. /scenarios to play, /continue to go on, /review for words."
            )
            return Reply(text=open_ways)


def apology(_: Texts) -> Reply:
    """Own up to a failure of ours."""
    return Reply(text=_("Something went wrong on our side and nothing was changed. Please send that once more."))


def unreadable(_result: None, _: Texts) -> Reply:
    """Answer a sticker, a photo or a voice message."""
    return Reply(text=_("Nice, but I can only read text. Please type your answer."))


def cancelled(_result: None, _: Texts) -> Reply:
    """Confirm that nothing is waited for."""
    return Reply(text=_("All right. /scenarios to play, /continue to go on, /review for your words."))


def _unknown_scene(problem: UnknownSceneError, _: Texts) -> Reply:
    text = _("There is no scene “{asked}”. All scenes: /scenarios").format(
        asked=escape(shortened(problem.asked, _ASKED))
    )
    if problem.nearest is None:
        return Reply(text=text)
    suggested = Button(text=problem.title or problem.nearest, data=Play(problem.nearest).encode())
    ask = _("Did you mean this one?")
    return Reply(text=f"{text}\n{ask}", keyboard=[[suggested]])


def _unknown_zone(problem: UnknownZoneError, _: Texts) -> Reply:
    listed = [place for place in problem.nearest if place in PLACES]
    buttons = [[Button(text=city_of(place), data=Place(PLACES.index(place)).encode())] for place in listed]
    if listed and problem.asked[:1].isdecimal():
        which = _("Which of these places has your time? If none, type your city.")
        return Reply(text=which, keyboard=buttons)
    text = _("I do not know the place “{asked}”.").format(asked=escape(shortened(problem.asked, _ASKED)))
    others = [place for place in problem.nearest if place not in PLACES]
    also = _("Did you mean {names}?").format(names=", ".join(f"<code>/timezone {place}</code>" for place in others))
    how = _("Type a city or a zone, such as <code>/timezone Europe/Madrid</code>.")
    return Reply(text=" ".join((text, also if others else how)), keyboard=buttons)
