"""What an admin must hear of: judged from a few readings, told once when it begins and once when it is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from storage import incidents
from storage.queues import Queues

INBOX_AGE = timedelta(minutes=2)
OUTBOX_AGE = timedelta(minutes=5)
PROMPT_AGE = timedelta(minutes=30)
SWEEPS_MISSED = 20
SWEEP_AGE = timedelta(minutes=10)
# Over only when no process has seen it for so long: what comes and goes is told as one, and hosts may differ.
QUIET = timedelta(minutes=5)
KEPT = timedelta(days=90)
MEGABYTE = 1024 * 1024
LEAST_FREE = 500 * MEGABYTE
LOW_FREE, LOW_SHARE = 10 * 1024 * MEGABYTE, 0.05
MOST_NAMED = 5


class Kind(StrEnum):
    """What can be wrong."""

    BACKUP = "backup"
    PROMPTS = "prompts"
    DISK = "disk"
    INBOX = "inbox"
    OUTBOX = "outbox"
    CONTENT = "content"


# Seen once, when it happens, not whenever one looks; over when it is said to be.
_LASTING = frozenset((Kind.BACKUP,))


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What is judged: the queues, this process's sweep, the disk of its data, and content it refused."""

    queues: Queues
    swept_at: datetime
    sweep_every: timedelta
    disk: tuple[int, int] | None  # free and total bytes
    refused: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that has begun, or is over."""

    kind: Kind
    detail: str = ""
    over: bool = False


def judge(readings: Readings, now: datetime) -> dict[Kind, str]:
    """Return what is wrong now, each with the one figure or name that goes with it."""
    queues = readings.queues
    found = {
        Kind.PROMPTS: _overdue(readings, now),
        Kind.DISK: _nearly_full(readings.disk),
        Kind.INBOX: _minutes(queues.undone_since, now, INBOX_AGE),
        Kind.OUTBOX: _minutes(queues.reply_unsent_since, now, OUTBOX_AGE),
        Kind.CONTENT: ", ".join(readings.refused[:MOST_NAMED]),
    }
    return {kind: detail for kind, detail in found.items() if detail}


def note(connection: Connection, found: Mapping[Kind, str], now: datetime) -> Sequence[Change]:
    """Remember what is wrong now and return what has changed by that: each change once, whoever else looks too."""
    begun = [
        Change(kind=kind, detail=detail)
        for kind, detail in sorted(found.items())
        if incidents.begin(connection, kind, detail, now)
    ]
    faded = [Kind(row.kind) for row in incidents.unseen(connection, now - QUIET) if row.kind in set(Kind) - _LASTING]
    over = [change for kind in faded for change in end(connection, kind, now)]
    return [*begun, *over]


def end(connection: Connection, kind: Kind, now: datetime) -> Sequence[Change]:
    """Say that something is over, and return that if it was not known."""
    if not incidents.end(connection, kind, now):
        return ()
    incidents.forget(connection, now - KEPT)
    return (Change(kind=kind, over=True),)


def _overdue(readings: Readings, now: datetime) -> str:
    unswept = max(SWEEP_AGE, SWEEPS_MISSED * readings.sweep_every)
    return _minutes(readings.queues.prompt_due_since, now, PROMPT_AGE) or _minutes(readings.swept_at, now, unswept)


def _minutes(since: datetime | None, now: datetime, most: timedelta) -> str:
    return str((now - since) // timedelta(minutes=1)) if since is not None and now - since >= most else ""


def _nearly_full(disk: tuple[int, int] | None) -> str:
    if disk is None:
        return ""
    free, total = disk
    # A twentieth of a large disk is room enough for years.
    low = free < LEAST_FREE or (free < LOW_FREE and free < total * LOW_SHARE)
    return str(free // MEGABYTE) if low else ""
