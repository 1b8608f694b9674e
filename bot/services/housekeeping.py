"""What time alone brings about: sittings left idle end, scenes left idle are parked, old updates are forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.services.learning_sessions import IDLE
from storage import inbox, learning_sessions, outbox, runs

KEPT = timedelta(days=7)


def end_what_is_idle(connection: Connection, now: datetime) -> None:
    """End sittings and park scenes that nobody has touched for half an hour."""
    learning_sessions.end_idle(connection, now, IDLE)
    runs.park_idle(connection, now - IDLE)


def erase_what_is_old(connection: Connection, now: datetime) -> None:
    """Forget what learners sent, and what was sent to them, a week after it was dealt with."""
    inbox.erase_bodies(connection, now - KEPT)
    outbox.erase_payloads(connection, now - KEPT)
