"""How much help learners get unasked, for each language they learn."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.rows import table
from storage.statements import Prepared
from storage.tables import SupportLevel

_levels = table(SupportLevel)
_level = Prepared(
    select(_levels.c.level).where(_levels.c.user_id == bindparam("who"), _levels.c.language == bindparam("spoken"))
)


def _setting(insert: Callable[..., Any]) -> Any:
    fresh = insert(_levels).values({column.name: bindparam(column.name) for column in _levels.c})
    changed = {name: fresh.excluded[name] for name in ("level", "changed_at")}
    return fresh.on_conflict_do_update(index_elements=["user_id", "language"], set_=changed)


_put = Prepared(_setting(sqlite.insert), on_postgres=_setting(postgresql.insert))


def level(connection: Connection, user_id: int, language: str) -> int | None:
    """Return a learner's support level in a language, if it was ever set."""
    found: int | None = _level(connection, who=user_id, spoken=language).scalar()
    return found


def put(connection: Connection, user_id: int, language: str, level: int, now: datetime) -> None:
    """Set a learner's support level in a language."""
    _put(connection, user_id=user_id, language=language, level=level, changed_at=now)
