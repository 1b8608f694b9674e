"""Bringing a database up to date, under a lock, so that two processes never migrate at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData
from sqlmodel import SQLModel

from storage import delivery_tables, incident_tables, legacy_tables, memory_tables, tables

MIGRATION_LOCK = 7_237_417  # any fixed number: all processes of this program must ask for the same advisory lock
MODULES = (tables, memory_tables, delivery_tables, incident_tables, legacy_tables)


class NewerDatabaseError(Exception):
    """The database was written by a newer version of this program; update the program, or restore a backup."""


def metadata() -> MetaData:
    """Return every table of the house: naming the modules here is what loads them."""
    return SQLModel.metadata


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision, or leave them exactly as they were."""
    with _locked(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(config(connection))
        if current is not None and current not in _known(script):
            raise NewerDatabaseError(NewerDatabaseError.__doc__)
        if current != script.get_current_head():
            command.upgrade(config(connection), "head")


def revision(engine: Engine) -> str | None:
    """Return the revision of a database, or nothing where there are no tables of ours; refuse one that is newer."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in _known(ScriptDirectory.from_config(config())):
        raise NewerDatabaseError(NewerDatabaseError.__doc__)
    return current


def newest() -> str | None:
    """Return the revision that this program works with."""
    return ScriptDirectory.from_config(config()).get_current_head()


def _known(script: ScriptDirectory) -> set[str]:
    return {each.revision for each in script.walk_revisions()}


def config(connection: Connection | None = None) -> Config:
    """Describe where the revisions are, and on which connection they run."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Inside a transaction this pragma does nothing, and with it on a rebuilt table silently loses its children.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
                yield connection
        finally:
            if engine.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
