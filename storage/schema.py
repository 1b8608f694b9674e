"""Bringing a database up to date, under a lock, so that two processes never migrate at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlmodel import SQLModel

from storage import delivery_tables, incident_tables, legacy_tables, memory_tables, tables

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
REPLACED = "tertulia_replaced"  # the schema in which a PostgreSQL database waits while a backup takes its place
MIGRATION_LOCK = 7_237_417  # any fixed number: all processes of this program must ask for the same advisory lock
MODULES = (tables, memory_tables, delivery_tables, incident_tables, legacy_tables)


class NewerDatabaseError(Exception):
    """The database was written by a newer version of this program; update the program, or restore a backup."""


class UnfinishedRestoreError(Exception):
    """a restore was cut short, and what it replaces stands aside: run `tertulia restore` once more."""


def metadata() -> MetaData:
    """Return every table of the house: naming the modules here is what loads them."""
    return SQLModel.metadata


def upgrade(engine: Engine, *, restoring: bool = False) -> None:
    """Bring the tables to the newest revision, or leave them exactly as they were."""
    with _locked(engine) as connection:
        if not restoring and is_replaced(connection):
            # An empty database would be filled with new tables, and learners would find nothing of theirs.
            raise UnfinishedRestoreError(UnfinishedRestoreError.__doc__)
        if _revision(connection) != newest():
            # Only here, since it takes a tenth of a second and ten megabytes, and most starts have nothing to migrate.
            from alembic import command  # noqa: PLC0415

            command.upgrade(config(connection), "head")


def revision(engine: Engine) -> str | None:
    """Return the revision of a database, or nothing where there are no tables of ours; refuse one that is newer."""
    with engine.connect() as connection:
        return _revision(connection)


def newest() -> str:
    """Return the revision that this program works with: the last one by name."""
    return max(_known())


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    current: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if current is not None and current not in _known():
        raise NewerDatabaseError(NewerDatabaseError.__doc__)
    return current


def is_replaced(connection: Connection) -> bool:
    """Tell whether a restore is under way here, or was cut short."""
    return connection.dialect.name == "postgresql" and inspect(connection).has_schema(REPLACED)


def _known() -> set[str]:
    """Return the revisions there are: a file is called by its revision, a line, and what it does."""
    return {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def config(connection: Connection | None = None) -> "Config":
    """Describe where the revisions are, and on which connection they run."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
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
