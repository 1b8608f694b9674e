"""Deleting everything: no row in any table speaks of the learner any more, and nobody else notices."""

from typing import Any

import pytest
from sqlalchemy import Table

from storage import legacy_imports
from storage.legacy_tables import LegacyImport
from storage.tables import User
from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner

# Every way in which a table names a learner.
WHOSE = {"users": "id", "inbox": "chat_id", "outbox": "chat_id"}
# Of the bot itself; a claim goes within seconds after the last message, with or without a goodbye.
OF_NOBODY = {"chat_claims", "send_budget", "incidents"}


def tables() -> list[Table]:
    return [table for table in User.metadata.sorted_tables if table.name not in OF_NOBODY]


async def rows_of(tutor: Tutor, learner: Learner) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for table in tables():
        whose = WHOSE.get(table.name, "user_id")
        query = f"SELECT * FROM {table.name} WHERE {whose} = :id ORDER BY 1"  # noqa: S608 - tables of our own
        found[table.name] = [tuple(row) for row in await tutor.rows(query, id=learner.id)]
    return found


async def a_full_life(tutor: Tutor, learner: Learner) -> None:
    """Let a learner leave traces everywhere: a completion, words, some from elsewhere, a prompt, a review, a scene."""
    tutor.clock.now = local(2, 10, zone="Europe/Madrid")
    await play(learner)
    brought = LegacyImport(user_id=learner.id, kind="vocabulary_items", legacy_key="1", imported_at=tutor.clock.now)
    await tutor.database.run(legacy_imports.note, brought)
    await learner.says("/timezone Europe/Madrid")
    await tutor.sweep_at(local(3, 9, 5, zone="Europe/Madrid"))
    await learner.presses("I don't know")
    await learner.says("/review")
    await learner.says("/play cafe_order")
    await learner.says(PERFECT[0])


def test_every_table_says_whose_its_rows_are() -> None:
    for table in tables():
        assert WHOSE.get(table.name, "user_id") in table.columns


@pytest.mark.both_databases
async def test_nothing_is_left_in_any_table_and_others_keep_everything(tutor: Tutor, ana: Learner) -> None:
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    await play(bea)
    await a_full_life(tutor, ana)
    assert [name for name, rows in (await rows_of(tutor, ana)).items() if not rows] == []
    hers = await rows_of(tutor, bea)

    await ana.says("/delete")
    assert ana.buttons == ["Delete everything", "Keep everything"]
    await ana.presses("Delete everything")

    assert ana.screen == "Everything is deleted. If you ever want to begin again: /start"
    assert {name: rows for name, rows in (await rows_of(tutor, ana)).items() if rows} == {}
    bare = await tutor.rows("SELECT * FROM inbox WHERE chat_id IS NULL")
    assert bare
    assert all(row.body is None and row.error is None for row in bare)
    assert await rows_of(tutor, bea) == hers


async def test_keeping_everything_keeps_everything(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    words = await tutor.count("vocabulary_items")
    await ana.says("/delete")
    await ana.presses("Keep")

    assert ana.screen == "Everything is kept."
    assert await tutor.count("vocabulary_items") == words


async def test_a_second_tap_on_delete_leaves_nothing_either(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/delete")
    await ana.presses("Delete everything")
    await ana.taps("del:1")

    assert {name: rows for name, rows in (await rows_of(tutor, ana)).items() if rows} == {}


async def test_blocking_the_bot_after_deletion_enrols_nobody(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/delete")
    await ana.presses("Delete everything")
    await ana.blocks()

    assert await tutor.count("users") == 0


async def test_after_deletion_one_may_begin_again(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/delete")
    await ana.presses("Delete everything")

    await play(ana)

    assert await tutor.count("scenario_progress_history") == 1
    assert await tutor.count("users") == 1


@pytest.mark.parametrize("table", ["scenario_runs", "vocabulary_items"])
async def test_no_button_from_before_a_deletion_names_anything_after_it(tutor: Tutor, ana: Learner, table: str) -> None:
    await play(ana)
    newest = (await tutor.rows(f"SELECT max(id) FROM {table}"))[0][0]  # noqa: S608 - a name of ours
    await ana.says("/delete")
    await ana.presses("Delete everything")
    await play(ana)

    assert await tutor.count(table) > 0
    assert await tutor.count(table, "id <= :newest", newest=newest) == 0


async def test_after_deletion_no_prompt_comes(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/timezone Europe/Madrid")
    await ana.says("/delete")
    await ana.presses("Delete everything")
    before = len(tutor.fake.changes)

    await tutor.sweep_at(local(3, 9, 5, zone="Europe/Madrid"))

    assert len(tutor.fake.changes) == before
