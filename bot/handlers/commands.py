"""Commands a learner can type."""

from collections.abc import Mapping
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


async def scenarios(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """List the scenes."""
    await desk.exchange.reply(arrival, scenes.offers, view=dialogue.scene_list)


async def play(desk: Desk, arrival: Arrival, rest: str) -> None:
    """Open a scene by its id."""
    if not rest:
        return await scenarios(desk, arrival, rest)
    return await desk.exchange.reply(arrival, practice.play, rest.split(maxsplit=1)[0], view=dialogue.opened)


async def go_on(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Redraw the turn where the learner left off."""
    await desk.exchange.reply(arrival, practice.resume, view=dialogue.played)


async def hint(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Open the next help."""
    await desk.exchange.reply(arrival, helping.hint, view=dialogue.played)


async def leave(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Quit the scene."""
    await desk.exchange.reply(arrival, leaving.quit_scene, view=dialogue.left)


async def begin_review(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Ask the first due word."""
    await desk.exchange.reply(arrival, review.begin, view=review_view.asked)


async def words(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """List the learner's words."""
    await desk.exchange.reply(arrival, vocabulary.words, view=records.words)


async def show_progress(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Show what the learner has done."""
    await desk.exchange.reply(arrival, progress.of_visit, view=records.progress)


async def feedback(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Offer how strictly the learner's form is seen."""
    await desk.exchange.reply(arrival, preferences.strictness, view=settings_view.strictness)


async def timezone(desk: Desk, arrival: Arrival, rest: str) -> None:
    """Set the clock by name, or offer places."""
    if rest:
        return await desk.exchange.reply(arrival, clock.choose_named, rest, view=debrief.zone_set)
    return await desk.exchange.reply(arrival, clock.list_places, view=debrief.places)


async def language(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Show which language is learnt and which one explains."""
    await desk.exchange.reply(arrival, languages.languages, view=languages_view.chosen)


async def show_help(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """List the commands."""
    await desk.exchange.reply(arrival, _nothing, view=lambda _result, texts: onboarding.commands(texts))


async def delete(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Ask before everything is deleted."""
    await desk.exchange.reply(arrival, _nothing, view=onboarding.confirm_delete)


async def cancel(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Stop waiting for an answer."""
    await desk.exchange.reply(arrival, hearing.cancel, view=notices.cancelled)


async def unknown(desk: Desk, arrival: Arrival, _rest: str) -> None:
    """Say that there is no such command."""
    await desk.exchange.reply(arrival, _refuse, view=notices.cancelled)


def _nothing(_visit: Visit) -> None:
    return None


def _refuse(_visit: Visit) -> Any:
    raise UnknownCommandError


COMMANDS: Mapping[str, Command] = {
    "start": start,
    "scenarios": scenarios,
    "play": play,
    "continue": go_on,
    "hint": hint,
    "quit": leave,
    "review": begin_review,
    "words": words,
    "progress": show_progress,
    "feedback": feedback,
    "timezone": timezone,
    "language": language,
    "help": show_help,
    "delete": delete,
    "cancel": cancel,
    "admin": admin,
}
