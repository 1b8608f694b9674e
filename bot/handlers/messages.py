"""Everything that is not a button: answers, commands, stickers, and being blocked or let in again."""

import re
from collections.abc import Awaitable
from typing import Any

from telegram import ChatMember, Update
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters

from bot.context import Context, Desk, desk, desk_of
from bot.delivery.arrival import Arrival
from bot.delivery.dispatch import PlainHandler
from bot.handlers import commands
from bot.handlers.buttons import on_press
from bot.handlers.legible import legible
from bot.services import enrolment, hearing
from bot.services.visit import Visit
from bot.views import notices
from bot.views.heard import heard

COMMAND = re.compile(r"^/\w")


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> PlainHandler:
    """Tell python-telegram-bot which handler takes what, and return the one that takes a text without it."""
    message = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    application.add_handlers(
        [
            MessageHandler(message & filters.TEXT, on_text),
            MessageHandler(message, on_other_message),
            CallbackQueryHandler(on_press),
            ChatMemberHandler(on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]
    )

    def plain(arrival: Arrival, text: str) -> Awaitable[None]:
        return _take(desk_of(application), arrival, text, None)

    return plain


async def on_text(update: Update, context: Context) -> None:
    """Take a typed text that came with more than itself."""
    message = update.effective_message
    text = message.text if message else None
    replied = message.reply_to_message.message_id if message and message.reply_to_message else None
    await _take(desk(context), Arrival.of(update), text or "", replied)


async def _take(desk: Desk, arrival: Arrival, text: str, replied: int | None) -> None:
    """Run a command, or take a typed text to whatever it answers."""
    # By its first letter, not by Telegram's entities: a command is one however it was sent.
    if COMMAND.search(text):
        await commands.run(desk, arrival, text)
    else:
        await desk.exchange.reply(arrival, hearing.hear, legible(text), replied, view=heard)


async def on_other_message(update: Update, context: Context) -> None:
    """Say kindly that only text can be read."""
    await desk(context).exchange.reply(update, _nothing, view=notices.unreadable)


async def on_membership(update: Update, context: Context) -> None:
    """Note that the learner has blocked the bot, or let it in again."""
    change = update.my_chat_member
    blocked = change is not None and change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    await desk(context).exchange.reply(update, enrolment.set_reachable, not blocked, view=lambda _result, _texts: ())


def _nothing(_visit: Visit) -> None:
    return None
