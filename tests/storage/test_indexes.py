"""Facts about indexes: what one learner does costs the same however many others there are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Inspector, event, inspect

from storage import inbox, learning_sessions, outbox, prompts, questions, reviews, runs, vocabulary
from storage.engine import Database
from tests.clock import START

QUERIES: list[Callable[[Connection], Any]] = [
    lambda connection: questions.of_session(connection, 1),
    lambda connection: questions.open_prompt(connection, 1),
    lambda connection: reviews.of_question(connection, 1),
    lambda connection: reviews.last_of(connection, 1),
    lambda connection: prompts.answered(connection, 1, START),
    lambda connection: prompts.due_users(connection, START, 10),
    lambda connection: runs.resumable(connection, 1),
    lambda connection: learning_sessions.practised_at(connection, 1),
    lambda connection: inbox.delete_old(connection, START, 500),
    lambda connection: outbox.settled(connection, START, 500),
    inbox.undone,
    outbox.unsent,
]


@pytest.mark.both_databases
async def test_every_reference_can_be_followed_back(database: Database) -> None:
    def unindexed(connection: Connection) -> list[str]:
        inspector = inspect(connection)
        return [
            f"{name}.{key['constrained_columns'][0]}"
            for name in inspector.get_table_names()
            for key in inspector.get_foreign_keys(name)
            if key["constrained_columns"][0] not in leading(inspector, name)
        ]

    assert await database.run(unindexed) == []


@pytest.mark.parametrize("query", QUERIES)
async def test_no_query_of_a_turn_or_a_sweep_reads_a_whole_table(
    database: Database, query: Callable[[Connection], Any]
) -> None:
    assert [step for step in await database.run(plan_of, query) if step.startswith("SCAN")] == []


async def test_the_words_of_a_scene_are_found_among_the_learners_own(database: Database) -> None:
    plan = await database.run(plan_of, lambda connection: vocabulary.words(connection, 1, source_id="cafe_order"))
    found = [step for step in plan if step.startswith("SEARCH vocabulary_items")]
    assert found == [
        "SEARCH vocabulary_items USING INDEX ix_vocabulary_items_user_id_source_id (user_id=? AND source_id=?)"
    ]


def leading(inspector: Inspector, table: str) -> set[str | None]:
    """Return the columns by which rows of a table are found at once."""
    columns = [key["column_names"][0] for key in inspector.get_unique_constraints(table)]
    return {
        *columns,
        *(index["column_names"][0] for index in inspector.get_indexes(table)),
        *inspector.get_pk_constraint(table)["constrained_columns"][:1],
    }


def plan_of(connection: Connection, query: Callable[[Connection], Any]) -> list[str]:
    """Return how SQLite carries a query out."""
    steps: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        steps.extend(row[3] for row in rows)

    event.listen(connection, "before_cursor_execute", explain)
    query(connection)
    return steps
