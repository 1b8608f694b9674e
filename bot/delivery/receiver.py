"""How updates come in: a long poll that stores every batch before it confirms it."""

import asyncio
import logging
from collections.abc import Iterator
from random import Random
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter

from bot.delivery import wire
from bot.delivery.backoff import pauses
from bot.delivery.intake import Intake
from bot.delivery.transport import Api, kind, seconds
from storage.connecting import is_outage, outage
from storage.inbox import RawUpdate

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
POLL_SECONDS = 50
BATCH = 100
APART_SECONDS = 0.025  # between two polls: about as far as Telegram is away; who writes alone does not wait for it
_BIGGEST = 2**63 - 1

_log = logging.getLogger("tertulia.receiver")


class TokenRefusedError(Exception):
    """Telegram does not know the token: check TUTOR_TELEGRAM_TOKEN."""


class Receiver:
    """A long poll: a batch is stored in one transaction and handed on; once it is kept, the next call confirms it."""

    def __init__(self, api: Api, intake: Intake, *, random: Random) -> None:
        self._api = api
        self._intake = intake
        self._random = random
        # No offset at first: Telegram then gives what was never confirmed, and ids may start anew after a quiet week.
        self._offset: int | None = None
        self._conflict = False
        self._next_at = 0.0

    async def run(self) -> None:
        """Receive until cancelled; only a refused token ends it by itself."""
        waits = pauses(self._random)
        while True:
            try:
                progress = await self._receive()
            except InvalidToken:
                raise TokenRefusedError(TokenRefusedError.__doc__) from None
            except Exception as error:  # noqa: BLE001 - receiving must outlive every outage
                await self._wait_out(error, waits)
                continue
            self._conflict = False
            if progress:
                waits = pauses(self._random)
            else:
                await asyncio.sleep(next(waits))

    async def _receive(self) -> bool:
        await self._in_turn()
        elements = await self._api.poll(
            POLL_SECONDS, offset=self._offset, limit=BATCH, allowed_updates=list(ALLOWED_UPDATES)
        )
        updates = [update for update in map(envelope, elements) if update is not None]
        if len(updates) < len(elements):
            _log.warning("Telegram sent something that is not an update; it is left out.")
        await self._intake.store(updates)
        self._offset = max((update.update_id + 1 for update in updates), default=self._offset)
        await self._intake.room()
        # A batch of nothing but rubbish confirms nothing and would come again at once, for ever.
        return bool(updates) or not elements

    async def _in_turn(self) -> None:
        """Wait until enough has passed since the last poll began: what comes meanwhile shares a poll and a commit."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next_at - loop.time()))
        self._next_at = loop.time() + APART_SECONDS

    async def _wait_out(self, error: Exception, waits: Iterator[float]) -> None:
        pause = next(waits)
        if isinstance(error, RetryAfter):
            pause = max(pause, seconds(error))
        if not isinstance(error, Conflict):
            reason = outage(error) if is_outage(error) else kind(error)
            _log.warning("Receiving failed (%s); the next attempt is in %.1f s.", reason, pause)
        elif not self._conflict:
            self._conflict = True
            _log.error("Another program receives this bot's updates (or a webhook is set): stop it; we keep trying.")
        await asyncio.sleep(pause)


def envelope(element: Any) -> RawUpdate | None:
    """Read only what storing an update needs, its id and its chat; whether the rest makes sense is seen later."""
    if not isinstance(element, dict) or not _is_id(element.get("update_id")) or element["update_id"] < 0:
        return None
    return RawUpdate(update_id=element["update_id"], chat_id=_chat_id(element), body=wire.written(element).decode())


def _chat_id(element: dict[str, Any]) -> int | None:
    for content in element.values():
        for place in (content, content.get("message") if isinstance(content, dict) else None):
            chat = place.get("chat") if isinstance(place, dict) else None
            if isinstance(chat, dict) and _is_id(chat.get("id")):
                return int(chat["id"])
    return None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_BIGGEST <= value <= _BIGGEST
