"""Databases in which learners have played, reviewed and been reminded: built once, copied for each test."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from storage.connecting import engine_for
from storage.engine import Database
from tests import databases, shipped
from tests.clock import FixedClock
from tests.journeys.conftest import Tutor, local
from tests.journeys.reviewing import TOKYO, answers_right, answers_wrong, prompted, settles_in, standing
from tests.virtual_time import VirtualTimeLoop


async def two_days(tutor: Tutor) -> None:
    """Let Ana finish a scene, be reminded and review, and Bruno leave in the middle of everything."""
    ana, bruno = tutor.learner(name="Ana"), tutor.learner(id=7_000_000_002, name="Bruno")
    await settles_in(ana)
    await bruno.says("/start")
    await bruno.presses("I know some")
    await bruno.says("Hola, buenos días")
    await prompted(tutor, ana)
    await answers_right(tutor, ana)
    await ana.presses("Go on")
    await answers_wrong(tutor, ana)
    await answers_right(tutor, ana)
    await ana.says("/play cafe_order")
    await ana.says("Hola")
    await prompted(tutor, ana, day=5)
    await standing(tutor, ana)
    await bruno.says("/start")


def living(database_url: str, life: Callable[[Tutor], Awaitable[None]], now: FixedClock | None = None) -> None:
    """Run the assembled bot on a database for as long as `life` takes."""

    async def live() -> None:
        database = Database(database_url)
        tutor = Tutor(database, shipped.library(), now or FixedClock())
        await tutor.start()
        await life(tutor)
        await tutor.stop()
        await database.close()

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(live())


@pytest.fixture(scope="session")
def played_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("played") / "tertulia.sqlite3"
    shutil.copy(sqlite_template, path)
    living(f"sqlite:///{path}", two_days)
    return path


@pytest.fixture(scope="session")
def played_postgres(postgres_server: str | None, postgres_template: str | None) -> Iterator[str | None]:
    if postgres_server is None or postgres_template is None:
        yield None
        return
    with databases.postgres_copy(postgres_server, postgres_template) as url:
        living(url, two_days)
        yield str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def played_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database of this test's own in which learners have played."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("played_sqlite"), tmp_path / "tertulia.sqlite3")
        yield f"sqlite:///{tmp_path / 'tertulia.sqlite3'}"
        return
    server, name = request.getfixturevalue("postgres_server"), request.getfixturevalue("played_postgres")
    if name is None:
        (pytest.fail if databases.postgres_required() else pytest.skip)("no PostgreSQL server is reachable")
    with databases.postgres_copy(server, name) as url:
        yield url


@pytest.fixture
def played(played_url: str) -> Iterator[Engine]:
    engine = engine_for(make_url(played_url))
    yield engine
    engine.dispose()


NOW = local(5, 9, 30, zone=TOKYO)
