"""What an admin may see and do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.services.visit import Visit
from scheduler import calendar
from storage import cards, completions, inbox, outbox, prompts, reviews, runs, users
from storage.memory_tables import PromptStatus, ReviewPrompt
from storage.runs import ContestedAnswer
from storage.tables import User

MOST_CONTESTED = 20
_TODAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The bot at a glance: the last 24 hours, and how long the queues have waited."""

    users: int
    active: int
    scenes: int
    reviews: int
    prompts: dict[PromptStatus, int]
    inbox_age: timedelta
    outbox_age: timedelta


@dataclass(frozen=True, kw_only=True)
class UserReport:
    """One learner: when they were here, what is due, and why the next prompt is when it is."""

    user: User | None
    asked: int
    due: int = 0
    next_at: datetime | None = None
    ignored: int = 0
    said_goodbye: bool = False
    latest: Sequence[ReviewPrompt] = ()


@dataclass(frozen=True, kw_only=True)
class Banned:
    """A learner shut out, or let in again."""

    user_id: int
    found: bool
    banned: bool


def overview(connection: Connection, now: datetime) -> Overview:
    """Count what happened lately."""
    since = now - _TODAY
    return Overview(
        users=users.count(connection),
        active=users.count(connection, seen_since=since),
        scenes=completions.count(connection, since=since),
        reviews=reviews.count_since(connection, since),
        prompts=prompts.counts_since(connection, since.date()),
        inbox_age=_age(inbox.oldest_undone_at(connection), now),
        outbox_age=_age(outbox.oldest_unsent_at(connection), now),
    )


def user_report(connection: Connection, now: datetime, user_id: int) -> UserReport:
    """Look at one learner."""
    user = users.get(connection, user_id)
    if user is None:
        return UserReport(user=None, asked=user_id)
    schedule = prompts.look_at(connection, user_id)
    today = calendar.study_day(now, calendar.zone(user.zone))
    return UserReport(
        user=user,
        asked=user_id,
        due=cards.count_due(connection, user_id, today),
        next_at=schedule.next_at if schedule else None,
        ignored=schedule.ignored if schedule else 0,
        said_goodbye=schedule.said_goodbye if schedule else False,
        latest=prompts.latest(connection, user_id, 3),
    )


def contested(connection: Connection, _now: datetime) -> Sequence[ContestedAnswer]:
    """Return what learners say was right after all, without saying who said it."""
    return runs.contested(connection, MOST_CONTESTED)


def ban(visit: Visit, user_id: int, banned: bool) -> Banned:  # noqa: FBT001 - the one thing it says
    """Shut a learner out, or let them in again."""
    found = users.get(visit.connection, user_id) is not None
    if found:
        users.change(visit.connection, user_id, banned=banned)
    return Banned(user_id=user_id, found=found, banned=banned)


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(now - since, timedelta()) if since is not None else timedelta()
