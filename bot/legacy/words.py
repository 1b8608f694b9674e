"""Words of the predecessor, from both tables in which it kept them, with what SM-2 made of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.legacy.fields import Fields
from bot.legacy.values import UnusableError, absent, flag
from scheduler import memory
from storage.memory_tables import SourceType

VOCABULARY_KEY = (("user_id",), ("language",), ("word",))
REPETITION_KEY = (("user_id",), ("item_id",), ("language_code",), ("item_type",), ("content",))
VOCABULARY_COLUMNS = (("word",), ("language",), ("translation",), ("ease_factor",), ("repetition_interval_days",))
REPETITION_COLUMNS = (("content",), ("language_code",), ("translation",), ("ease_factor",), ("interval_days",))
_EASE = 2.5
_LONGEST_WORD, _LONGEST_MEANING, _LONGEST_SENTENCE = 200, 300, 400
_SENTENCES = 5
_EDGES = " ,;"
_LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class OldMemory:
    """What was remembered of a word: FSRS's two numbers, the last review, and the one that was planned."""

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_at: datetime
    reps: int
    lapses: int


@dataclass(frozen=True, kw_only=True)
class OldWord:
    """One word as it is kept here."""

    word: str
    language: str | None
    meaning: str
    sentences: tuple[str, ...]
    source_type: SourceType
    source_id: str
    met_at: datetime | None
    memory: OldMemory | None
    active: bool = True
    broken_list: bool = False


def vocabulary_word(fields: Fields, now: datetime) -> OldWord:
    """Return a row of `vocabulary_items`.

    Its scene writer filled in a first right answer that nobody gave: only a date of review says that there was one.
    """
    word = _word(fields, "word")
    listed, whole = fields.texts("example_sentences")
    sentences = _sentences(fields, "example_sentences", word, listed)
    source = fields.text("source_document_id", longest=100)
    studied, wrong = fields.count("times_studied"), fields.count("times_incorrect")
    return OldWord(
        word=word,
        language=fields.language(),
        meaning=_meaning(fields),
        sentences=sentences,
        source_type=_source_type(fields.text("source_type"), source),
        source_id=source or _LEGACY,
        met_at=fields.instant("first_learned", "created_at"),
        memory=_memory(
            fields,
            now,
            last=("last_reviewed",),
            interval="repetition_interval_days",
            due="next_review_date",
            counts=(studied, wrong),
        )
        if not absent(fields.raw("last_reviewed"))
        else None,
        broken_list=not whole,
    )


def repetition_word(fields: Fields, now: datetime) -> OldWord:
    """Return a row of `spaced_repetition_items`; any kind of item is a word or chunk to study here."""
    word = _word(fields, "content")
    source = fields.text("source_content", "source_session_id", longest=100)
    studied, wrong = fields.count("total_reviews"), fields.count("incorrect_reviews")
    last = fields.raw("last_review_date")
    reviewed = studied > 0 or not absent(last)
    return OldWord(
        word=word,
        language=fields.language(),
        meaning=_meaning(fields),
        sentences=_sentences(fields, "example_usage", word, [fields.text("example_usage")]),
        source_type=_source_type(fields.text("source_content"), ""),
        source_id=source or _LEGACY,
        met_at=fields.instant("first_seen_date", "created_at"),
        memory=_memory(
            fields,
            now,
            last=("last_review_date", "last_studied_date"),
            interval="interval_days",
            due="next_review_date",
            counts=(studied, wrong),
        )
        if reviewed
        else None,
        active=flag(fields.raw("is_active")),
    )


def _word(fields: Fields, name: str) -> str:
    found = fields.text(name).strip(_EDGES)
    if not found:
        raise UnusableError("there is no word")
    if len(found) > _LONGEST_WORD:
        raise UnusableError(f"the word is longer than {_LONGEST_WORD} characters")
    return found


def _meaning(fields: Fields) -> str:
    """Return the translation; where there is none, the definition says what a word means."""
    translation = fields.text("translation", longest=_LONGEST_MEANING)
    if translation:
        return translation
    return fields.text("definition", longest=_LONGEST_MEANING)


def _sentences(fields: Fields, name: str, word: str, listed: list[str]) -> tuple[str, ...]:
    """Return the sentences in which the word stands as it is studied, so that it can be left out."""
    holding = (one for one in listed if len(one) <= _LONGEST_SENTENCE and word.casefold() in one.casefold())
    found = tuple(dict.fromkeys(one for one in holding if one.casefold() != word.casefold()))[:_SENTENCES]
    if len(found) != len(listed):
        fields.keep(name)
    return found


def _source_type(said: str, document: str) -> SourceType:
    try:
        return SourceType(said.casefold())
    except ValueError:
        return SourceType.DOCUMENT if document else SourceType.MANUAL


def _memory(
    fields: Fields, now: datetime, *, last: tuple[str, ...], interval: str, due: str, counts: tuple[int, int]
) -> OldMemory | None:
    """Return what SM-2 knew of a word; one never reviewed has no memory, whatever its defaults say."""
    ease, days = fields.number("ease_factor"), fields.number(interval)
    planned, reviewed = fields.instant(due), fields.instant(*last)
    span = _span(days, planned, reviewed)
    if reviewed is None and counts[0] and planned is not None:
        reviewed = planned - timedelta(days=span)
    if reviewed is None:
        return None
    reviewed = min(reviewed, now)
    stability, difficulty = memory.from_sm2(_EASE if ease is None else ease, span)
    ahead = planned is not None and planned > reviewed
    return OldMemory(
        stability=stability,
        difficulty=difficulty,
        reviewed_at=reviewed,
        due_at=planned if planned is not None and ahead else reviewed + timedelta(days=span),
        reps=max(1, counts[0]),
        lapses=counts[1],
    )


def _span(days: float | None, planned: datetime | None, reviewed: datetime | None) -> float:
    """Return the interval in days: at least one, as SM-2 never plans a card for the day of its review."""
    if days is None and planned is not None and reviewed is not None:
        days = (planned - reviewed).total_seconds() / 86_400
    return min(max(days or 1.0, 1.0), memory.MAX_INTERVAL)
