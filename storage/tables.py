"""The learner, the scenes they play and what comes of them.

SQLModel classes are the tables; queries live beside them, one module a noun. Deleting a user deletes every row here.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Document, UtcDateTime, value_enum

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class RunStatus(StrEnum):
    """Where one play of a scenario stands."""

    OPEN = "open"
    PARKED = "parked"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    QUIT = "quit"


class RunKind(StrEnum):
    """What a run plays: the whole scene, one weak turn again, or the scene with the roles swapped.

    An imported one was played elsewhere: it only stands for the completion that was brought over, and has no turns.
    """

    FULL = "full"
    WEAK_TURN = "weak_turn"
    SWAPPED = "swapped"
    IMPORTED = "imported"


class Strictness(StrEnum):
    """How much a learner wants to be told about their form."""

    LIGHT = "light"
    NORMAL = "normal"
    STRICT = "strict"


class SessionType(StrEnum):
    """What a learner was doing."""

    SCENARIO = "scenario"
    VOCABULARY_REVIEW = "vocabulary_review"
    CONTENT_STUDY = "content_study"
    CONVERSATION = "conversation"


# Buttons and receipts hold ids: without this SQLite gives the highest ones anew once their rows are deleted.
NEVER_AGAIN = {"sqlite_autoincrement": True}


def own_id() -> Any:
    """Return the surrogate key of a row."""
    return Field(default=None, primary_key=True, sa_type=BigId)


def user_id(*, index: bool = False) -> Any:
    """Return the column that says whose row this is; it goes when the learner goes."""
    return Field(sa_column=Column(BigId, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=index))


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """Return a column holding an instant in UTC."""
    return Field(default=None if nullable else ..., sa_column=Column(UtcDateTime, nullable=nullable, index=index))


class User(SQLModel, table=True):
    """A learner; the id is Telegram's."""

    __tablename__ = "users"

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    native: str = "en"
    target: str = "es"
    experience: str | None = None
    strictness: str = Field(default=Strictness.NORMAL.value, sa_column_kwargs={"server_default": "normal"})
    zone: str = "UTC"
    zone_confirmed: bool = False
    clock_asked: bool = False
    prompt_hour: int = 9
    quiet_starts: int = 21
    quiet_ends: int = 8
    desired_retention: float = 0.9
    awaiting: str | None = None
    reachable: bool = True
    banned: bool = False
    created_at: datetime = instant()
    last_seen_at: datetime = instant()


class ScenarioRun(SQLModel, table=True):
    """One play of a scenario: the whole state of the dialogue, so that a restart loses nothing."""

    __tablename__ = "scenario_runs"
    __table_args__ = (
        Index(
            "uq_scenario_runs_open",
            "user_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_scenario_runs_user_id", "user_id"),
        NEVER_AGAIN,
    )

    id: int = own_id()
    user_id: int = user_id()
    scenario_id: str
    language: str
    native: str
    pack_version: int
    kind: str = Field(default=RunKind.FULL.value, sa_column_kwargs={"server_default": "full"})
    state: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    version: int = 0
    status: RunStatus = Field(sa_column=Column(value_enum(RunStatus), nullable=False))
    started_at: datetime = instant()
    asked_at: datetime = instant()
    last_turn_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class ScenarioTurn(SQLModel, table=True):
    """One message of a learner in a run, repairs and misunderstandings included."""

    __tablename__ = "scenario_turns"
    __table_args__ = (
        UniqueConstraint("run_id", "update_id"),
        Index("ix_scenario_turns_user_id_error_id", "user_id", "error_id"),
        Index(
            "ix_scenario_turns_contested",
            "contested_at",
            sqlite_where=text("contested_at IS NOT NULL"),
            postgresql_where=text("contested_at IS NOT NULL"),
        ),
    )

    id: int = own_id()
    run_id: int = Field(sa_column=Column(BigId, ForeignKey("scenario_runs.id", ondelete="CASCADE"), nullable=False))
    user_id: int = user_id()
    update_id: int = Field(sa_type=BigId)
    turn_id: str
    utterance: str
    verdict: str
    intent: str | None = None
    slots: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    error_id: str | None = None
    layer: str
    help_level: int
    quality: int | None = None
    latency_seconds: int
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(Document, nullable=False, server_default=text("'{}'"))
    )
    said_at: datetime = instant()
    contested_at: datetime | None = instant(nullable=True)


class SupportLevel(SQLModel, table=True):
    """How much help a learner gets unasked in a language: from 0, the words shown, to 3, none."""

    __tablename__ = "support_levels"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level_range"),)

    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    language: str = Field(primary_key=True)
    level: int
    changed_at: datetime = instant()


class ScenarioCompletion(SQLModel, table=True):
    """A scene played to its end with every goal reached that must be."""

    __tablename__ = "scenario_progress_history"
    __table_args__ = (
        CheckConstraint("success_rate BETWEEN 0 AND 100", name="success_rate_percent"),
        CheckConstraint("completion_score BETWEEN 0 AND 100", name="completion_score_percent"),
    )

    id: int = own_id()
    user_id: int = user_id(index=True)
    scenario_id: str = Field(index=True)
    progress_id: int = Field(
        sa_column=Column(BigId, ForeignKey("scenario_runs.id", ondelete="CASCADE"), nullable=False, unique=True)
    )
    language: str
    started_at: datetime = instant()
    completed_at: datetime = instant(index=True)
    duration_seconds: int
    phases_completed: int
    total_phases: int
    vocabulary_mastered: list[str] = Field(sa_column=Column(Document, nullable=False))
    objectives_completed: list[str] = Field(sa_column=Column(Document, nullable=False))
    success_rate: int
    completion_score: int
    passed: bool


class LearningSession(SQLModel, table=True):
    """One sitting, whatever the activity; open while `ended_at` is empty."""

    __tablename__ = "learning_sessions"
    __table_args__ = (
        CheckConstraint("items_studied = items_correct + items_incorrect", name="items_add_up"),
        Index(
            "ix_learning_sessions_open",
            "user_id",
            "session_type",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int = own_id()
    user_id: int = user_id(index=True)
    session_type: SessionType = Field(sa_column=Column(value_enum(SessionType), nullable=False, index=True))
    source_id: str | None = Field(default=None, index=True)
    language: str
    started_at: datetime = instant(index=True)
    last_activity_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    duration_seconds: int = 0
    items_studied: int = 0
    items_correct: int = 0
    items_incorrect: int = 0
    session_metadata: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
