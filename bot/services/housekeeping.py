"""What time alone brings about: sittings left idle end, scenes left idle are parked, old updates are forgotten.

Each step deals with one page and returns how many rows that were; fewer than `PAGE` means that nothing is left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.services.learning_sessions import IDLE
from storage import inbox, learning_sessions, outbox, questions, runs

KEPT = timedelta(days=7)
PAGE = 500


def end_idle_sittings(connection: Connection, now: datetime) -> int:
    """End sittings that nobody has touched for half an hour."""
    return learning_sessions.end_idle(connection, now - IDLE, PAGE)


def park_idle_scenes(connection: Connection, now: datetime) -> int:
    """Park scenes that nobody has touched for half an hour."""
    return runs.park_idle(connection, now - IDLE, PAGE)


def forget_updates(connection: Connection, now: datetime) -> int:
    """Delete what learners sent, a week after it was dealt with."""
    return inbox.delete_old(connection, now - KEPT, PAGE)


def forget_messages(connection: Connection, now: datetime) -> int:
    """Delete what was sent to learners a week ago; of what can still be answered the message's id stays."""
    old = outbox.settled(connection, now - KEPT, PAGE)
    placed = [row for row in old if row.slot is not None]
    answerable = _answerable(connection, [row.slot or "" for row in placed])
    kept = [row for row in placed if row.slot in answerable and row.arrived and not row.overtaken]
    outbox.clear_slots(connection, [row for row in placed if row.arrived or row.slot not in answerable])
    outbox.erase_payloads(connection, kept)
    outbox.delete_rows(connection, [row for row in old if row not in kept])
    return len(old)


def _answerable(connection: Connection, slots: Sequence[str]) -> frozenset[str]:
    """Return those slots that hold a question that stands, or a scene that can be gone on with."""
    asked = questions.open_among(connection, _numbers(slots, "question"))
    played = runs.unfinished_among(connection, _numbers(slots, "run"))
    standing = {f"question:{number}" for number in asked} | {f"run:{number}" for number in played}
    return frozenset(slot for slot in slots if ":".join(slot.split(":")[:2]) in standing)


def _numbers(slots: Sequence[str], kind: str) -> Sequence[int]:
    parts = [slot.split(":") for slot in slots]
    return sorted({int(part[1]) for part in parts if part[0] == kind and part[1:] and part[1].isdecimal()})
