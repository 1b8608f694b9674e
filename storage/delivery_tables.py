"""What came in and what must go out: the two queues that make delivery survive any crash, and who serves which chat."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Document, value_enum
from storage.tables import NEVER_AGAIN, instant, own_id


class InboxStatus(StrEnum):
    """An update is new until the transaction that handled it commits; dead after three failures."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class OutboxStatus(StrEnum):
    """`sending` is committed before a prompt leaves, so that a crash in between is visible."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    EXPIRED = "expired"


class Action(StrEnum):
    """What the sender does: a message new or changed in its slot, a keyboard gone, a button answered, a reaction."""

    SEND = "send"
    EDIT = "edit"
    STRIP = "strip"
    ANSWER = "answer"
    REACT = "react"


class Priority(IntEnum):
    """Replies before prompts before broadcasts."""

    REPLY = 0
    PROMPT = 1
    BROADCAST = 2


class InboxUpdate(SQLModel, table=True):
    """A raw update, stored before it is confirmed to Telegram."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_new", "update_id", sqlite_where=text("status = 'new'"), postgresql_where=text("status = 'new'")
        ),
        Index("ix_inbox_received_at", "received_at"),
    )

    update_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    chat_id: int | None = Field(default=None, sa_type=BigId, index=True)
    body: str | None = None
    status: InboxStatus = Field(sa_column=Column(value_enum(InboxStatus), nullable=False))
    attempts: int = 0
    received_at: datetime = instant()
    done_at: datetime | None = instant(nullable=True)
    error: str | None = None


class OutboxMessage(SQLModel, table=True):
    """One call to Telegram, committed with the change that asked for it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unsent",
            "id",
            sqlite_where=text("status IN ('pending', 'sending')"),
            postgresql_where=text("status IN ('pending', 'sending')"),
        ),
        Index("ix_outbox_chat_id_slot_id", "chat_id", "slot", "id"),
        Index(
            "ix_outbox_unerased",
            "created_at",
            sqlite_where=text("payload IS NOT NULL"),
            postgresql_where=text("payload IS NOT NULL"),
        ),
        Index(
            "ix_outbox_prompt_id",
            "prompt_id",
            sqlite_where=text("prompt_id IS NOT NULL"),
            postgresql_where=text("prompt_id IS NOT NULL"),
        ),
        NEVER_AGAIN,
    )

    id: int = own_id()
    chat_id: int = Field(sa_type=BigId)
    action: Action = Field(sa_column=Column(value_enum(Action), nullable=False))
    priority: int
    payload: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    slot: str | None = None
    status: OutboxStatus = Field(sa_column=Column(value_enum(OutboxStatus), nullable=False))
    attempts: int = 0
    created_at: datetime = instant()
    expires_at: datetime | None = instant(nullable=True)
    sent_at: datetime | None = instant(nullable=True)
    message_id: int | None = Field(default=None, sa_type=BigId)
    error: str | None = None
    prompt_id: int | None = Field(
        default=None,
        sa_column=Column(BigId, ForeignKey("review_prompts.id", ondelete="CASCADE"), nullable=True),
    )
    forget: bool = False


class ChatClaim(SQLModel, table=True):
    """A chat that something waits for, where several processes share a database; `worker` is empty while it is free.

    Whatever is stored for a chat raises `news`: a claim is let go only by whoever has seen all of it.
    """

    __tablename__ = "chat_claims"
    __table_args__ = (
        Index(
            "ix_chat_claims_free",
            "chat_id",
            sqlite_where=text("worker IS NULL"),
            postgresql_where=text("worker IS NULL"),
        ),
    )

    chat_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    worker: int | None = Field(default=None, sa_type=BigId, index=True)
    news: int = Field(sa_type=BigId)


class SendBudget(SQLModel, table=True):
    """The one row that says until when the token's budget is spent, for all processes together."""

    __tablename__ = "send_budget"

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    spent_until: datetime = instant()
