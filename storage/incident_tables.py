"""What went wrong with the running of the bot, so that every admin is told once, whichever process noticed."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables import instant, own_id


class Incident(SQLModel, table=True):
    """One trouble from when it was first seen until it was over; at most one of a kind is open."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index(
            "uq_incidents_open",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_incidents_closed_at", "closed_at"),
    )

    id: int = own_id()
    kind: str
    detail: str = Field(default="", sa_column_kwargs={"server_default": ""})
    opened_at: datetime = instant()
    seen_at: datetime = instant()
    closed_at: datetime | None = instant(nullable=True)
