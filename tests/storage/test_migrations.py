"""Facts about bringing a database up to date."""

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import schema, users
from storage.engine import Database
from storage.schema import NewerDatabaseError
from tests.clock import START

pytestmark = pytest.mark.both_databases


async def test_the_revisions_lead_to_the_tables_in_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, schema.metadata()))

    assert await database.run(differences) == []


async def test_the_predecessors_table_names_stay(database: Database) -> None:
    def names(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names())

    assert {"scenario_progress_history", "vocabulary_items", "learning_sessions"} <= await database.run(names)


async def test_opening_again_changes_nothing(database: Database) -> None:
    await database.run(users.visit, 1, "en", START)
    await database.open()
    assert await database.run(users.count) == 1


async def test_two_processes_may_open_a_database_at_once(database: Database, database_url: str) -> None:
    other = Database(database_url)
    await asyncio.gather(database.open(), other.open())
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
