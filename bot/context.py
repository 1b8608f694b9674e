"""What handlers reach through python-telegram-bot's context."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram.ext import Application, CallbackContext

from bot.delivery.arrival import Arrival
from bot.delivery.exchange import Exchange
from bot.services.visit import Visit
from bot.views.texts import Texts
from storage.engine import Database

Context = CallbackContext[Any, Any, Any, Any]
_KEY = "desk"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """All a handler needs: the exchange to reply through, what is read beside it, and who may do more."""

    exchange: Exchange[Visit, Texts]
    database: Database
    clock: Callable[[], datetime]
    admin_ids: frozenset[int]

    def put_on(self, bot_data: dict[str, Any]) -> None:
        """Make this desk the one that handlers find."""
        bot_data[_KEY] = self


Command = Callable[[Desk, Arrival, str], Awaitable[None]]


def desk(context: Context) -> Desk:
    """Return the desk a handler works at."""
    return desk_of(context.application)


def desk_of(application: Application[Any, Any, Any, Any, Any, Any]) -> Desk:
    """Return the desk that was put on an application."""
    found = application.bot_data[_KEY]
    assert isinstance(found, Desk)  # noqa: S101 - the composition root put it there
    return found
