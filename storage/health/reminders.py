"""Reminders: a plan for everybody with cards, in time, and no prompt left in the ledger as if it were to go out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.sql import Select

from scheduler import calendar, reminders
from storage import learning_sessions, prompts
from storage.delivery_tables import OutboxMessage, OutboxStatus
from storage.health.check import Check, Look, rows, streamed
from storage.memory_tables import Card, PromptSchedule, PromptStatus, ReviewPrompt, VocabularyItem
from storage.rows import every, table
from storage.tables import User

# The longest gap between two prompts is a week; a change of zone and quiet hours move one by less than two days more.
_LATEST = timedelta(days=9)
_QUEUED = timedelta(days=1)

_users = table(User)
_schedule = table(PromptSchedule)
_prompts = table(ReviewPrompt)
_cards = table(Card)
_items = table(VocabularyItem)
_outbox = table(OutboxMessage)
_studied = (
    select(_cards.c.id)
    .join(_items, _items.c.id == _cards.c.item_id)
    .where(_cards.c.user_id == _users.c.id, _items.c.known.is_(False), _cards.c.suspended.is_(False))
)
_planned = _users.outerjoin(_schedule, _schedule.c.user_id == _users.c.id)
_forgotten = (
    select(_users.c.id)
    .select_from(_planned)
    .where(
        or_(
            _schedule.c.user_id.is_(None),
            and_(_schedule.c.next_at.is_(None), _schedule.c.said_goodbye.is_(False)),
        ),
        _studied.exists(),
    )
)
_in_vain = select(_users.c.id).select_from(_planned).where(_schedule.c.next_at.is_not(None), ~_studied.exists())


def _late(look: Look) -> Select[Any]:
    """Return the learners whose plan lies far behind what is due."""
    due = (
        select(func.min(_cards.c.due_at))
        .join(_items, _items.c.id == _cards.c.item_id)
        .where(_cards.c.user_id == _users.c.id, _items.c.known.is_(False), _cards.c.suspended.is_(False))
        .scalar_subquery()
    )
    far = and_(_schedule.c.next_at > look.now + _LATEST, due < look.now + timedelta(days=1))
    return select(_users.c.id).select_from(_planned).where(far)


def _postponed(look: Look) -> Iterator[int | str]:
    yield from streamed(look, _late(look))


def _plan(connection: Connection, user: User, now: datetime) -> datetime | None:
    """Return when a learner is to be looked at, as practice or a change of settings would have planned it."""
    schedule, earliest_due_on = prompts.schedule_and_earliest(connection, user.id)
    return reminders.first_plan(
        zone=user.zone if user.zone_confirmed else None,
        hour=user.prompt_hour,
        quiet=calendar.Quiet(starts=user.quiet_starts, ends=user.quiet_ends),
        now=now,
        last_seen_at=user.last_seen_at,
        prompted_on=schedule.prompted_on,
        earliest_due_on=earliest_due_on,
        practised_at=learning_sessions.practised_at(connection, user.id),
    )


def _plan_anew(look: Look, learners: Select[Any]) -> None:
    wanted = select(_users).where(_users.c.id.in_(learners)).order_by(_users.c.id).with_for_update()
    for user in _values(look, wanted):
        next_at = _plan(look.connection, user, look.now)
        prompts.reschedule(look.connection, user.id, next_at=next_at, planned_at=next_at)


def _values(look: Look, wanted: Select[Any]) -> Sequence[User]:
    return every(User, look.connection.execute(wanted))


def _cancel(look: Look) -> None:
    vain = update(_schedule).where(_schedule.c.user_id.in_(_in_vain))
    look.connection.execute(vain.values(next_at=None, planned_at=None))


def _stuck(look: Look) -> Select[Any]:
    """Return ledger rows that wait for a message which is not in the outbox any more."""
    unsent = (OutboxStatus.PENDING, OutboxStatus.SENDING)
    going = select(_outbox.c.id).where(_outbox.c.prompt_id == _prompts.c.id, _outbox.c.status.in_(unsent))
    old = (_prompts.c.status == PromptStatus.QUEUED, _prompts.c.planned_at < look.alive_at - _QUEUED)
    return select(_prompts.c.id).where(*old, ~going.exists())


def _never_sent(look: Look) -> Iterator[int | str]:
    yield from streamed(look, _stuck(look))


def _expire(look: Look) -> None:
    for prompt_id in look.connection.execute(_stuck(look)).scalars().all():
        prompts.settle_prompt(look.connection, prompt_id, PromptStatus.EXPIRED, look.now)


CHECKS = (
    Check(
        name="plan",
        broken="learners with cards whom nobody will remind",
        find=rows(_forgotten),
        repair=lambda look: _plan_anew(look, _forgotten),
    ),
    Check(name="plan-in-vain", broken="learners to be reminded who have no card", find=rows(_in_vain), repair=_cancel),
    Check(
        name="plan-late",
        broken="learners whose next reminder lies far behind what is due",
        find=_postponed,
        repair=lambda look: _plan_anew(look, _late(look)),
    ),
    Check(name="ledger", broken="prompts queued for long that nobody will send", find=_never_sent, repair=_expire),
)
