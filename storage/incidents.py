"""Troubles of the running bot: opened once, refreshed while they last, closed once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.clauses import insert_or_ignore
from storage.incident_tables import Incident
from storage.rows import every, table

_incidents = table(Incident)
_is_open = _incidents.c.closed_at.is_(None)


def begin(connection: Connection, kind: str, detail: str, now: datetime) -> bool:
    """Open an incident; where one of its kind is open already, refresh that and return false."""
    row = {"kind": kind, "detail": detail, "opened_at": now, "seen_at": now, "closed_at": None}
    fresh = insert_or_ignore(connection, _incidents).returning(_incidents.c.id)
    if connection.execute(fresh, row).first() is not None:
        return True
    connection.execute(update(_incidents).where(_incidents.c.kind == kind, _is_open).values(detail=detail, seen_at=now))
    return False


def unseen(connection: Connection, since: datetime) -> Sequence[Incident]:
    """Return what is open although nobody has seen it since."""
    faded = select(_incidents).where(_is_open, _incidents.c.seen_at < since).order_by(_incidents.c.id)
    return every(Incident, connection.execute(faded))


def end(connection: Connection, kind: str, now: datetime) -> bool:
    """Close the open incident of a kind; false means that none was, or that somebody else has just closed it."""
    closing = update(_incidents).where(_incidents.c.kind == kind, _is_open).values(closed_at=now)
    return connection.execute(closing).rowcount == 1


def forget(connection: Connection, before: datetime) -> None:
    """Delete what was over long ago."""
    connection.execute(delete(_incidents).where(_incidents.c.closed_at < before))
