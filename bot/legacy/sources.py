"""The tables of the old file that have a counterpart here: how a row is read, and how it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.legacy import completions, sessions, words
from bot.legacy.fields import Fields
from bot.legacy.keeping import Kept, keep_completion, keep_session, keep_word

Names = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One table: what tells its rows apart, the columns it should have, and what a row becomes.

    A column may go by several names. Tables of one `kind` hold copies of each other's rows.
    """

    table: str
    kind: str
    key: Sequence[Names]
    columns: Sequence[Names]
    read: Callable[[Fields, datetime], Any]
    keep: Callable[..., Kept]


_SESSION = {
    "kind": "session",
    "key": sessions.KEY,
    "columns": sessions.COLUMNS,
    "read": sessions.session_of,
    "keep": keep_session,
}
SESSION_TABLES = ("learning_sessions_old", "learning_sessions")
SOURCES = (
    # The older table first: of a sitting that stands in both, it tells more.
    *(Source(table=name, **_SESSION) for name in SESSION_TABLES),  # type: ignore[arg-type]  # one of each, as above
    Source(
        table="vocabulary_items",
        kind="vocabulary_items",
        key=words.VOCABULARY_KEY,
        columns=words.VOCABULARY_COLUMNS,
        read=words.vocabulary_word,
        keep=keep_word,
    ),
    Source(
        table="spaced_repetition_items",
        kind="spaced_repetition_items",
        key=words.REPETITION_KEY,
        columns=words.REPETITION_COLUMNS,
        read=words.repetition_word,
        keep=keep_word,
    ),
    Source(
        table="scenario_progress_history",
        kind="scenario_progress_history",
        key=completions.KEY,
        columns=completions.COLUMNS,
        read=completions.completion_of,
        keep=keep_completion,
    ),
)
