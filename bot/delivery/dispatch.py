"""From a stored update to its handler: a plain text goes straight there, python-telegram-bot routes the rest.

No error of a handler is swallowed on either way.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ApplicationHandlerStop, CallbackContext
from telegram.request import BaseRequest

from bot.delivery import wire
from bot.delivery.arrival import Arrival, plain_text
from bot.delivery.backoff import pauses
from bot.delivery.exchange import Exchange
from bot.delivery.receiver import TokenRefusedError
from bot.delivery.transport import kind
from storage.delivery_tables import InboxUpdate
from storage.engine import is_outage

# What python-telegram-bot raises on an update that does not have the documented form.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
# Answers a plain typed text.
PlainHandler = Callable[[Arrival, str], Awaitable[None]]

_log = logging.getLogger("tertulia.dispatch")


def build_application(request: BaseRequest, polling: BaseRequest, root: str, token: str) -> AnyApplication:
    """Build the part of python-telegram-bot that we use: parsing and routing, on our transport."""
    builder = ApplicationBuilder().token(token).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot")
    return builder.request(request).get_updates_request(polling).updater(None).job_queue(None).build()


class Dispatch:
    """Hands each stored update of a private chat to the handler that `register` added for it, or returned for texts."""

    def __init__(
        self,
        application: AnyApplication,
        exchange: Exchange[Any, Any],
        *,
        register: Callable[[AnyApplication], PlainHandler | None],
        random: Random,
    ) -> None:
        self._application = application
        self._exchange = exchange
        self._random = random
        self._errors: dict[int, Exception] = {}
        self._plain = register(application)
        application.add_error_handler(self._note)

    async def start(self) -> None:
        """Learn the bot's own name, however long Telegram cannot be reached; a refused token ends it."""
        for pause in pauses(self._random):
            try:
                await self._application.initialize()
            except InvalidToken:
                raise TokenRefusedError(TokenRefusedError.__doc__) from None
            except TelegramError as error:
                _log.warning("Telegram cannot be reached (%s); the next attempt is in %.1f s.", kind(error), pause)
                await asyncio.sleep(pause)
            else:
                return

    async def stop(self) -> None:
        """Let go of the transport."""
        await self._application.shutdown()
        await self._application.bot.shutdown()

    async def handle(self, row: InboxUpdate) -> bool:
        """Handle one update; true means that nothing is left to do for it."""
        try:
            raw = wire.read(row.body or "")
            said = plain_text(raw)
            answering = self._plain(*said) if said is not None and self._plain is not None else None
            update = Update.de_json(raw, self._application.bot) if answering is None else None
        except UNREADABLE as error:
            await self._exchange.bury(row, error)
            return True
        if answering is not None:
            self._exchange.begin(row)
            return await self._finished(row, await _error_of(answering))
        if update is None or not _is_ours(update):
            await self._exchange.ignore(row)
            return True
        self._exchange.begin(row)
        return await self._route(update, row)

    async def _route(self, update: Update, row: InboxUpdate) -> bool:
        try:
            await self._application.process_update(update)
        finally:
            error = self._errors.pop(row.update_id, None)
        return await self._finished(row, error)

    async def _finished(self, row: InboxUpdate, error: Exception | None) -> bool:
        taken = self._exchange.took(row.update_id)
        if error is not None:
            # An outage is nobody's fault: the lane waits and tries again without counting.
            if is_outage(error):
                raise error
            return await self._exchange.fail(row, error)
        if not taken:
            await self._exchange.ignore(row)
        return True

    async def _note(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        # process_update swallows what a handler raises; this hands it back to the lane.
        if isinstance(update, Update) and context.error is not None:
            self._errors[update.update_id] = context.error
        raise ApplicationHandlerStop


async def _error_of(answering: Awaitable[None]) -> Exception | None:
    try:
        await answering
    except Exception as error:  # noqa: BLE001 - as process_update does, so that both ways end alike
        return error
    return None


def _is_ours(update: Update) -> bool:
    # Telegram may still hand out kinds it queued before we named the ones we want; an edited message is no answer.
    wanted = update.message or update.callback_query or update.my_chat_member
    chat, person = update.effective_chat, update.effective_user
    return wanted is not None and chat is not None and chat.type == ChatType.PRIVATE and person is not None
