"""A failure at the worst moment, while a scene is being completed: all of it is kept, or nothing."""

from collections.abc import Iterable

import pytest
from sqlalchemy import text

from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

TABLES = (
    "scenario_runs", "scenario_turns", "scenario_progress_history", "learning_sessions", "vocabulary_items",
    "vocabulary_contexts", "cards", "reviews", "prompt_schedule",
)  # fmt: skip

# What each database needs so that a write to a table fails, and so that it works again.
SQLITE = (
    "CREATE TRIGGER broken BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END",
)  # fmt: skip
POSTGRES = (
    "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER broken BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION broken()",
)
MENDED = ("DROP TRIGGER broken",), ("DROP TRIGGER broken ON {table}", "DROP FUNCTION broken")


def is_sqlite(tutor: Tutor) -> bool:
    return not tutor.database.shared


async def execute(tutor: Tutor, statements: Iterable[str], **names: str) -> None:
    for statement in statements:
        await tutor.database.run(lambda connection, sql: connection.execute(text(sql)), statement.format(**names))


async def contents(tutor: Tutor) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: [tuple(row) for row in await tutor.rows(f"SELECT * FROM {table} ORDER BY 1")]  # noqa: S608 - our own names
        for table in TABLES
    }


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("event", "table"),
    [
        ("INSERT", "scenario_progress_history"),
        ("UPDATE", "learning_sessions"),
        ("INSERT", "vocabulary_items"),
        ("UPDATE", "scenario_runs"),
    ],
)
async def test_a_failing_completion_leaves_nothing_and_the_same_answer_completes_once(
    tutor: Tutor, ana: Learner, event: str, table: str
) -> None:
    await play(ana, PERFECT[:-1])
    before = await contents(tutor)
    breaks, mends = (SQLITE, MENDED[0]) if is_sqlite(tutor) else (POSTGRES, MENDED[1])
    await execute(tutor, breaks, event=event, table=table)

    (shown,) = await ana.says(PERFECT[-1])

    assert shown.plain.startswith("Something went wrong on our side and nothing was changed.")
    assert await contents(tutor) == before
    (dead,) = await tutor.rows("SELECT attempts, error FROM inbox WHERE status = 'dead'")
    assert dead.attempts == 3
    assert "broken" not in (dead.error or "")
    await execute(tutor, mends, event=event, table=table)

    debrief, _clock = await ana.says(PERFECT[-1])

    assert "done" in debrief.plain
    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.completion_score, done.success_rate) == (100, 100)
    assert await tutor.count("learning_sessions", "ended_at IS NOT NULL AND items_studied = 8") == 1
    assert await tutor.count("scenario_turns") == len(PERFECT)
    assert await tutor.count("scenario_runs", "status = 'completed'") == 1


async def test_a_failure_of_one_learner_does_not_keep_another_waiting(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:-1])
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    await execute(tutor, SQLITE, event="INSERT", table="scenario_progress_history")
    tutor.fake.new_update(message=ana.message(PERFECT[-1]))

    await bea.says("/start")

    assert bea.screen.startswith("Welcome!")
