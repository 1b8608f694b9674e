"""Build a file as the predecessor left it, before or after its migration of December 2025, with all its faults.

27 sittings, 54 vocabulary items, 202 spaced-repetition items; rows of users who are nowhere, times with and without a
zone in one column, empty texts for null, languages in several spellings, broken lists.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

SESSIONS, WORDS, REPETITIONS, COMPLETIONS = 27, 54, 202, 6
ANA, BEN, CARLA = 7_000_000_001, 7_000_000_002, 7_000_000_003
USERS = ((1, "ana_2025", "Europe/Madrid"), (2, "ben_2025", "UTC"), (3, "carla_2025", "UTC"), (4, "dora_2025", "UTC"))
ORPHAN = 99
MAP = f"legacy_user,telegram_id\n1,{ANA}\nben_2025,{BEN}\n3,{CARLA}\n"

SCHEMA = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id VARCHAR(50) NOT NULL UNIQUE, username VARCHAR(100), role VARCHAR(6),
    ui_language VARCHAR(10), timezone VARCHAR(50), last_login DATETIME, created_at DATETIME);
CREATE TABLE learning_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id VARCHAR(100) UNIQUE, user_id INTEGER, language_code VARCHAR(10),
    session_type VARCHAR(50), mode_specific_data JSON, duration_minutes INTEGER, items_studied INTEGER,
    items_correct INTEGER, items_incorrect INTEGER, accuracy_percentage REAL, average_response_time_ms INTEGER,
    confidence_score REAL, engagement_score REAL, difficulty_level INTEGER, new_items_learned INTEGER,
    items_reviewed INTEGER, streak_contributions INTEGER, goal_progress REAL, content_source VARCHAR(100),
    ai_model_used VARCHAR(50), tutor_mode VARCHAR(50), scenario_id VARCHAR(100), started_at TIMESTAMP,
    ended_at TIMESTAMP, created_at TIMESTAMP);
CREATE TABLE vocabulary_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, language VARCHAR(10), word VARCHAR(255),
    translation VARCHAR(255), definition TEXT, pronunciation VARCHAR(255), phonetic_transcription VARCHAR(255),
    difficulty_level INTEGER, frequency_score FLOAT, importance_score FLOAT, times_studied INTEGER,
    times_correct INTEGER, times_incorrect INTEGER, mastery_level FLOAT, example_sentences JSON, context_tags JSON,
    source_document_id VARCHAR(100), next_review_date DATETIME, repetition_interval_days INTEGER, ease_factor FLOAT,
    first_learned DATETIME, last_reviewed DATETIME, updated_at DATETIME);
CREATE TABLE spaced_repetition_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item_id VARCHAR(100) UNIQUE, user_id INTEGER, language_code VARCHAR(10),
    item_type VARCHAR(50), content TEXT, translation TEXT, definition TEXT, pronunciation_guide TEXT,
    example_usage TEXT, context_tags JSON, difficulty_level INTEGER, ease_factor REAL, repetition_number INTEGER,
    interval_days INTEGER, last_review_date TIMESTAMP, next_review_date TIMESTAMP, total_reviews INTEGER,
    correct_reviews INTEGER, incorrect_reviews INTEGER, streak_count INTEGER, mastery_level REAL,
    confidence_score REAL, first_seen_date TIMESTAMP, last_studied_date TIMESTAMP, average_response_time_ms INTEGER,
    learning_speed_factor REAL, retention_rate REAL, source_session_id VARCHAR(100), source_content TEXT,
    metadata JSON, is_active BOOLEAN, created_at TIMESTAMP, updated_at TIMESTAMP);
CREATE TABLE conversations (id INTEGER PRIMARY KEY, user_id INTEGER, language VARCHAR(10));
INSERT INTO conversations VALUES (1, 1, 'es');
"""
# As the predecessor's own script did it: every sitting stands in both tables afterwards.
MIGRATION = """
CREATE TABLE scenario_progress_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, scenario_id VARCHAR(100) NOT NULL,
    progress_id VARCHAR(100) NOT NULL, started_at DATETIME, completed_at DATETIME, duration_minutes INTEGER,
    phases_completed INTEGER, total_phases INTEGER, vocabulary_mastered TEXT, objectives_completed TEXT,
    success_rate REAL DEFAULT 0.0, completion_score REAL DEFAULT 0.0);
ALTER TABLE vocabulary_items ADD COLUMN source_type VARCHAR(50);
ALTER TABLE learning_sessions RENAME TO learning_sessions_old;
CREATE TABLE learning_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, session_type VARCHAR(50), source_id VARCHAR(100),
    language VARCHAR(10), started_at DATETIME, ended_at DATETIME, duration_seconds INTEGER, items_studied INTEGER,
    items_correct INTEGER, items_incorrect INTEGER, accuracy_rate REAL, session_metadata TEXT);
INSERT INTO learning_sessions (user_id, session_type, source_id, language, started_at, ended_at, duration_seconds,
    items_studied, items_correct, items_incorrect, accuracy_rate, session_metadata)
SELECT user_id, session_type, scenario_id, language_code, started_at, ended_at, duration_minutes * 60, items_studied,
    items_correct, items_incorrect, accuracy_percentage / 100.0, mode_specific_data FROM learning_sessions_old;
"""


