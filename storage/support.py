"""How much help learners get unasked, for each language they learn."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.rows import table
from storage.statements import Prepared
from storage.tables import SupportLevel

_levels = table(SupportLevel)
_level = Prepared(
    select(_levels.c.level).where(_levels.c.user_id == bindparam("who"), _levels.c.language == bindparam("spoken"))
)


def level(connection: Connection, user_id: int, language: str) -> int | None:
    """Return a learner's support level in a language, if it was ever set."""
    found: int | None = _level(connection, who=user_id, spoken=language).scalar()
    return found


def put(connection: Connection, user_id: int, language: str, level: int, now: datetime) -> None:
    """Set a learner's support level in a language."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = {"user_id": user_id, "language": language, "level": level, "changed_at": now}
    changed = {"level": level, "changed_at": now}
    connection.execute(
        insert(_levels).values(**fresh).on_conflict_do_update(index_elements=["user_id", "language"], set_=changed)
    )
