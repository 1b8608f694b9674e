"""What every test may ask for: a migrated database of its own, a clock that stands still, a loop that never waits."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# Before anything of python-telegram-bot can raise: a 429 without it is a deprecation warning, here an error.
os.environ["PTB_TIMEDELTA"] = "1"

from hypothesis import HealthCheck, settings

from storage import connecting
from storage.engine import Database
from tests import databases
from tests.clock import FixedClock
from tests.virtual_time import VirtualTimeLoop

# Laws are judged by their outcome, not by how long a machine takes.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# As long as a test may take: a process that is held up in the middle of connecting has not lost its server.
connecting.PROMPTLY["connect_timeout"] = 180

_used: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_time: needs a loop on which time passes (sockets, processes, schedulers)")
    config.addinivalue_line("markers", "both_databases: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "several_processes: share a database, which only PostgreSQL lets them")


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    real = item.get_closest_marker("real_time") is not None or "scheduler" in item.path.parts
    return {"real": asyncio.SelectorEventLoop} if real else {"virtual": VirtualTimeLoop}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", _databases(metafunc.definition), indirect=True)


def _databases(item: pytest.Item) -> list[str]:
    if item.get_closest_marker("several_processes") is not None:
        return ["postgresql"]
    return ["sqlite", "postgresql"] if item.get_closest_marker("both_databases") is not None else ["sqlite"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of pytest-xdist tell the process that started it which databases it used."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["databases"] = sorted(_used)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear of a worker's databases; one that died has told nothing, and its test has failed for it."""
    _used.update(getattr(node, "workeroutput", {}).get("databases", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _used:
        terminalreporter.write_line(f"databases used: {', '.join(sorted(_used))}")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str | None]:
    with databases.postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str | None) -> Iterator[str | None]:
    if postgres_server is None:
        yield None
        return
    with databases.postgres_template(postgres_server) as name:
        yield name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty, migrated database of this test's own."""
    kind = request.param
    if kind == "sqlite":
        _used.add("SQLite")
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tutor.sqlite3")
        yield f"sqlite:///{tmp_path / 'tutor.sqlite3'}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    if server is None or template is None:
        _used.add("no PostgreSQL: no server is reachable and none can be started")
        (pytest.fail if databases.postgres_required() else pytest.skip)("no PostgreSQL server is reachable")
    _used.add("PostgreSQL")
    with databases.postgres_copy(server, template) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()
