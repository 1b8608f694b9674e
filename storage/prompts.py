"""The reminders: who is to be looked at when, and the ledger of what was sent on which day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.cards import earliest_due
from storage.clauses import Changing, inserting
from storage.memory_tables import PromptSchedule, PromptStatus, ReviewPrompt
from storage.rows import every, first, new, table, value
from storage.statements import Prepared
from storage.tables import User

_schedule = table(PromptSchedule)
_prompts = table(ReviewPrompt)
_users = table(User)
_due = (
    select(_schedule.c.user_id)
    .where(_schedule.c.next_at <= bindparam("now"))
    .order_by(_schedule.c.next_at, _schedule.c.user_id)
    .limit(bindparam("limit"))
)
_by_user = select(_schedule).where(_schedule.c.user_id == bindparam("who"))
_mine = Prepared(_by_user)
_locked = Prepared(_by_user.with_for_update())
_with_earliest = Prepared(
    select(*_schedule.c, earliest_due(_schedule.c.user_id).label("earliest"))
    .where(_schedule.c.user_id == bindparam("who"))
    .with_for_update(of=_schedule)
)
_NAMES = tuple(_schedule.c.keys())
_begin = inserting(_schedule, or_ignore=True)
_reschedule = Changing(_schedule, _schedule.c.user_id)
_record = inserting(_prompts, or_ignore=True, returning=[_prompts.c.id])
_oldest_needed = (
    select(_prompts.c.id)
    .where(_prompts.c.user_id == bindparam("who"), _prompts.c.wording.is_not(None))
    .order_by(_prompts.c.local_on.desc())
    .limit(1)
    .offset(bindparam("needed"))
)
_fold = delete(_prompts).where(
    _prompts.c.user_id == bindparam("who"),
    _prompts.c.local_on < bindparam("before"),
    _prompts.c.id < _oldest_needed.scalar_subquery(),
)


def due_users(connection: Connection, now: datetime, limit: int) -> Sequence[int]:
    """Return the learners whose instant has come, the longest-waiting first."""
    return connection.execute(_due, {"now": now, "limit": limit}).scalars().all()


def schedule_of(connection: Connection, user_id: int) -> PromptSchedule:
    """Return a learner's schedule, made on first sight, and lock it where the database can."""
    return value(PromptSchedule, _NAMES, _begun(_locked, connection, user_id))


def schedule_and_earliest(connection: Connection, user_id: int) -> tuple[PromptSchedule, date | None]:
    """Return a learner's schedule as `schedule_of` does, with the day on which their next card is due."""
    *schedule, earliest = _begun(_with_earliest, connection, user_id)
    return value(PromptSchedule, _NAMES, schedule), earliest


def _begun(asked: Prepared, connection: Connection, user_id: int) -> Sequence[Any]:
    found = asked(connection, who=user_id).first()
    if found is None:
        _begin(connection, **vars(new(PromptSchedule, user_id=user_id)))
        found = asked(connection, who=user_id).first()
    assert found is not None  # noqa: S101 - it has just been written
    return found


def look_at(connection: Connection, user_id: int) -> PromptSchedule | None:
    """Return a learner's schedule as it stands, without touching it."""
    return first(PromptSchedule, _mine(connection, who=user_id))


def reschedule(connection: Connection, user_id: int, **changes: Any) -> None:
    """Change a learner's schedule: next_at, planned_at, ignored, said_goodbye, prompted_on."""
    _reschedule(connection, user_id, changes)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPrompt:
    """A row for the ledger."""

    user_id: int
    local_on: date
    planned_at: datetime
    status: PromptStatus
    wording: int | None = None
    question_id: int | None = None


def record(connection: Connection, prompt: NewPrompt) -> int | None:
    """Write the day's prompt into the ledger and return its id, or nothing if that day already has one."""
    found: int | None = _record(connection, **asdict(prompt), sent_at=None, answered_at=None).scalar()
    return found


def fold(connection: Connection, user_id: int, before: date, needed: int) -> int:
    """Delete a learner's rows of days long past, but never their newest worded ones; return how many went."""
    return connection.execute(_fold, {"who": user_id, "before": before, "needed": needed - 1}).rowcount


def settle_prompt(connection: Connection, prompt_id: int, status: PromptStatus, now: datetime) -> None:
    """Record what became of a prompt; one that never certainly arrived does not count as ignored."""
    sent = {"sent_at": now} if status is PromptStatus.SENT else {}
    changed = update(_prompts).where(_prompts.c.id == prompt_id).values(status=status, **sent)
    row = connection.execute(changed.returning(_prompts.c.user_id, _prompts.c.question_id)).one_or_none()
    if row is not None and status in (PromptStatus.EXPIRED, PromptStatus.FAILED):
        uncounted = update(_schedule).where(_schedule.c.user_id == row.user_id, _schedule.c.ignored > 0)
        connection.execute(uncounted.values(ignored=_schedule.c.ignored - 1))
        _unask(connection, row.user_id, row.question_id)


def _unask(connection: Connection, user_id: int, question_id: int | None) -> None:
    """Let typed text answer nothing rather than a question the learner may never have seen; its buttons still do."""
    asked = (_users.c.id == user_id, _users.c.awaiting == f"question:{question_id}")
    connection.execute(update(_users).where(*asked).values(awaiting=None))


def answered(connection: Connection, question_id: int, now: datetime) -> None:
    """Note that the learner took up a prompt's question."""
    connection.execute(update(_prompts).where(_prompts.c.question_id == question_id).values(answered_at=now))


def latest(connection: Connection, user_id: int, limit: int = 10) -> Sequence[ReviewPrompt]:
    """Return a learner's newest prompts, newest first."""
    mine = select(_prompts).where(_prompts.c.user_id == user_id).order_by(_prompts.c.id.desc()).limit(limit)
    return every(ReviewPrompt, connection.execute(mine))


def wordings(connection: Connection, user_id: int, limit: int) -> Sequence[int]:
    """Return the wordings of a learner's newest prompts, newest first."""
    worded = select(_prompts.c.wording).where(_prompts.c.user_id == user_id, _prompts.c.wording.is_not(None))
    return connection.execute(worded.order_by(_prompts.c.id.desc()).limit(limit)).scalars().all()


def counts_since(connection: Connection, since: date) -> dict[PromptStatus, int]:
    """Count the prompts of the days since a date by what became of them."""
    rows = connection.execute(
        select(_prompts.c.status, func.count()).where(_prompts.c.local_on >= since).group_by(_prompts.c.status)
    )
    return {row[0]: row[1] for row in rows}
