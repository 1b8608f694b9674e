"""What a learner remembers and how it comes back: words, cards, the review log, questions and prompts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Document, value_enum
from storage.tables import NEVER_AGAIN, instant, own_id, user_id


class SourceType(StrEnum):
    """Where a word was met."""

    SCENARIO = "scenario"
    DOCUMENT = "document"
    MANUAL = "manual"
    CONVERSATION = "conversation"


class Direction(StrEnum):
    """What a card asks for: to understand the word, or to say it."""

    RECOGNITION = "recognition"
    PRODUCTION = "production"


class ReviewSource(StrEnum):
    """What occasioned a row of the review log; practice is logged but moves no memory."""

    REVIEW = "review"
    PROMPT = "prompt"
    SCENE = "scene"
    PRACTICE = "practice"
    CONTEST = "contest"
    UNDO = "undo"


class QuestionForm(StrEnum):
    """How a question is put."""

    CHOICE = "choice"
    GAP = "gap"


class QuestionStatus(StrEnum):
    """A question is answered once; a newer prompt takes the keyboard of an unanswered one."""

    OPEN = "open"
    ANSWERED = "answered"
    PASSED = "passed"


class PromptStatus(StrEnum):
    """What became of one day's prompt."""

    QUEUED = "queued"
    SENT = "sent"
    MISSED = "missed"
    EXPIRED = "expired"
    FAILED = "failed"


def item_id() -> Any:
    """Return the column that says which word a row belongs to."""
    return Field(sa_column=Column(BigId, ForeignKey("vocabulary_items.id", ondelete="CASCADE"), nullable=False))


def card_id() -> Any:
    """Return the column that says which card a row belongs to."""
    return Field(sa_column=Column(BigId, ForeignKey("cards.id", ondelete="CASCADE"), nullable=False, index=True))


class VocabularyItem(SQLModel, table=True):
    """A word or chunk one learner studies; the first source stays, later meetings are contexts."""

    __tablename__ = "vocabulary_items"
    __table_args__ = (
        UniqueConstraint("user_id", "language", "word"),
        Index("ix_vocabulary_items_user_id_source_id", "user_id", "source_id"),
        NEVER_AGAIN,
    )

    id: int = own_id()
    user_id: int = user_id()
    language: str
    word: str
    translation: str
    gap: str
    sentence: str
    sentence_translation: str
    recognition_only: bool = False
    source_type: SourceType = Field(sa_column=Column(value_enum(SourceType), nullable=False))
    source_id: str
    source_key: str
    known: bool = False
    created_at: datetime = instant()


class VocabularyContext(SQLModel, table=True):
    """A sentence in which a word was met or said."""

    __tablename__ = "vocabulary_contexts"
    __table_args__ = (UniqueConstraint("item_id", "sentence"),)

    id: int = own_id()
    item_id: int = item_id()
    user_id: int = user_id(index=True)
    source_type: SourceType = Field(sa_column=Column(value_enum(SourceType), nullable=False))
    source_id: str
    gap: str
    sentence: str
    sentence_translation: str
    own_line: bool = False
    met_at: datetime = instant()


class Card(SQLModel, table=True):
    """One direction of a word with its memory; a cache of the review log. `due_on` is the truth, `due_at` follows.

    The `first_` columns are what the log starts from: the first recall of a new card, or the memory that another
    program had built up before the word came here. They never change once the log has begun.
    """

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("item_id", "direction"),
        Index("ix_cards_user_id_due_on", "user_id", "due_on"),
        CheckConstraint("reps >= 0 AND lapses >= 0", name="counts_not_negative"),
    )

    id: int = own_id()
    item_id: int = item_id()
    user_id: int = user_id()
    direction: Direction = Field(sa_column=Column(value_enum(Direction), nullable=False))
    stability: float | None = None
    difficulty: float | None = None
    first_due_on: date
    first_stability: float | None = None
    first_difficulty: float | None = None
    first_reviewed_on: date | None = None
    first_reps: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    first_lapses: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    due_on: date
    due_at: datetime = instant()
    reviewed_on: date | None = None
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    created_at: datetime = instant()


class Review(SQLModel, table=True):
    """One row of the append-only log: the truth from which every card can be rebuilt."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 4", name="rating_range"),
        Index("ix_reviews_user_id_reviewed_on", "user_id", "reviewed_on"),
        Index("ix_reviews_reviewed_at", "reviewed_at"),
        NEVER_AGAIN,
    )

    id: int = own_id()
    card_id: int = card_id()
    user_id: int = user_id()
    question_id: int | None = Field(default=None, sa_type=BigId, index=True)
    rating: int
    reviewed_at: datetime = instant()
    reviewed_on: date
    source: ReviewSource = Field(sa_column=Column(value_enum(ReviewSource), nullable=False))
    help_level: int = 0
    answer: str | None = None
    undoes: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("reviews.id", ondelete="CASCADE"), nullable=True, unique=True)
    )


class Question(SQLModel, table=True):
    """One exercise shown; its id is in its buttons, so a second tap is recognised."""

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_user_id_session_id", "user_id", "session_id"), NEVER_AGAIN)

    id: int = own_id()
    user_id: int = user_id()
    card_id: int = card_id()
    session_id: int | None = Field(
        default=None,
        sa_column=Column(BigId, ForeignKey("learning_sessions.id", ondelete="CASCADE"), nullable=True, index=True),
    )
    form: QuestionForm = Field(sa_column=Column(value_enum(QuestionForm), nullable=False))
    body: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    status: QuestionStatus = Field(sa_column=Column(value_enum(QuestionStatus), nullable=False))
    from_prompt: bool = False
    help_level: int = 0
    asked_at: datetime = instant()
    answered_at: datetime | None = instant(nullable=True)
    answer: str | None = None
    right: bool | None = None
    contested: bool = False


class PromptSchedule(SQLModel, table=True):
    """When a learner is next looked at: narrow, so that the sweep's cost follows the number due.

    `planned_at` is the instant promised; `next_at` may be later on the same day while something holds the prompt back.
    """

    __tablename__ = "prompt_schedule"
    # Both columns, so that whoever is due is read from the index alone: the rows themselves lie scattered.
    __table_args__ = (Index("ix_prompt_schedule_next_at_user_id", "next_at", "user_id"),)

    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    next_at: datetime | None = instant(nullable=True)
    planned_at: datetime | None = instant(nullable=True)
    ignored: int = 0
    said_goodbye: bool = False
    prompted_on: date | None = None


class ReviewPrompt(SQLModel, table=True):
    """The ledger of reminders: at most one row per learner and local day, written before anything is sent."""

    __tablename__ = "review_prompts"
    __table_args__ = (
        UniqueConstraint("user_id", "local_on"),
        Index("ix_review_prompts_local_on_status", "local_on", "status"),
    )

    id: int = own_id()
    user_id: int = user_id()
    local_on: date
    planned_at: datetime = instant()
    status: PromptStatus = Field(sa_column=Column(value_enum(PromptStatus), nullable=False))
    wording: int | None = None
    question_id: int | None = Field(
        default=None,
        sa_column=Column(BigId, ForeignKey("questions.id", ondelete="SET NULL"), nullable=True, index=True),
    )
    sent_at: datetime | None = instant(nullable=True)
    answered_at: datetime | None = instant(nullable=True)
