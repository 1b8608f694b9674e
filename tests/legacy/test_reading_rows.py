"""Facts about what one row of the old tables becomes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.legacy.completions import completion_of
from bot.legacy.fields import Fields
from bot.legacy.sessions import session_of
from bot.legacy.values import UnusableError
from bot.legacy.words import repetition_word, vocabulary_word
from storage.memory_tables import SourceType
from storage.tables import SessionType

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
BEGUN = datetime(2025, 11, 1, 10, tzinfo=UTC)
SESSION = {"session_type": "vocabulary", "language_code": "es", "started_at": "2025-11-01 10:00:00"}
WORD = {"item_id": "x", "language_code": "es", "content": "llave", "translation": "key", "ease_factor": 2.5,
        "interval_days": 10, "last_review_date": "2025-11-01 10:00:00", "next_review_date": "2025-11-11 10:00:00",
        "total_reviews": 5, "incorrect_reviews": 1}  # fmt: skip
COMPLETION = {"scenario_id": "cafe", "started_at": "2025-11-01 10:00:00", "completed_at": "2025-11-01 10:12:00",
              "duration_minutes": 12, "success_rate": 0.875, "completion_score": 87.5}  # fmt: skip


def fields(row: dict[str, Any], **values: Any) -> Fields:
    return Fields({**row, **values}, UTC)


def test_a_sitting_that_never_ended_ends_after_the_time_it_lasted() -> None:
    found = session_of(fields(SESSION, ended_at="", duration_minutes=7), NOW)
    assert (found.ended_at, found.duration_seconds) == (BEGUN + timedelta(minutes=7), 420)


def test_a_sitting_that_ended_before_it_began_trusts_its_start() -> None:
    found = session_of(fields(SESSION, ended_at="2025-11-01T10:30:00+02:00", duration_minutes=20), NOW)
    assert found.ended_at == BEGUN + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("said", "kind"),
    [("vocabulary", SessionType.VOCABULARY_REVIEW), ("tutor_mode", SessionType.CONVERSATION),
     ("Scenario", SessionType.SCENARIO), ("content_review", SessionType.CONTENT_STUDY)],
)  # fmt: skip
def test_each_kind_of_sitting_has_its_counterpart(said: str, kind: SessionType) -> None:
    assert session_of(fields(SESSION, session_type=said), NOW).session_type is kind


@pytest.mark.parametrize(
    ("counts", "right_and_wrong"),
    [
        ({"items_studied": 10, "items_correct": 8, "items_incorrect": 2}, (8, 2)),
        ({"items_studied": 5, "items_correct": 4, "items_incorrect": 0}, (4, 0)),  # cut down from a rate of 0.9
        ({"items_studied": 10, "items_correct": None, "items_incorrect": "", "accuracy_percentage": 80.0}, (8, 2)),
        ({"items_studied": 10, "items_correct": 0, "items_incorrect": 0, "accuracy_rate": 0.5}, (5, 5)),
        ({"items_studied": 10}, (0, 0)),
        ({}, (0, 0)),
    ],
)
def test_items_are_right_or_wrong_or_not_counted(counts: dict[str, Any], right_and_wrong: tuple[int, int]) -> None:
    found = session_of(fields(SESSION, **counts), NOW)
    assert (found.items_correct, found.items_incorrect) == right_and_wrong


def test_what_has_no_place_here_is_left_over() -> None:
    read = fields(SESSION, items_studied=5, items_correct=4, confidence_score=0.5, tutor_mode="", session_id="s-1")
    session_of(read, NOW)
    assert read.leftover() == {"items_studied": 5, "confidence_score": 0.5, "session_id": "s-1"}


def test_sm2_becomes_the_memory_that_fsrs_gives_it() -> None:
    found = repetition_word(fields(WORD), NOW).memory
    assert found is not None
    assert (found.stability, round(found.difficulty, 3)) == (10.0, 6.914)
    assert (found.reviewed_at, found.due_at) == (BEGUN, BEGUN + timedelta(days=10))
    assert (found.reps, found.lapses) == (5, 1)


def test_a_word_never_reviewed_has_no_memory_whatever_its_defaults_say() -> None:
    assert repetition_word(fields(WORD, last_review_date="", total_reviews=0), NOW).memory is None
    scene = {"language": "es", "word": "llave", "times_studied": 1, "ease_factor": 2.5, "repetition_interval_days": 1,
             "next_review_date": "2025-11-01 10:00:00"}  # fmt: skip
    assert vocabulary_word(fields(scene, last_reviewed=None), NOW).memory is None


def test_a_review_whose_date_is_lost_lay_an_interval_before_the_next() -> None:
    found = repetition_word(fields(WORD, last_review_date=None), NOW).memory
    assert found is not None
    assert found.reviewed_at == BEGUN


@pytest.mark.parametrize("interval", [None, "", 0, -3])
def test_an_interval_that_says_nothing_is_a_day_or_what_the_dates_say(interval: object) -> None:
    found = repetition_word(fields(WORD, interval_days=interval), NOW).memory
    assert found is not None
    assert found.stability == (10.0 if interval in (None, "") else 1.0)


def test_a_word_is_cleaned_of_what_stood_around_it_and_empty_ones_are_refused() -> None:
    assert repetition_word(fields(WORD, content="  llave, "), NOW).word == "llave"
    with pytest.raises(UnusableError, match="no word"):
        repetition_word(fields(WORD, content=" , "), NOW)


def test_only_sentences_in_which_the_word_stands_can_be_asked_and_the_others_are_left_over() -> None:
    listed = {"language": "es", "word": "llave", "example_sentences": '["La llave, por favor.", "Gracias."]'}
    read = fields(listed)
    assert vocabulary_word(read, NOW).sentences == ("La llave, por favor.",)
    assert read.leftover() == {"example_sentences": ["La llave, por favor.", "Gracias."]}


def test_a_definition_stands_in_for_a_missing_translation() -> None:
    assert repetition_word(fields(WORD, translation="", definition="opens a door"), NOW).meaning == "opens a door"


@pytest.mark.parametrize(
    ("said", "document", "kind"),
    [("scenario", "", SourceType.SCENARIO), ("", "doc-1", SourceType.DOCUMENT), (None, None, SourceType.MANUAL)],
)
def test_where_a_word_came_from_is_kept(said: object, document: object, kind: SourceType) -> None:
    row = {"language": "es", "word": "llave", "source_type": said, "source_document_id": document}
    assert vocabulary_word(fields(row), NOW).source_type is kind


@pytest.mark.parametrize(
    ("rate", "score", "found"),
    [(0.875, 87.5, (88, 88)), (None, "", (0, 0)), (1.2, 120.0, (100, 100)), (-0.5, -3, (0, 0)), (1, 100, (100, 100))],
)
def test_rates_become_whole_percents_within_their_bounds(rate: object, score: object, found: tuple[int, int]) -> None:
    done = completion_of(fields(COMPLETION, success_rate=rate, completion_score=score), NOW)
    assert (done.success_rate, done.completion_score) == found


def test_a_completion_that_was_never_completed_is_none() -> None:
    with pytest.raises(UnusableError, match="completed"):
        completion_of(fields(COMPLETION, completed_at=""), NOW)


def test_a_broken_list_of_a_completion_is_empty_here_and_left_over_as_it_was() -> None:
    read = fields(COMPLETION, vocabulary_mastered="[broken", objectives_completed='["greet"]')
    done = completion_of(read, NOW)
    assert (done.vocabulary, done.objectives, done.broken_lists) == ((), ("greet",), 1)
    assert read.leftover() == {"vocabulary_mastered": "[broken"}
