"""Commands a learner can type."""

from collections.abc import Mapping
from typing import Any

from telegram import Update

from bot.context import Command, Context, desk
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


async def on_command(update: Update, context: Context) -> None:
    """Run the command a text begins with."""
    message = update.effective_message
    name, *rest = legible(message.text if message else None).removeprefix("/").split(maxsplit=1)
    command = COMMANDS.get(name.partition("@")[0].lower(), unknown)
    await command(update, context, rest[0].strip() if rest else "")


async def start(update: Update, context: Context, rest: str) -> None:
    """Greet the learner, or follow a deep link."""
    await desk(context).exchange.reply(update, enrolment.welcome, rest, view=onboarding.welcomed)


async def scenarios(update: Update, context: Context, _rest: str) -> None:
    """List the scenes."""
    await desk(context).exchange.reply(update, scenes.offers, view=dialogue.scene_list)


async def play(update: Update, context: Context, rest: str) -> None:
    """Open a scene by its id."""
    if not rest:
        return await scenarios(update, context, rest)
    return await desk(context).exchange.reply(update, practice.play, rest.split(maxsplit=1)[0], view=dialogue.opened)


async def go_on(update: Update, context: Context, _rest: str) -> None:
    """Redraw the turn where the learner left off."""
    await desk(context).exchange.reply(update, practice.resume, view=dialogue.played)


async def hint(update: Update, context: Context, _rest: str) -> None:
    """Open the next help."""
    await desk(context).exchange.reply(update, helping.hint, view=dialogue.played)


async def leave(update: Update, context: Context, _rest: str) -> None:
    """Quit the scene."""
    await desk(context).exchange.reply(update, leaving.quit_scene, view=dialogue.left)


async def begin_review(update: Update, context: Context, _rest: str) -> None:
    """Ask the first due word."""
    await desk(context).exchange.reply(update, review.begin, view=review_view.asked)


async def words(update: Update, context: Context, _rest: str) -> None:
    """List the learner's words."""
    await desk(context).exchange.reply(update, vocabulary.words, view=records.words)


async def show_progress(update: Update, context: Context, _rest: str) -> None:
    """Show what the learner has done."""
    await desk(context).exchange.reply(update, progress.of_visit, view=records.progress)


async def feedback(update: Update, context: Context, _rest: str) -> None:
    """Offer how strictly the learner's form is seen."""
    await desk(context).exchange.reply(update, preferences.strictness, view=settings_view.strictness)


async def timezone(update: Update, context: Context, rest: str) -> None:
    """Set the clock by name, or offer places."""
    if rest:
        return await desk(context).exchange.reply(update, clock.choose_named, rest, view=debrief.zone_set)
    return await desk(context).exchange.reply(update, clock.list_places, view=debrief.places)


async def language(update: Update, context: Context, _rest: str) -> None:
    """Show which language is learnt and which one explains."""
    await desk(context).exchange.reply(update, languages.languages, view=languages_view.chosen)


async def show_help(update: Update, context: Context, _rest: str) -> None:
    """List the commands."""
    await desk(context).exchange.reply(update, _nothing, view=lambda _result, texts: onboarding.commands(texts))


async def delete(update: Update, context: Context, _rest: str) -> None:
    """Ask before everything is deleted."""
    await desk(context).exchange.reply(update, _nothing, view=onboarding.confirm_delete)


async def cancel(update: Update, context: Context, _rest: str) -> None:
    """Stop waiting for an answer."""
    await desk(context).exchange.reply(update, hearing.cancel, view=notices.cancelled)


async def unknown(update: Update, context: Context, _rest: str) -> None:
    """Say that there is no such command."""
    await desk(context).exchange.reply(update, _refuse, view=notices.cancelled)


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
