"""A sound database has no finding; each planted fault is found by its check, and mended where it can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, bindparam, text

from storage.columns import UtcDateTime
from storage.health.check import Check, look_for
from storage.health.examination import CHECKS, examine, look_at
from tests.bot.operations.conftest import NOW

BY_NAME: dict[str, Check] = {check.name: check for check in CHECKS}
LAST_YEAR, NEXT_YEAR = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Fault:
    """A fault: the check that must find it, and the statements that plant it."""

    check: str
    plant: tuple[str, ...]
    mends: bool = True
    count: int = 1

    def __str__(self) -> str:
        return f"{self.check}: {self.plant[-1]}"


def fault(check: str, *plant: str, mends: bool = True, count: int = 1) -> Fault:
    return Fault(check, plant, mends, count)


NAMES = {
    "ana": "7000000001",
    "bruno": "7000000002",
    "a_card": "(SELECT min(card_id) FROM reviews)",
    "his_run": "(SELECT max(id) FROM scenario_runs WHERE user_id = 7000000002)",
    "a_sitting": "(SELECT min(id) FROM learning_sessions WHERE session_type = 'vocabulary_review')",
    "a_scene": "(SELECT min(id) FROM learning_sessions WHERE session_type = 'scenario')",
    "an_answered_question": "(SELECT min(id) FROM questions WHERE status = 'answered')",
    "an_update": "(SELECT min(update_id) FROM inbox)",
    "a_prompt": "(SELECT min(id) FROM review_prompts)",
}
FAULTS = [
    fault("orphans", "DELETE FROM learning_sessions WHERE session_type = 'vocabulary_review'", mends=False, count=-1),
    fault("orphans", "DELETE FROM users WHERE id = <bruno>", mends=False, count=-1),
    fault("loose-ends", "INSERT INTO prompt_schedule (user_id, ignored, said_goodbye) VALUES (1, 0, FALSE)"),
    fault("loose-ends", "UPDATE review_prompts SET question_id = 999 WHERE id = <a_prompt>"),
    fault("another-learner", "UPDATE scenario_turns SET user_id = <bruno> WHERE id = 1", mends=False),
    fault("another-learner", "UPDATE cards SET user_id = <bruno> WHERE id = <a_card>", mends=False, count=-1),
    fault("settings", "UPDATE users SET zone = 'Mars/Olympus' WHERE id = <ana>"),
    fault("settings", "UPDATE users SET quiet_starts = 99, desired_retention = 2 WHERE id = <ana>"),
    fault("awaiting", "UPDATE users SET awaiting = 'run:999' WHERE id = <ana>"),
    fault("awaiting", "UPDATE users SET awaiting = 'run:' || <his_run> WHERE id = <ana>"),
    fault(
        "awaiting",
        "UPDATE users SET awaiting = 'question:' || <an_answered_question> WHERE id = <ana>",
    ),
    fault("completion-run", "DELETE FROM scenario_runs WHERE status = 'completed'", mends=False),
    fault("completion-run", "UPDATE scenario_runs SET status = 'quit' WHERE status = 'completed'", mends=False),
    fault("completion-sitting", "DELETE FROM learning_sessions WHERE id = <a_scene>", mends=False),
    fault(
        "completion-words",
        "UPDATE scenario_progress_history SET vocabulary_mastered = '[\"no_such_word\"]'",
        mends=False,
    ),
    fault("run-completion", "DELETE FROM scenario_progress_history", mends=False),
    fault(
        "open-runs",
        "DROP INDEX uq_scenario_runs_open",
        "UPDATE scenario_runs SET status = 'open', ended_at = NULL, user_id = <bruno>",
        count=-1,
    ),
    fault("run-end", "UPDATE scenario_runs SET ended_at = NULL WHERE status = 'completed'"),
    fault(
        "sitting-counts",
        "UPDATE learning_sessions SET items_correct = 50, items_studied = 50 + items_incorrect WHERE id = <a_sitting>",
    ),
    fault(
        "sitting-counts",
        "NO CHECK learning_sessions items_add_up",
        "UPDATE learning_sessions SET items_studied = 99 WHERE id = <a_scene>",
    ),
    fault("sitting-end", "UPDATE learning_sessions SET ended_at = NULL WHERE id = <a_sitting>"),
    fault("cardless", "DELETE FROM cards WHERE item_id = (SELECT min(item_id) FROM cards)"),
    fault(
        "undo", "UPDATE reviews SET undoes = (SELECT max(id) FROM reviews), source = 'undo' WHERE id = 1", mends=False
    ),
    fault("memory", "UPDATE cards SET stability = stability + 1 WHERE id = <a_card>"),
    fault("memory", "UPDATE cards SET reps = 7, lapses = 1 WHERE id = <a_card>"),
    fault("memory", "UPDATE cards SET due_on = '2027-01-01' WHERE id = <a_card>"),
    fault("memory", "UPDATE cards SET difficulty = NULL, reviewed_on = NULL WHERE id = <a_card>"),
    fault("memory", "DELETE FROM reviews WHERE card_id = <a_card>"),
    fault("due-at", "UPDATE cards SET due_at = :long_ago WHERE id = <a_card>"),
    fault(
        "inbox",
        "UPDATE inbox SET status = 'new', attempts = 2, received_at = :long_ago WHERE update_id = <an_update>",
        mends=False,
    ),
    fault("outbox", "UPDATE outbox SET status = 'sending', created_at = :long_ago WHERE id = 1"),
    fault("outbox", "UPDATE outbox SET status = 'pending', expires_at = :long_ago WHERE id = 1"),
    fault(
        "outbox-age",
        "UPDATE outbox SET status = 'pending', expires_at = NULL, created_at = :long_ago WHERE id = 1",
        mends=False,
    ),
    fault("plan", "DELETE FROM prompt_schedule WHERE user_id = <ana>"),
    fault("plan", "UPDATE prompt_schedule SET next_at = NULL WHERE user_id = <ana>"),
    fault("plan-in-vain", "UPDATE vocabulary_items SET known = TRUE WHERE user_id = <ana>"),
    fault("plan-late", "UPDATE prompt_schedule SET next_at = :far_off WHERE user_id = <ana>"),
    fault(
        "ledger",
        "UPDATE review_prompts SET status = 'queued', planned_at = :long_ago WHERE id = <a_prompt>",
    ),
]


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which the database believes anything; nothing of it is kept."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=OFF")
        with connection.begin() as transaction:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            transaction.rollback()


def plant(connection: Connection, statement: str) -> None:
    for name, meaning in NAMES.items():
        statement = statement.replace(f"<{name}>", meaning)
    if not statement.startswith("NO CHECK"):
        instants = {":long_ago": LAST_YEAR, ":far_off": NEXT_YEAR}
        given = [bindparam(name[1:], at, UtcDateTime) for name, at in instants.items() if name in statement]
        connection.execute(text(statement).bindparams(*given))
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    else:
        _, _, table, constraint = statement.split()
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{constraint}")


def test_what_learners_did_leaves_nothing_to_find(played: Engine) -> None:
    findings = {finding.check.name: (finding.count, finding.examples) for finding in examine(played, NOW)}
    assert {name: found for name, found in findings.items() if found[0]} == {}
    assert set(findings) == set(BY_NAME)


@pytest.mark.parametrize("planted", FAULTS, ids=str)
def test_a_planted_fault_is_found_and_what_can_be_rebuilt_is(played: Engine, planted: Fault) -> None:
    check = BY_NAME[planted.check]
    with unguarded(played) as connection:
        assert look_for(check, look_at(connection, NOW)).count == 0
        for statement in planted.plant:
            plant(connection, statement)
        look = look_at(connection, NOW)
        found = look_for(check, look)
        assert found.count == planted.count or (planted.count < 0 and found.count > 0)
        assert found.examples
        assert (check.repair is not None) is planted.mends
        if check.repair is not None:
            check.repair(look)
            assert look_for(check, look).count == 0
