"""Rows for a database of many learners, made by the database itself: nothing is sent a million times.

Learner `i` of `learners` has ten words with a card each, of which three or four are due, a scene behind them with its
session, some reviews and yesterday's prompt. Their instants lie evenly over a day, in no order of their ids.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from tests.clock import START

CARDS = 10
STEP = 50_000  # learners a statement, so that a progress can be shown
DAY_SECONDS = 86_400
FIRST_ID = 10_000_000
RUN_STATE = '{"turn": "bye", "answers": 8, "phase": "leave", "vars": {}, "outcomes": [], "met": []}'
PAYLOAD = '{"text": "\N{WAVING HAND SIGN} %s", "parse_mode": "HTML"}' % ("Un café con leche, por favor. " * 6)

Columns = Mapping[str, str]


class Dialect:
    """How a database writes what the two write differently."""

    def __init__(self, name: str) -> None:
        self._sqlite = name == "sqlite"

    def numbers(self, name: str, first: str, after: str) -> str:
        """Return a source of whole numbers, the last excluded."""
        if self._sqlite:
            return (
                f"(WITH RECURSIVE c({name}) AS (SELECT {first} UNION ALL SELECT {name} + 1 FROM c "  # noqa: S608 - our own words
                f"WHERE {name} + 1 < {after}) SELECT {name} FROM c)"
            )
        return f"generate_series({first}, {after} - 1) AS series_{name}({name})"

    def day(self, offset: str) -> str:
        """Return the date so many days after the start."""
        start = START.date().isoformat()
        return f"date('{start}', ({offset}) || ' days')" if self._sqlite else f"(date '{start}' + ({offset})::int)"

    def instant(self, seconds: str) -> str:
        """Return the instant so many seconds after the start."""
        at = START.strftime("%Y-%m-%d %H:%M:%S")
        if self._sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', '{at}', ({seconds}) || ' seconds')"
        return f"(timestamptz '{at}+00' + make_interval(secs => {seconds}))"

    def document(self, text: str) -> str:
        """Return a JSON value."""
        return f"'{text}'" if self._sqlite else f"'{text}'::jsonb"


def due_by(learners: int, wanted: int) -> timedelta:
    """Return how long after the start so many learners' instants have come."""
    return timedelta(seconds=DAY_SECONDS * wanted / learners)


def fill(connection: Connection, learners: int, tell: Callable[[str], None]) -> None:
    """Write every row; foreign keys must not be checked meanwhile, since the rows are made to fit."""
    write = Dialect(connection.dialect.name)
    for table, (columns, per_learner) in _tables(write).items():
        for first in range(0, learners, STEP):
            after = min(learners, first + STEP)
            source = write.numbers("i", str(first), str(after))
            if per_learner > 1:
                source += f" CROSS JOIN {write.numbers('k', '0', str(per_learner))}"
            names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
            sql = f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}"  # noqa: S608 - our own words
            connection.exec_driver_sql(sql if connection.dialect.name == "sqlite" else sql.replace("%", "%%"))
        tell(table)


def _tables(write: Dialect) -> dict[str, tuple[Columns, int]]:
    user, word = f"{FIRST_ID} + i", f"i * {CARDS} + k + 1"
    ago = write.instant("-86400 * 3")
    return {
        "users": (_user(write, user, ago), 1),
        "prompt_schedule": (_schedule(write, user), 1),
        "vocabulary_items": (_item(user, word, ago), CARDS),
        "cards": (_card(write, user, word, ago), CARDS),
        "reviews": (_review(write, user, ago), 3),
        "scenario_runs": (_run(write, user, ago), 1),
        "scenario_turns": (_turn(write, user, ago), 2),
        "scenario_progress_history": (_completion(write, user, ago), 1),
        "learning_sessions": (_session(write, user, ago), 1),
        "review_prompts": (_prompt(write, user, ago), 1),
        "inbox": (_update(user, ago), 3),
        "outbox": (_message(write, user, ago), 3),
    }


def _user(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "id": user, "native": "'en'", "target": "'es'", "zone": "'UTC'", "zone_confirmed": "true",
        "clock_asked": "true", "prompt_hour": "10", "quiet_starts": "21", "quiet_ends": "8",
        "desired_retention": "0.9", "reachable": "true", "banned": "false", "created_at": ago,
        "last_seen_at": write.instant("-86400 * 3 - i % 86400"),
    }  # fmt: skip


