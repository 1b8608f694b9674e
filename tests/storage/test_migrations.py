"""Facts about bringing a database up to date."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from storage import outbox, prompts, runs, schema, users
from storage.delivery_tables import Action, OutboxStatus
from storage.engine import Database
from storage.lockfile import LockedError
from storage.memory_tables import PromptStatus
from storage.outbox import Draft, Receipt
from storage.prompts import NewPrompt
from storage.schema import NewerDatabaseError
from tests.clock import START
from tests.storage.learners import ANA, a_run

pytestmark = pytest.mark.both_databases


async def test_the_revisions_lead_to_the_tables_in_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, schema.metadata()))

    assert await database.run(differences) == []


def test_every_revisions_file_is_called_by_its_revision() -> None:
    script = ScriptDirectory.from_config(schema.config())
    assert schema.newest() == script.get_current_head()
    assert schema._known() == {each.revision for each in script.walk_revisions()}


async def test_the_predecessors_table_names_stay(database: Database) -> None:
    def names(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names())

    assert {"scenario_progress_history", "vocabulary_items", "learning_sessions"} <= await database.run(names)


async def test_opening_again_changes_nothing(database: Database) -> None:
    await database.run(users.visit, 1, "en", START)
    await database.open()
    assert await database.run(users.count) == 1


async def test_two_processes_may_open_a_database_at_once_but_a_file_is_one_processes_own(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    opened = await asyncio.gather(database.open(), other.open(), return_exceptions=True)
    refused = [outcome for outcome in opened if isinstance(outcome, LockedError)]
    assert len(refused) == (0 if database.shared else 1)
    assert await database.run(users.count) == 0
    await other.close()


async def test_a_file_is_free_again_once_its_process_has_gone(database: Database, database_url: str) -> None:
    await database.open()
    await database.close()
    other = Database(database_url)
    await other.open()
    await other.close()


async def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database) -> None:
    def age(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))

    def version(connection: Connection) -> object:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))

    await database.run(age)
    with pytest.raises(NewerDatabaseError):
        await database.open()
    assert await database.run(version) == "from the future"


async def test_deleting_a_learner_deletes_every_row_that_is_theirs(database: Database) -> None:
    def orphans(connection: Connection) -> list[str]:
        inspector = inspect(connection)
        owned = [name for name in inspector.get_table_names() if "user_id" in columns(inspector, name)]
        return [name for name in owned if not cascades(inspector, name)]

    assert await database.run(orphans) == []


def columns(inspector: Any, table: str) -> set[str]:
    return {column["name"] for column in inspector.get_columns(table)}


def cascades(inspector: Any, table: str) -> bool:
    return any(
        key["constrained_columns"] == ["user_id"] and key["options"].get("ondelete") == "CASCADE"
        for key in inspector.get_foreign_keys(table)
    )


BEFORE = (
    "INSERT INTO users VALUES (7, 'en', 'es', NULL, 'UTC', false, false, 9, 21, 8, 0.9, NULL, true, false, :now, :now)",
    (
        "INSERT INTO scenario_runs (id, user_id, scenario_id, language, native, pack_version, state, version, status, "
        "started_at, asked_at, last_turn_at) "
        "VALUES (3, 7, 'cafe_order', 'es', 'en', 1, '{}', 0, 'open', :now, :now, :now)"
    ),
    (
        "INSERT INTO scenario_turns (run_id, user_id, update_id, turn_id, utterance, verdict, slots, layer, "
        "help_level, latency_seconds, said_at) "
        "VALUES (3, 7, 1, 'greet', 'Hola', 'ok', '{}', 'accepted', 0, 2, :now)"
    ),
    (
        "INSERT INTO outbox (id, chat_id, action, priority, payload, status, attempts, created_at, forget) "
        "VALUES (41, 7, 'send', 0, '{}', 'pending', 0, :now, false)"
    ),
)


def moved(connection: Connection, revision: str) -> None:
    """Bring a database to a revision as a program of that time would have left it."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN")
    command.downgrade(schema.config(connection), revision)


async def test_what_stood_there_before_the_strictness_is_kept_and_gets_its_defaults(
    database: Database, database_url: str
) -> None:
    def fill(connection: Connection) -> None:
        moved(connection, "0002")
        for statement in BEFORE:
            connection.execute(text(statement), {"now": "2026-11-02 10:00:00+00:00"})

    def found(connection: Connection) -> tuple[Any, ...]:
        wanted = "u.strictness, r.kind, t.details, t.contested_at, t.utterance"
        query = f"SELECT {wanted} FROM users u, scenario_runs r, scenario_turns t"  # noqa: S608 - a test's own words
        return tuple(connection.execute(text(query)).one())

    await database.run(fill)
    newer = Database(database_url)
    await newer.open()

    strictness, kind, details, contested_at, utterance = await newer.run(found)
    assert (strictness, kind, contested_at, utterance) == ("normal", "full", None, "Hola")
    assert details in ({}, "{}")
    (row,) = await newer.run(outbox.unsent)
    assert row.id == 41
    await newer.close()


