"""What has been brought over from the predecessor: the ledger that makes a second import add nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Document
from storage.tables import instant


class LegacyImport(SQLModel, table=True):
    """One row of the old file that stands here now; `leftover` keeps those of its values that have no place here."""

    __tablename__ = "legacy_imports"

    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    kind: str = Field(primary_key=True)
    legacy_key: str = Field(primary_key=True)
    leftover: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    imported_at: datetime = instant()
