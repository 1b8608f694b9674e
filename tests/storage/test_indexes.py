"""Facts about indexes: what one learner does costs the same however many others there are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Inspector, inspect, text

from storage import (
    cards,
    completions,
    inbox,
    learning_sessions,
    outbox,
    prompts,
    questions,
    reviews,
    runs,
    vocabulary,
)
from storage.engine import Database
from storage.tables import SessionType
from tests.clock import START
from tests.storage.plans import steps_of

Query = Callable[[Connection], Any]
TODAY = START.date()

# What is asked, and the indexes by which each table on its way is found, on either database.
INTENDED: dict[str, tuple[Query, set[str]]] = {
    "undone updates": (inbox.undone, {"ix_inbox_new"}),
    "unsent messages": (outbox.unsent, {"ix_outbox_unsent"}),
    "the longest-waiting update": (inbox.oldest_undone_at, {"ix_inbox_new"}),
    "the longest-waiting message": (outbox.oldest_unsent_at, {"ix_outbox_unsent"}),
    "old updates": (lambda c: inbox.delete_old(c, START, 500), {"ix_inbox_received_at"}),
    "old messages": (lambda c: outbox.settled(c, START, 500), {"ix_outbox_unerased", "ix_outbox_chat_id_slot_id"}),
    "a slot's message": (lambda c: outbox.message_in_slot(c, 1, "scenes"), {"ix_outbox_chat_id_slot_id"}),
    "a message's slot": (lambda c: outbox.slot_of_message(c, 1, 5), {"ix_outbox_chat_id_slot_id"}),
    "due learners": (lambda c: prompts.due_users(c, START, 10), {"ix_prompt_schedule_next_at_user_id"}),
    "prompts of late": (lambda c: prompts.counts_since(c, TODAY), {"ix_review_prompts_local_on_status"}),
    "a prompt's question": (lambda c: prompts.answered(c, 1, START), {"ix_review_prompts_question_id"}),
    "idle sittings": (lambda c: learning_sessions.end_idle(c, START, 500), {"ix_learning_sessions_open"}),
    "the open sitting": (
        lambda c: learning_sessions.open_session(c, 1, SessionType.SCENARIO),
        {"ix_learning_sessions_open"},
    ),
    "idle scenes": (lambda c: runs.park_idle(c, START, 500), {"uq_scenario_runs_open"}),
    "the open scene": (lambda c: runs.open_run(c, 1), {"uq_scenario_runs_open"}),
    "the scene to go on with": (lambda c: runs.resumable(c, 1), {"ix_scenario_runs_user_id"}),
    "a prompt's messages": (
        lambda c: c.execute(text("DELETE FROM outbox WHERE prompt_id = :key"), {"key": 1}),
        {"ix_outbox_prompt_id"},
    ),
    "a sitting's questions": (lambda c: questions.of_session(c, 1), {"ix_questions_session_id"}),
    "a question's review": (lambda c: reviews.of_question(c, 1), {"ix_reviews_question_id"}),
    "reviews of late": (lambda c: reviews.count_since(c, START), {"ix_reviews_reviewed_at"}),
    "completions of late": (lambda c: completions.count(c, since=START), {"ix_scenario_progress_history_completed_at"}),
    "a learner's due cards": (lambda c: cards.count_due(c, 1, TODAY), {"ix_cards_user_id_due_on"}),
    "a learner's next cards": (lambda c: cards.due(c, 1, TODAY, 20), {"ix_cards_user_id_due_on"}),
    "a scene's words": (
        lambda c: vocabulary.words(c, 1, source_id="cafe_order"),
        {"ix_vocabulary_items_user_id_source_id"},
    ),
}


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


@pytest.mark.both_databases
@pytest.mark.parametrize("asked", INTENDED)
async def test_what_is_asked_is_found_by_the_index_meant_for_it(database: Database, asked: str) -> None:
    query, indexes = INTENDED[asked]
    steps = await database.run(steps_of, query)
    assert indexes <= {step.by for step in steps}
    assert [step for step in steps if step.reads_everything] == []


def leading(inspector: Inspector, table: str) -> set[str | None]:
    """Return the columns by which rows of a table are found at once."""
    columns = [key["column_names"][0] for key in inspector.get_unique_constraints(table)]
    return {
        *columns,
        *(index["column_names"][0] for index in inspector.get_indexes(table)),
        *inspector.get_pk_constraint(table)["constrained_columns"][:1],
    }