async def test_going_back_ends_what_an_older_program_would_take_for_a_whole_scene(
    database: Database, database_url: str
) -> None:
    def fill(connection: Connection) -> None:
        moved(connection, "0002")
        for statement in BEFORE:
            connection.execute(text(statement), {"now": "2026-11-02 10:00:00+00:00"})

    def swap(connection: Connection) -> None:
        connection.execute(text("UPDATE scenario_runs SET kind = 'swapped' WHERE id = 3"))
        connection.execute(text("UPDATE users SET awaiting = 'run:3' WHERE id = 7"))

    def left(connection: Connection) -> tuple[Any, ...]:
        return tuple(connection.execute(text("SELECT r.status, u.awaiting FROM scenario_runs r, users u")).one())

    await database.run(fill)
    newer = Database(database_url)
    await newer.open()
    await newer.run(swap)
    await newer.run(moved, "0002")
    assert await newer.run(left) == ("quit", None)
    await newer.close()


async def test_what_was_emptied_long_ago_is_found_again_to_be_deleted(database: Database, database_url: str) -> None:
    def fill(connection: Connection) -> None:
        moved(connection, "0003")
        users.visit(connection, 7, "en", START)
        (row,) = outbox.put(connection, [Draft(chat_id=7)], START)
        outbox.settle(connection, [Receipt(id=row.id, status=OutboxStatus.SENT, at=START)])
        connection.execute(text("UPDATE outbox SET payload = NULL"))

    await database.run(fill)
    newer = Database(database_url)
    await newer.open()
    assert len(await newer.run(outbox.settled, START + timedelta(days=8), 10)) == 1
    await newer.close()


async def test_a_rebuilt_outbox_refuses_what_it_refused_and_gives_no_id_anew(database: Database) -> None:
    reaction = Draft(chat_id=7, action=Action.REACT)
    (first,) = await database.run(outbox.put, [reaction], START)
    await database.run(outbox.forget_chat, 7)
    await database.run(moved, "0002")
    await database.open()
    (second,) = await database.run(outbox.put, [reaction], START)

    assert second.id > first.id
    with pytest.raises(IntegrityError):
        await database.run(lambda connection: connection.execute(text("UPDATE outbox SET action = 'sing'")))


async def test_cards_from_before_the_import_begin_with_nothing_and_survive_going_back(
    database: Database, database_url: str
) -> None:
    word = (
        "INSERT INTO vocabulary_items (id, user_id, language, word, translation, gap, sentence, sentence_translation, "
        "recognition_only, source_type, source_id, source_key, known, created_at) "
        "VALUES (5, 7, 'es', 'café', '', 'café', 'café', '', false, 'manual', '', '', false, :now)"
    )
    card = (
        "INSERT INTO cards (id, item_id, user_id, direction, first_due_on, due_on, due_at, reps, lapses, suspended, "
        "created_at) VALUES (6, 5, 7, 'recognition', '2026-11-03', '2026-11-03', :now, 0, 0, false, :now)"
    )

    def fill(connection: Connection) -> None:
        moved(connection, "0003")
        learner = (
            "INSERT INTO users (id, native, target, zone, zone_confirmed, clock_asked, prompt_hour, quiet_starts, "
        )
        rest = "quiet_ends, desired_retention, reachable, banned, created_at, last_seen_at) VALUES "
        values = "(7, 'en', 'es', 'UTC', false, false, 9, 21, 8, 0.9, true, false, :now, :now)"
        for statement in (learner + rest + values, word, card):
            connection.execute(text(statement), {"now": "2026-11-02 10:00:00+00:00"})

    def found(connection: Connection) -> tuple[Any, ...]:
        wanted = "first_stability, first_difficulty, first_reviewed_on, first_reps, first_lapses"
        return tuple(connection.execute(text(f"SELECT {wanted} FROM cards WHERE id = 6")).one())  # noqa: S608 - a test's own words

    await database.run(fill)
    newer = Database(database_url)
    await newer.open()
    assert await newer.run(found) == (None, None, None, 0, 0)
    await newer.run(moved, "0003")
    assert await newer.run(lambda connection: connection.scalar(text("SELECT count(*) FROM cards"))) == 1
    await newer.close()


async def test_the_smaller_indexes_find_what_stood_there_and_rows_survive_going_back(
    database: Database, database_url: str
) -> None:
    def fill(connection: Connection) -> None:
        moved(connection, "0007")
        a_run(connection)
        today = NewPrompt(user_id=ANA, local_on=START.date(), planned_at=START, status=PromptStatus.QUEUED)
        prompt = prompts.record(connection, today)
        outbox.put(connection, [Draft(chat_id=ANA, prompt_id=prompt), Draft(chat_id=ANA)], START)

    def without_the_prompt(connection: Connection) -> tuple[Any, ...]:
        run = runs.resumable(connection, ANA)
        connection.execute(text("DELETE FROM review_prompts"))
        return run and run.scenario_id, [row.prompt_id for row in outbox.unsent(connection)]

    await database.run(fill)
    newer = Database(database_url)
    await newer.open()
    await newer.run(moved, "0007")
    await newer.open()
    assert await newer.run(without_the_prompt) == ("cafe_order", [None])
    await newer.close()
