"""The ledger of the import: which rows of the old file are here already."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage.clauses import inserting
from storage.legacy_tables import LegacyImport
from storage.rows import table

_ledger = table(LegacyImport)
_note = inserting(_ledger)
_known = select(_ledger.c.imported_at).where(
    _ledger.c.user_id == bindparam("who"), _ledger.c.kind == bindparam("sort"), _ledger.c.legacy_key == bindparam("key")
)


def noted_at(connection: Connection, user_id: int, kind: str, legacy_key: str) -> datetime | None:
    """Return when a row of the old file was brought over, if it was."""
    earlier: datetime | None = connection.scalar(_known, {"who": user_id, "sort": kind, "key": legacy_key})
    return earlier


def note(connection: Connection, entry: LegacyImport) -> None:
    """Write down that a row of the old file is here now."""
    _note(connection, **vars(entry))


def count(connection: Connection) -> int:
    """Count what has been brought over."""
    return connection.scalar(select(func.count()).select_from(_ledger)) or 0
