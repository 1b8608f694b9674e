"""Deploys at the wrong moment: ended in the middle of a migration, or started twice at once."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url

from storage import schema
from storage.connecting import engine_for
from storage.engine import Database

pytestmark = [pytest.mark.real_time, pytest.mark.both_databases]

OLD = "0002"
ROOT = Path(__file__).parents[2]
# A program that is killed, or asked to end, when the newest revision has just run and nothing is committed yet.
ENDED_IN_THE_MIDDLE = """
import os, signal, sys, asyncio
from alembic.runtime.migration import MigrationContext
from storage.engine import Database
run = MigrationContext.run_migrations
def run_and_end(self, **values):
    run(self, **values)
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
MigrationContext.run_migrations = run_and_end
asyncio.run(Database(sys.argv[1]).open())
"""


def at_an_old_revision(url: str) -> None:
    """Leave the database as a program of that time did, with a learner in it."""
    engine = engine_for(make_url(url))
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.downgrade(schema.config(connection), OLD)
        connection.execute(
            text(
                "INSERT INTO users VALUES (7, 'en', 'es', NULL, 'UTC', false, false, 9, 21, 8, 0.9, NULL, true, false, "
                "'2026-11-02 10:00:00+00:00', '2026-11-02 10:00:00+00:00')"
            )
        )
    engine.dispose()


def state(engine: Engine) -> tuple[str, Sequence[str], int]:
    """Return the revision, the tables and how many learners there are."""
    with engine.connect() as connection:
        revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        return revision, sorted(inspect(connection).get_table_names()), learners(connection)


def learners(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT count(*) FROM users")) or 0)


@pytest.mark.parametrize("ending", ["SIGKILL", "SIGTERM"])
async def test_a_migration_that_is_ended_in_the_middle_has_not_happened(database_url: str, ending: str) -> None:
    at_an_old_revision(database_url)
    engine = engine_for(make_url(database_url))
    before = state(engine)
    engine.dispose()
    ended = subprocess.run(  # noqa: S603, ASYNC221 - our own program, and nothing else to do meanwhile
        [sys.executable, "-c", ENDED_IN_THE_MIDDLE, database_url, ending],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == -getattr(signal, ending)
    assert state(engine) == before
    database = Database(database_url)
    await database.open()
    assert await database.run(learners) == 1
    await database.close()
    assert state(engine)[0] != OLD
    engine.dispose()


async def test_two_deploys_at_once_migrate_once(database_url: str) -> None:
    at_an_old_revision(database_url)
    first, second = Database(database_url), Database(database_url)
    outcomes = await asyncio.gather(first.open(), second.open(), return_exceptions=True)
    # On SQLite the second one is refused, since a file is one process's own; on PostgreSQL both serve.
    assert [outcome for outcome in outcomes if outcome is None] == [None] * (2 if first.shared else 1)
    assert await first.run(learners) == 1
    await first.close()
    await second.close()
