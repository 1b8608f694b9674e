"""Calls to Telegram waiting to be made: written with the change that asked for them, marked when they were made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from storage.clauses import among, inserting
from storage.delivery_tables import Action, OutboxMessage, OutboxStatus, Priority
from storage.memory_tables import PromptStatus
from storage.prompts import settle_prompt
from storage.rows import changed, every, new, spelt, table
from storage.statements import Prepared

_outbox = table(OutboxMessage)
_later = _outbox.alias("later")
_UNSENT = (OutboxStatus.PENDING, OutboxStatus.SENDING)
_SPELT = [spelt(status) for status in _UNSENT]
_put = inserting(_outbox, returning=[_outbox.c.id])
_unsent = (
    select(_outbox)
    .where(_outbox.c.status.in_(_SPELT), _outbox.c.id > bindparam("after"))
    .order_by(_outbox.c.id)
    .limit(bindparam("limit"))
)
_unsent_of = Prepared(
    select(_outbox).where(_outbox.c.status.in_(_SPELT), among(_outbox.c.chat_id, "chats")).order_by(_outbox.c.id)
)
_leaving = (
    update(_outbox)
    .where(_outbox.c.id == bindparam("key"), _outbox.c.status == OutboxStatus.PENDING)
    .values(status=OutboxStatus.SENDING, attempts=_outbox.c.attempts + 1)
)
_in_slot = Prepared(
    select(_outbox.c.message_id)
    .where(
        _outbox.c.chat_id == bindparam("chat"), _outbox.c.slot == bindparam("place"), _outbox.c.message_id.is_not(None)
    )
    .order_by(_outbox.c.id.desc())
    .limit(1)
)
_slot_of = Prepared(
    select(_outbox.c.slot)
    .where(
        _outbox.c.chat_id == bindparam("chat"),
        _outbox.c.message_id == bindparam("message"),
        _outbox.c.slot.is_not(None),
    )
    .order_by(_outbox.c.id.desc())
    .limit(1)
)
_receipt = Prepared(
    update(_outbox)
    # Spelt out, since a list cannot be expanded where many receipts are written at once.
    .where(_outbox.c.id == bindparam("key"), or_(*(_outbox.c.status == status for status in _UNSENT)))
    .values(
        status=bindparam("outcome"), sent_at=bindparam("at"), message_id=bindparam("message"), error=bindparam("reason")
    )
)
_overtaken = (
    select(_later.c.id)
    .where(
        _later.c.chat_id == _outbox.c.chat_id,
        _later.c.slot == _outbox.c.slot,
        _later.c.id > _outbox.c.id,
        _later.c.message_id.is_not(None),
    )
    .exists()
)
_settled = (
    select(_outbox.c.id, _outbox.c.chat_id, _outbox.c.slot, _outbox.c.message_id.is_not(None), _overtaken)
    .where(_outbox.c.payload.is_not(None), _outbox.c.created_at < bindparam("before"), _outbox.c.status.not_in(_UNSENT))
    .order_by(_outbox.c.created_at)
    .limit(bindparam("limit"))
)
_clear_slot = delete(_outbox).where(
    _outbox.c.chat_id == bindparam("chat"),
    _outbox.c.slot == bindparam("place"),
    _outbox.c.id < bindparam("key"),
    _outbox.c.payload.is_(None),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A call to be made; `payload` holds the method's own parameters, without the chat."""

    chat_id: int
    action: Action = Action.SEND
    payload: dict[str, Any] = field(default_factory=dict)
    slot: str | None = None
    priority: Priority = Priority.REPLY
    expires_at: datetime | None = None
    prompt_id: int | None = None
    forget: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What became of one row; `reason` is Telegram's word for it, never a learner's."""

    id: int
    status: OutboxStatus
    at: datetime
    message_id: int | None = None
    reason: str | None = None
    prompt_id: int | None = None
    forget: bool = False


def put(connection: Connection, drafts: Sequence[Draft], now: datetime) -> Sequence[OutboxMessage]:
    """Queue calls in order and return them as rows."""
    return [_queued(connection, draft, now) for draft in drafts]


def _queued(connection: Connection, draft: Draft, now: datetime) -> OutboxMessage:
    row = new(
        OutboxMessage,
        chat_id=draft.chat_id,
        action=draft.action,
        payload=draft.payload,
        slot=draft.slot,
        priority=draft.priority,
        status=OutboxStatus.PENDING,
        created_at=now,
        expires_at=draft.expires_at,
        prompt_id=draft.prompt_id,
        forget=draft.forget,
    )
    return changed(row, id=_put(connection, **vars(row)).scalar())


def unsent(connection: Connection, *, after: int = 0, limit: int = 500) -> Sequence[OutboxMessage]:
    """Return what has not certainly been sent, oldest first."""
    return every(OutboxMessage, connection.execute(_unsent, {"after": after, "limit": limit}))


def unsent_of(connection: Connection, chats: Collection[int]) -> Sequence[OutboxMessage]:
    """Return what has not certainly been sent to some chats, oldest first."""
    return every(OutboxMessage, _unsent_of(connection, chats=list(chats)))


def leaving(connection: Connection, row_id: int) -> bool:
    """Say that a prompt is about to leave, so that a crash in between is seen and not repeated.

    False means that it is not ours to send: another process has taken it up meanwhile.
    """
    return connection.execute(_leaving, {"key": row_id}).rowcount == 1


def message_in_slot(connection: Connection, chat_id: int, slot: str) -> int | None:
    """Return the last message sent for a slot of a chat, if any was."""
    found: int | None = _in_slot(connection, chat=chat_id, place=slot).scalar()
    return found


def slot_of_message(connection: Connection, chat_id: int, message_id: int) -> str | None:
    """Return what a message of ours was sent for."""
    slot: str | None = _slot_of(connection, chat=chat_id, message=message_id).scalar()
    return slot


def settle(connection: Connection, receipts: Sequence[Receipt]) -> None:
    """Record what became of a batch of rows, each once; what must be forgotten is deleted."""
    plain = [_values(receipt) for receipt in receipts if not _is_special(receipt)]
    if plain:
        _receipt.many(connection, plain)
    for receipt in filter(_is_special, receipts):
        _settle_one(connection, receipt)


def _is_special(receipt: Receipt) -> bool:
    return receipt.forget or receipt.prompt_id is not None


def _settle_one(connection: Connection, receipt: Receipt) -> None:
    final = receipt.status is not OutboxStatus.PENDING
    if receipt.forget and final:
        connection.execute(delete(_outbox).where(_outbox.c.id == receipt.id))
        return
    # A receipt may be written twice, after a commit of which nobody knew; the prompt's ledger must count it once.
    written = _receipt(connection, **_values(receipt)).rowcount == 1
    if written and final and receipt.prompt_id is not None:
        settle_prompt(connection, receipt.prompt_id, _prompt_status(receipt.status), receipt.at)


def _values(receipt: Receipt) -> Mapping[str, Any]:
    sent = receipt.at if receipt.status is OutboxStatus.SENT else None
    return {
        "key": receipt.id,
        "outcome": receipt.status,
        "at": sent,
        "message": receipt.message_id,
        "reason": receipt.reason,
    }


def _prompt_status(status: OutboxStatus) -> PromptStatus:
    outcomes = {OutboxStatus.SENT: PromptStatus.SENT, OutboxStatus.EXPIRED: PromptStatus.EXPIRED}
    return outcomes.get(status, PromptStatus.FAILED)


class Settled(NamedTuple):
    """A row dealt with long ago: whether its message arrived, and whether a later one took its slot."""

    id: int
    chat_id: int
    slot: str | None
    arrived: bool
    overtaken: bool


def settled(connection: Connection, before: datetime, limit: int) -> Sequence[Settled]:
    """Return so many of the rows dealt with long ago whose content is still there, the oldest first."""
    return [Settled(*row) for row in connection.execute(_settled, {"before": before, "limit": limit})]


def delete_rows(connection: Connection, rows: Sequence[Settled]) -> None:
    """Delete rows dealt with long ago."""
    if rows:
        connection.execute(delete(_outbox).where(_outbox.c.id.in_([row.id for row in rows])))


def erase_payloads(connection: Connection, rows: Sequence[Settled]) -> None:
    """Forget the content of rows that must stay because their messages may yet be changed or replied to."""
    if rows:
        changed = update(_outbox).where(_outbox.c.id.in_([row.id for row in rows]))
        connection.execute(changed.values(payload=None))


def clear_slots(connection: Connection, rows: Sequence[Settled]) -> None:
    """Delete what was kept of each row's slot before it."""
    if rows:
        places = [{"chat": row.chat_id, "place": row.slot, "key": row.id} for row in rows]
        connection.execute(_clear_slot, places)


def oldest_unsent_at(connection: Connection) -> datetime | None:
    """Return when the longest-waiting call was asked for."""
    oldest: datetime | None = connection.scalar(
        select(func.min(_outbox.c.created_at)).where(_outbox.c.status.in_(_SPELT))
    )
    return oldest


def forget_chat(connection: Connection, chat_id: int) -> None:
    """Delete everything that was ever queued for a chat."""
    connection.execute(delete(_outbox).where(_outbox.c.chat_id == chat_id))
