"""Telling Telegram which way updates are to come: asked for by us, or brought to our address."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.delivery.backoff import pauses
from bot.delivery.receiver import ALLOWED_UPDATES, TokenRefusedError
from bot.delivery.transport import Api, kind, seconds

CONNECTIONS = 40  # how many posts Telegram makes at once; each takes one transaction's share of time
LONGEST_SECONDS = 60.0

_log = logging.getLogger("tertulia.registration")


class Registration:
    """The two ways, each asked for until Telegram takes it; asking again for what already is changes nothing."""

    def __init__(self, api: Api, *, random: Random) -> None:
        self._api = api
        self._random = random

    async def ask_for_polling(self) -> None:
        """Take a webhook away that was set before: while one stands, polling is refused."""
        await self._until_taken("deleteWebhook", self._leave)

    async def ask_for_posts(self, url: str, secret: str) -> None:
        """Have updates brought to an address, every one with the secret; what waits at Telegram comes too."""
        await self._until_taken(
            "setWebhook",
            lambda: self._api.call(
                "setWebhook",
                url=url,
                secret_token=secret,
                allowed_updates=list(ALLOWED_UPDATES),
                max_connections=CONNECTIONS,
                drop_pending_updates=False,
            ),
        )
        _log.info("Telegram brings updates to the webhook.")

    async def _leave(self) -> None:
        try:
            await self._api.call("deleteWebhook")
        except BadRequest as error:
            # It heard us and will not; polling itself shows whether that matters.
            _log.warning("Telegram did not take deleteWebhook: %s", kind(error))

    async def _until_taken(self, method: str, call: Callable[[], Awaitable[object]]) -> None:
        for pause in pauses(self._random, longest=LONGEST_SECONDS):
            wait = pause
            try:
                await call()
            except InvalidToken:
                raise TokenRefusedError(TokenRefusedError.__doc__) from None
            except TelegramError as error:
                wait = max(pause, seconds(error)) if isinstance(error, RetryAfter) else pause
                _log.warning("Telegram did not take %s (%s); the next attempt is in %.1f s.", method, kind(error), wait)
            else:
                return
            await asyncio.sleep(wait)
