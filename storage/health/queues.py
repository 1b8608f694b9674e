"""Queues: nothing waits for long that should have been handled, sent or given up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import Select

from storage import claims, outbox
from storage.delivery_tables import InboxStatus, InboxUpdate, OutboxMessage, OutboxStatus
from storage.health.check import Check, Look, streamed
from storage.outbox import Receipt
from storage.rows import table

_LONG = timedelta(hours=1)
_VERY_LONG = timedelta(days=1)

_inbox = table(InboxUpdate)
_outbox = table(OutboxMessage)


def _unhandled(look: Look) -> Iterator[int | str]:
    waiting = (_inbox.c.status == InboxStatus.NEW, _inbox.c.received_at < look.alive_at - _LONG)
    yield from streamed(look, select(_inbox.c.update_id).where(*waiting))


def _over(look: Look) -> Select[Any]:
    """Return messages that were leaving when something broke off, or whose time is over."""
    leaving = and_(_outbox.c.status == OutboxStatus.SENDING, _outbox.c.created_at < look.alive_at - _LONG)
    late = and_(_outbox.c.status == OutboxStatus.PENDING, _outbox.c.expires_at < look.alive_at - _LONG)
    return select(_outbox.c.id, _outbox.c.prompt_id).where(or_(leaving, late))


def _given_up(look: Look) -> Iterator[int | str]:
    yield from streamed(look, _over(look))


def _expire(look: Look) -> None:
    for row in look.connection.execute(_over(look)).all():
        told = Receipt(id=row.id, status=OutboxStatus.EXPIRED, at=look.now, prompt_id=row.prompt_id)
        outbox.settle(look.connection, [told])


def _unsent(look: Look) -> Iterator[int | str]:
    waiting = (_outbox.c.status == OutboxStatus.PENDING, _outbox.c.created_at < look.alive_at - _VERY_LONG)
    yield from streamed(look, select(_outbox.c.id).where(*waiting, _outbox.c.expires_at.is_(None)))


def _unclaimed(look: Look) -> Iterator[int | str]:
    if _is_shared(look):
        yield from claims.uncovered(look.connection)


def _cover(look: Look) -> None:
    if _is_shared(look):
        claims.cover(look.connection)


def _overdue(look: Look) -> Iterator[int | str]:
    if _is_shared(look):
        yield from claims.held_by_the_dead(look.connection)


def _free(look: Look) -> None:
    if _is_shared(look):
        claims.free_dead(look.connection)


def _is_shared(look: Look) -> bool:
    return look.connection.dialect.name == "postgresql"


CHECKS = (
    Check(name="inbox", broken="updates not handled for an hour", find=_unhandled),
    Check(name="outbox", broken="messages whose time is over, still in the queue", find=_given_up, repair=_expire),
    Check(name="outbox-age", broken="messages not sent for a day", find=_unsent),
    Check(name="unclaimed", broken="chats that wait and that no process would find", find=_unclaimed, repair=_cover),
    Check(name="overdue", broken="chats of a process that lives no more", find=_overdue, repair=_free),
)