def _schedule(write: Dialect, user: str) -> Columns:
    at = write.instant(f"CAST(i AS bigint) * 7919 % {DAY_SECONDS}")
    return {"user_id": user, "next_at": at, "planned_at": at, "ignored": "0", "said_goodbye": "false"}


def _item(user: str, word: str, ago: str) -> Columns:
    return {
        "id": word, "user_id": user, "language": "'es'", "word": "'palabra ' || k", "translation": "'word ' || k",
        "gap": "'palabra'", "sentence": "'Una palabra, por favor, número ' || k",
        "sentence_translation": "'A word, please, number ' || k", "recognition_only": "false",
        "source_type": "'scenario'", "source_id": "'hotel_checkin'", "source_key": "'w' || k", "known": "false",
        "created_at": ago,
    }  # fmt: skip


def _card(write: Dialect, user: str, word: str, ago: str) -> Columns:
    due = "(k * 13 + i) % 30 - 10"
    return {
        "id": word, "item_id": word, "user_id": user, "direction": "'production'", "stability": "4.5",
        "difficulty": "5.5", "first_due_on": write.day("-20"), "due_on": write.day(due),
        "due_at": write.instant(f"86400 * ({due})"), "reviewed_on": write.day("-20"), "reps": "1", "lapses": "0",
        "suspended": "false", "created_at": ago,
    }  # fmt: skip


def _review(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "card_id": f"i * {CARDS} + k + 1", "user_id": user, "rating": "3", "reviewed_at": ago,
        "reviewed_on": write.day("-3"), "source": "'review'", "help_level": "0",
    }  # fmt: skip


def _run(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "id": "i + 1", "user_id": user, "scenario_id": "'hotel_checkin'", "language": "'es'", "native": "'en'",
        "pack_version": "1", "kind": "'full'", "state": write.document(RUN_STATE), "version": "8",
        "status": "'completed'", "started_at": ago, "asked_at": ago, "last_turn_at": ago, "ended_at": ago,
    }  # fmt: skip


def _turn(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "run_id": "i + 1", "user_id": user, "update_id": "i * 3 + k + 1", "turn_id": "'greet'",
        "utterance": "'Hola, tengo una reserva'", "verdict": "'error'", "slots": write.document("{}"),
        "error_id": "'ser_estar'", "layer": "'predicted'", "help_level": "0", "latency_seconds": "9",
        "said_at": ago, "details": write.document("{}"),
    }  # fmt: skip


def _completion(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "user_id": user, "scenario_id": "'hotel_checkin'", "progress_id": "i + 1", "language": "'es'",
        "started_at": ago, "completed_at": ago, "duration_seconds": "240", "phases_completed": "4",
        "total_phases": "4", "vocabulary_mastered": write.document("[]"),
        "objectives_completed": write.document('["arrive"]'), "success_rate": "90", "completion_score": "85",
        "passed": "true",
    }  # fmt: skip


def _session(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "user_id": user, "session_type": "'scenario'", "source_id": "'hotel_checkin'", "language": "'es'",
        "started_at": ago, "last_activity_at": ago, "ended_at": ago, "duration_seconds": "240",
        "items_studied": "8", "items_correct": "7", "items_incorrect": "1", "session_metadata": write.document("{}"),
    }  # fmt: skip


def _prompt(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "id": "i + 1", "user_id": user, "local_on": write.day("-2"), "planned_at": ago, "status": "'sent'",
        "wording": "i % 12", "sent_at": ago,
    }  # fmt: skip


def _update(user: str, ago: str) -> Columns:
    return {
        "update_id": "i * 3 + k + 1", "chat_id": user, "body": "'" + PAYLOAD.replace("'", "") + "'",
        "status": "'done'", "attempts": "0", "received_at": ago, "done_at": ago,
    }  # fmt: skip


def _message(write: Dialect, user: str, ago: str) -> Columns:
    return {
        "id": "i * 3 + k + 1", "chat_id": user, "action": "'send'", "priority": "0",
        "payload": write.document(PAYLOAD), "slot": "'run:' || (i + 1) || ':screen'", "status": "'sent'",
        "attempts": "0", "created_at": ago, "sent_at": ago, "message_id": "k + 1", "forget": "false",
    }  # fmt: skip
