"""Updates as they came in: stored before they are confirmed, marked done in the transaction that answers them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects import sqlite

from storage.clauses import among, inserting
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.rows import every, new, spelt, table
from storage.statements import Prepared

_LOOKED_AT = 10_000

_inbox = table(InboxUpdate)


def _ending(**values: Any) -> Prepared:
    """Prepare the end of an update; where one process has the tables to itself, one not stored yet is stored so."""
    ended = {"done_at": bindparam("now"), **values}
    still_new = _inbox.c.status == InboxStatus.NEW
    given: dict[str, Any] = {
        name: bindparam(name) for name in ("update_id", "chat_id", "body", "attempts", "received_at")
    }
    stored = sqlite.insert(_inbox).values({**given, **ended})
    return Prepared(
        stored.on_conflict_do_update(index_elements=[_inbox.c.update_id], set_=ended, where=still_new),
        on_postgres=update(_inbox).where(_inbox.c.update_id == bindparam("key"), still_new).values(ended),
    )


_accept = inserting(_inbox, or_ignore=True, returning=[_inbox.c.update_id])
_known = Prepared(select(_inbox.c.update_id).where(among(_inbox.c.update_id, "ids")))
_keep = inserting(_inbox)
_done = _ending(status=InboxStatus.DONE)
_bury = _ending(status=InboxStatus.DEAD, error=bindparam("reason"))
_failed = (
    update(_inbox)
    .where(_inbox.c.update_id == bindparam("key"), _inbox.c.status == InboxStatus.NEW)
    .values(attempts=_inbox.c.attempts + 1, error=bindparam("reason"))
    .returning(_inbox.c.attempts)
)
_undone = (
    select(_inbox)
    .where(_inbox.c.status == spelt(InboxStatus.NEW), _inbox.c.update_id > bindparam("after"))
    .order_by(_inbox.c.update_id)
    .limit(bindparam("limit"))
)
_undone_of = Prepared(
    select(_inbox)
    .where(_inbox.c.status == spelt(InboxStatus.NEW), among(func.coalesce(_inbox.c.chat_id, 0), "chats"))
    .order_by(_inbox.c.update_id)
)
# The highest id stays for ever: what counts its updates itself (the terminal) goes on from there.
_old = (
    select(_inbox.c.update_id)
    .where(
        _inbox.c.received_at < bindparam("before"),
        _inbox.c.status != InboxStatus.NEW,
        _inbox.c.update_id < select(func.max(_inbox.c.update_id)).scalar_subquery(),
    )
    .order_by(_inbox.c.received_at)
    .limit(bindparam("limit"))
)
# Through the index of undone rows: by time alone it would read every row that was ever stored.
_waiting = (
    select(_inbox.c.received_at)
    .where(_inbox.c.status == spelt(InboxStatus.NEW))
    .order_by(_inbox.c.update_id)
    .limit(_LOOKED_AT)
    .subquery()
)
_oldest_undone = select(func.min(_waiting.c.received_at))
_delete = delete(_inbox).where(_inbox.c.update_id.in_(_old))


@dataclass(frozen=True, kw_only=True, slots=True)
class RawUpdate:
    """What the receiver knows of an update before anyone has parsed it."""

    update_id: int
    chat_id: int | None
    body: str


def accept(connection: Connection, updates: Sequence[RawUpdate], now: datetime) -> set[int]:
    """Store a batch and return the ids that were not known before."""
    return set(_accept.many(connection, [vars(row_of(each, now)) for each in updates]).scalars()) if updates else set()


def keep(connection: Connection, updates: Sequence[InboxUpdate]) -> None:
    """Store those of a batch that nobody has stored: what is played in this very transaction already is."""
    known = set(_known(connection, ids=[each.update_id for each in updates]).scalars())
    _keep.many(connection, [vars(each) for each in updates if each.update_id not in known])


def row_of(update: RawUpdate, now: datetime) -> InboxUpdate:
    """Return an update as it is stored."""
    return new(
        InboxUpdate,
        update_id=update.update_id,
        chat_id=update.chat_id,
        body=update.body,
        status=InboxStatus.NEW,
        received_at=now,
    )


def done(connection: Connection, update: InboxUpdate, now: datetime) -> bool:
    """Mark an update handled, whether it is stored yet or not; false means that somebody already had."""
    return _done(connection, key=update.update_id, now=now, **vars(update)).rowcount == 1


def failed(connection: Connection, update_id: int, reason: str) -> int:
    """Count a failed attempt and return how many there were; `reason` is a kind of error, never a learner's words."""
    return connection.execute(_failed, {"key": update_id, "reason": reason}).scalar() or 0


def bury(connection: Connection, update: InboxUpdate, reason: str, now: datetime) -> None:
    """Set an update aside that cannot be handled, so that its neighbours are."""
    _bury(connection, key=update.update_id, now=now, reason=reason, **vars(update))


def undone(connection: Connection, *, after: int = -1, limit: int = 500) -> Sequence[InboxUpdate]:
    """Return what is still to be handled, in the order it came."""
    return every(InboxUpdate, connection.execute(_undone, {"after": after, "limit": limit}))


def undone_of(connection: Connection, chats: Collection[int]) -> Sequence[InboxUpdate]:
    """Return what is still to be handled in some chats, in the order it came; the chat 0 holds what has none."""
    return every(InboxUpdate, _undone_of(connection, chats=list(chats)))


def newest_id(connection: Connection) -> int:
    """Return the highest update id ever stored, or 0."""
    return connection.scalar(select(func.max(_inbox.c.update_id))) or 0


def delete_old(connection: Connection, before: datetime, limit: int) -> int:
    """Delete so many of the updates handled long ago, and return how many; Telegram repeats none after a day."""
    return connection.execute(_delete, {"before": before, "limit": limit}).rowcount


def oldest_undone_at(connection: Connection) -> datetime | None:
    """Return when the longest-waiting update came in."""
    oldest: datetime | None = connection.scalar(_oldest_undone)
    return oldest


def forget_chat(connection: Connection, chat_id: int) -> None:
    """Erase what a learner sent; bare update ids stay, so that a repeated delivery is still recognised."""
    connection.execute(update(_inbox).where(_inbox.c.chat_id == chat_id).values(chat_id=None, body=None, error=None))