def before(path: Path) -> Path:
    """Build the file as it was before the migration."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        _put(connection, "users", [_user(*user) for user in USERS])
        _put(connection, "learning_sessions", [_session(number) for number in range(SESSIONS)])
        _put(connection, "vocabulary_items", [_word(number) for number in range(WORDS)])
        _put(connection, "spaced_repetition_items", [_repetition(number) for number in range(REPETITIONS)])
        connection.commit()
    return path


def after(path: Path) -> Path:
    """Build the file as it was after the migration, with three sittings and six completions since."""
    before(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MIGRATION)
        _put(connection, "learning_sessions", [_later(number) for number in range(3)])
        _put(connection, "scenario_progress_history", [_completion(number) for number in range(COMPLETIONS)])
        connection.commit()
    return path


def change(path: Path, statement: str, *values: Any) -> None:
    """Change a file that was built."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def _put(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608 - our own names


def _user(number: int, name: str, zone: str) -> dict[str, Any]:
    last_login = "2026-10-20 18:30:00" if number == 1 else None
    return {"id": number, "user_id": name, "username": name, "ui_language": "en", "timezone": zone,
            "last_login": last_login, "created_at": "2025-09-01 08:00:00"}  # fmt: skip


def _who(number: int) -> int | str:
    """Return whose row it is: of the mapped, of one who is not, of one who is in no table, in either spelling."""
    return (1, 2, 3, 1, "ana_2025", 2, 4, 1, ORPHAN)[number % 9]


def _time(number: int, hour: int = 10) -> str:
    """Return a time in one of the ways that stand mixed in one column."""
    day = f"2025-{10 + number % 3:02d}-{1 + number % 27:02d}"
    return (f"{day} {hour:02d}:15:00", f"{day}T{hour:02d}:15:00.123456", f"{day}T{hour:02d}:15:00+02:00",
            f"{day} {hour:02d}:15:00Z")[number % 4]  # fmt: skip


def _language(number: int) -> str:
    return ("es", "es-ES", "Spanish", "es_MX", "fr")[number % 5]


