"""Learners: who they are, when they were last here, and what their next typed text answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.clauses import Changing, inserting
from storage.rows import first, new, only, table
from storage.statements import Prepared
from storage.tables import User

_users = table(User)
_by_id = select(_users).where(_users.c.id == bindparam("who"))
_visit = Prepared(
    update(_users)
    .where(_users.c.id == bindparam("who"))
    .values(last_seen_at=bindparam("now"), reachable=True)
    .returning(_users)
)
_enrol = inserting(_users, or_ignore=True)
_add = inserting(_users)
_get = Prepared(_by_id)
_lock = Prepared(_by_id.with_for_update())
_change = Changing(_users, _users.c.id)


def visit(connection: Connection, user_id: int, native: str, now: datetime) -> tuple[User, bool]:
    """Note that a learner is here, enrolling them on first sight; true means they are new.

    The update locks the row first of all, so that everything one learner does happens in one order.
    """
    known = first(User, _visit(connection, who=user_id, now=now))
    if known is not None:
        return known, False
    _enrol(connection, **vars(new(User, id=user_id, native=native, created_at=now, last_seen_at=now)))
    return only(User, _visit(connection, who=user_id, now=now)), True


def get(connection: Connection, user_id: int) -> User | None:
    """Return a learner, if there is such a one."""
    return first(User, _get(connection, who=user_id))


def locked(connection: Connection, user_id: int) -> User | None:
    """Return a learner with their row locked, so that a reminder and a message of theirs come one after the other."""
    return first(User, _lock(connection, who=user_id))


def enrol(connection: Connection, user: User) -> None:
    """Add a learner who has not been here yet, as they were known elsewhere."""
    _add(connection, **vars(user))


def change(connection: Connection, user_id: int, **values: Any) -> None:
    """Change settings of a learner."""
    _change(connection, user_id, values)


def forget(connection: Connection, user_id: int) -> None:
    """Delete a learner with everything that is theirs."""
    connection.execute(delete(_users).where(_users.c.id == user_id))


def count(connection: Connection, *, seen_since: datetime | None = None) -> int:
    """Count learners, all or those seen since an instant."""
    query = select(func.count()).select_from(_users)
    if seen_since is not None:
        query = query.where(_users.c.last_seen_at >= seen_since)
    return connection.scalar(query) or 0
