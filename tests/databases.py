"""Databases for tests: migrated once, copied for each test; PostgreSQL wherever a server is or can be started."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from storage import schema
from storage.connecting import engine_for

DEFAULT_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
URL_VARIABLE = "TUTOR_TEST_POSTGRES_URL"
REQUIRE_VARIABLE = "TUTOR_TEST_REQUIRE_POSTGRES"


def sqlite_template(folder: Path) -> Path:
    """Return a migrated SQLite file to copy."""
    path = folder / "template.sqlite3"
    engine = engine_for(make_url(f"sqlite:///{path}"))
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


def postgres_required() -> bool:
    """Tell whether a missing server is a failure."""
    return os.environ.get(REQUIRE_VARIABLE) == "1"


@contextmanager
def postgres_server() -> Iterator[str | None]:
    """Yield the URL of a server: the named one, or a private one started for these tests, or nothing."""
    named = os.environ.get(URL_VARIABLE, DEFAULT_SERVER)
    if _answers(named):
        yield named
    elif shutil.which("initdb") and shutil.which("pg_ctl"):
        with _private_cluster() as url:
            yield url
    else:
        yield None


@contextmanager
def postgres_template(server: str) -> Iterator[str]:
    """Yield the name of a migrated database to copy, dropped at the end."""
    with _own_database(server, "template0") as name:
        engine = create_engine(on_server(server, name).replace("postgresql:", "postgresql+psycopg:"))
        schema.upgrade(engine)
        engine.dispose()
        yield name


@contextmanager
def postgres_copy(server: str, template: str) -> Iterator[str]:
    """Yield the URL of a database of one test's own."""
    with _own_database(server, template) as name:
        yield on_server(server, name)


def on_server(server: str, name: str) -> str:
    """Return the URL of a database of that name."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def _own_database(server: str, template: str) -> Iterator[str]:
    name = f"tertulia_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield name
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _answers(server: str) -> bool:
    try:
        psycopg.connect(server, connect_timeout=30).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _private_cluster() -> Iterator[str | None]:
    folder = Path(tempfile.mkdtemp(prefix="tertulia-postgres-"))
    # PostgreSQL refuses to run as root, so a root user borrows the account its packages create.
    borrowed = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if borrowed:
        shutil.chown(folder, "postgres")
    control = [*borrowed, "pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log")]
    listening = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        _quietly([*borrowed, "initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8"])
        _quietly([*control, "-o", listening, "start"])
        yield f"postgresql://postgres@/postgres?host={folder}"
        _quietly([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603 - commands of ours