def _session(number: int) -> dict[str, Any]:
    kind = ("vocabulary", "conversation", "tutor_mode", "scenario")[number % 4]
    return {
        "session_id": f"session-{number}", "user_id": _who(number), "language_code": _language(number),
        "session_type": kind, "mode_specific_data": ('{"level": 2}', "", "{broken", None)[number % 4],
        "duration_minutes": None if number % 5 == 0 else 4 + number, "items_studied": None if number % 7 == 0 else 10,
        "items_correct": None if number % 7 == 0 else 8, "items_incorrect": "" if number % 7 == 0 else 2,
        "accuracy_percentage": 80.0, "confidence_score": 0.5, "tutor_mode": "chit-chat" if kind == "tutor_mode" else "",
        "scenario_id": "restaurant_ordering" if kind == "scenario" else "", "started_at": _time(number),
        "ended_at": None if number % 3 == 0 else _time(number, 11), "created_at": _time(number),
    }  # fmt: skip


def _later(number: int) -> dict[str, Any]:
    return {
        "user_id": 1, "session_type": "scenario", "source_id": "hotel_check_in", "language": "es",
        "started_at": f"2025-12-2{number} 09:00:00", "ended_at": f"2025-12-2{number} 09:12:00", "duration_seconds": 720,
        "items_studied": 5, "items_correct": 4, "items_incorrect": 0, "accuracy_rate": 0.9,
        "session_metadata": json.dumps({"vocabulary_learned": 3}),
    }  # fmt: skip


def _word(number: int) -> dict[str, Any]:
    reviewed = number % 3 == 0
    word = f"palabra{number}"
    return {
        "user_id": _who(number), "language": _language(number), "word": word,
        "translation": "" if number % 6 == 5 else f"word {number}", "definition": "", "pronunciation": f"pa-{number}",
        "difficulty_level": 1, "times_studied": None if number % 4 == 0 else 3, "times_incorrect": 1,
        "example_sentences": (json.dumps([f"Esta es la {word}.", "Otra."]), "[broken", "", None)[number % 4],
        "context_tags": "[]", "source_document_id": ("restaurant_ordering", "")[number % 2],
        "next_review_date": _time(number), "repetition_interval_days": 1 + number, "ease_factor": 2.5,
        "first_learned": _time(number), "last_reviewed": _time(number) if reviewed else "",
    }  # fmt: skip


def _repetition(number: int) -> dict[str, Any]:
    # Every sixth of the first thirty also stands among the words; the rest are its own.
    word = f"palabra{number}" if number < 30 and number % 6 == 0 else f"cosa{number}"
    reviewed = number % 4 != 3
    return {
        "item_id": f"item-{number}", "user_id": _who(number), "language_code": _language(number),
        "item_type": ("vocabulary", "phrase", "grammar", "pronunciation")[number % 4], "content": word,
        "translation": f"thing {number}", "definition": "", "example_usage": f"Tengo una {word} aquí.",
        "context_tags": ("[]", "{broken", '["food"]')[number % 3], "ease_factor": (2.5, 1.3, None, 3.0)[number % 4],
        "repetition_number": 3, "interval_days": "" if number % 11 == 0 else 1 + number,
        "last_review_date": _time(number) if reviewed else None, "next_review_date": _time(number, 12),
        "total_reviews": 5 if reviewed else 0, "correct_reviews": 4, "incorrect_reviews": None if number % 2 else 1,
        "mastery_level": 0.4, "first_seen_date": _time(number), "is_active": 0 if number == 5 else 1,
        "metadata": "{}", "created_at": _time(number),
    }  # fmt: skip


def _completion(number: int) -> dict[str, Any]:
    return {
        "user_id": ORPHAN if number == 5 else 1 + number % 2, "scenario_id": "hotel_check_in",
        "progress_id": f"progress-{number}", "started_at": f"2025-12-2{number} 09:00:00",
        "completed_at": f"2025-12-2{number} 09:12:00", "duration_minutes": 12, "phases_completed": 3, "total_phases": 4,
        "vocabulary_mastered": ('["llave", "habitación"]', "[broken", "", None)[number % 4],
        "objectives_completed": '["greet"]', "success_rate": (0.875, 1.0, 0.0, None)[number % 4],
        "completion_score": (87.5, 120.0, -3.0, 64.0)[number % 4],
    }  # fmt: skip
