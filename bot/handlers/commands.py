"""Commands a learner can type."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.context import Command, Desk
from bot.delivery.arrival import Arrival
from bot.errors import UnknownCommandError
from bot.handlers.admin import admin
from bot.handlers.legible import legible
from bot.services import (
    clock,
    enrolment,
    hearing,
    helping,
    languages,
    leaving,
    practice,
    preferences,
    progress,
    review,
    scenes,
    vocabulary,
)
from bot.services.visit import Visit
from bot.views import debrief, dialogue, notices, onboarding, records
from bot.views import languages as languages_view
from bot.views import preferences as settings_view
from bot.views import review as review_view


async def run(desk: Desk, arrival: Arrival, text: str | None) -> None:
    """Run the command a text begins with."""
    name, *rest = legible(text).removeprefix("/").split(maxsplit=1)
    command = COMMANDS.get(name.partition("@")[0].lower(), unknown)
    await command(desk, arrival, rest[0].strip() if rest else "")


async def start(desk: Desk, arrival: Arrival, rest: str) -> None:
    """Greet the learner, or follow a deep link."""
    await desk.exchange.reply(arrival, enrolment.welcome, rest, view=onboarding.welcomed)


async def play(desk: Desk, arrival: Arrival, rest: str) -> None:
    """Open a scene by its id, or list the scenes."""
    if not rest:
        return await scenarios(desk, arrival, rest)
    return await desk.exchange.reply(arrival, practice.play, rest.split(maxsplit=1)[0], view=dialogue.opened)


async def timezone(desk: Desk, arrival: Arrival, rest: str) -> None:
    """Set the clock by name, or offer places."""
    if rest:
        return await desk.exchange.reply(arrival, clock.choose_named, rest, view=debrief.zone_set)
    return await desk.exchange.reply(arrival, clock.list_places, view=debrief.places)


def _plain(use_case: Callable[..., Any], view: Callable[..., Any]) -> Command:
    """Return a command that needs nothing but its name."""

    async def command(desk: Desk, arrival: Arrival, _rest: str) -> None:
        await desk.exchange.reply(arrival, use_case, view=view)

    return command


def _nothing(_visit: Visit) -> None:
    return None


def _refuse(_visit: Visit) -> Any:
    raise UnknownCommandError


scenarios = _plain(scenes.offers, dialogue.scene_list)
unknown = _plain(_refuse, notices.cancelled)
COMMANDS: Mapping[str, Command] = {
    "start": start,
    "scenarios": scenarios,
    "play": play,
    "continue": _plain(practice.resume, dialogue.played),
    "hint": _plain(helping.hint, dialogue.played),
    "quit": _plain(leaving.quit_scene, dialogue.left),
    "review": _plain(review.begin, review_view.asked),
    "words": _plain(vocabulary.words, records.words),
    "progress": _plain(progress.of_visit, records.progress),
    "feedback": _plain(preferences.strictness, settings_view.strictness),
    "timezone": timezone,
    "language": _plain(languages.languages, languages_view.chosen),
    "help": _plain(_nothing, lambda _result, texts: onboarding.commands(texts)),
    "delete": _plain(_nothing, onboarding.confirm_delete),
    "cancel": _plain(hearing.cancel, notices.cancelled),
    "admin": admin,
}
