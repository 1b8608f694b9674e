"""One row, one call: which method with which parameters, and what Telegram's answer means for the row."""

from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.delivery.transport import Api, NotSent, kind, seconds
from storage import outbox
from storage.delivery_tables import Action, OutboxMessage, OutboxStatus
from storage.engine import Database

SLOTS_REMEMBERED = 2_000  # those of longer ago are asked for
# Telegram's wording, in lower case: what was wanted is already so, or can no longer matter.
_HARMLESS = ("message is not modified", "query is too old", "query id is invalid")
_UNCHANGEABLE = ("message can't be edited", "message to edit not found", "message_id_invalid", "message not found")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a row; without a status it stays at the head of its chat, to be tried again, or has gone."""

    status: OutboxStatus | None
    message_id: int | None = None
    reason: str | None = None
    wait: float | None = None
    unreachable: bool = False
    gone: bool = False  # another process has taken the row up


class Courier:
    """Makes the calls of rows and remembers which message stands in which slot."""

    def __init__(self, api: Api, database: Database) -> None:
        self._api = api
        self._database = database
        # What was sent in this run: a receipt may not be written yet, and looking here saves a query.
        self._slots: dict[tuple[int, str], int] = {}

    async def carry(self, row: OutboxMessage) -> Outcome:
        """Make the row's call and say what came of it."""
        try:
            message_id = await self._call(row)
        except TelegramError as error:
            return judge(row, error)
        if row.slot is not None and message_id is not None:
            self._remember(row.chat_id, row.slot, message_id)
        return Outcome(status=OutboxStatus.SENT, message_id=message_id)

    async def _call(self, row: OutboxMessage) -> int | None:
        payload = row.payload or {}
        if row.action is Action.ANSWER:
            await self._api.call("answerCallbackQuery", **payload)
            return None
        if row.action is Action.REACT:
            await self._api.call("setMessageReaction", chat_id=row.chat_id, **payload)
            return None
        standing = None if row.action is Action.SEND else await self._standing(row)
        if row.action is Action.STRIP:
            return await self._strip(row.chat_id, standing)
        if standing is not None and await self._edited(row, standing, payload):
            return standing
        message = await self._api.call("sendMessage", chat_id=row.chat_id, **payload)
        return int(message["message_id"])

    async def _edited(self, row: OutboxMessage, message_id: int, payload: dict[str, Any]) -> bool:
        """Change the message in place; false means that it can no longer be changed."""
        try:
            await self._api.call("editMessageText", chat_id=row.chat_id, message_id=message_id, **payload)
        except BadRequest as error:
            if _says(error, _UNCHANGEABLE):
                return False
            if not _says(error, _HARMLESS):
                raise
        return True

    async def _strip(self, chat_id: int, message_id: int | None) -> int | None:
        if message_id is not None:
            try:
                await self._api.call("editMessageReplyMarkup", chat_id=chat_id, message_id=message_id)
            except BadRequest:
                return None  # the message or its keyboard is gone already
        return message_id

    async def _standing(self, row: OutboxMessage) -> int | None:
        if row.slot is None:
            return None
        known = self._slots.get((row.chat_id, row.slot))
        if known is not None:
            return known
        return await self._database.run(outbox.message_in_slot, row.chat_id, row.slot)

    def _remember(self, chat_id: int, slot: str, message_id: int) -> None:
        self._slots.pop((chat_id, slot), None)
        self._slots[chat_id, slot] = message_id
        if len(self._slots) > SLOTS_REMEMBERED:
            del self._slots[next(iter(self._slots))]


def judge(row: OutboxMessage, error: TelegramError) -> Outcome:
    """Say what an error of Telegram or of the network means for a row."""
    if row.action is Action.REACT and not isinstance(error, Forbidden):
        # A nicety: nothing waits for it and nothing is tried again for it.
        return Outcome(status=OutboxStatus.EXPIRED, reason=kind(error))
    if isinstance(error, RetryAfter):
        return Outcome(status=None, wait=seconds(error))
    if isinstance(error, Forbidden):
        return Outcome(status=OutboxStatus.DEAD, reason="unreachable", unreachable=True)
    if isinstance(error, BadRequest):
        return Outcome(status=OutboxStatus.SENT if _says(error, _HARMLESS) else OutboxStatus.DEAD, reason=kind(error))
    if isinstance(error, NotSent | InvalidToken):
        return Outcome(status=None)
    if not isinstance(error, NetworkError):
        return Outcome(status=OutboxStatus.DEAD, reason=kind(error))
    # It may have arrived. A reminder must not come twice, a reply must not be missing.
    return Outcome(status=None if row.prompt_id is None else OutboxStatus.EXPIRED, reason="ambiguous")


def _says(error: BadRequest, phrases: tuple[str, ...]) -> bool:
    message = error.message.lower()
    return any(phrase in message for phrase in phrases)
