"""Facts about prepared statements: cheaper than SQLAlchemy's own way, and otherwise the same."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from storage import completions, runs, users
from storage.engine import Database
from storage.rows import changed, new
from storage.tables import RunStatus, ScenarioRun, User
from tests.clock import START

ANA = 7


def begin(connection: Connection, /, **more: Any) -> int:
    run = new(
        ScenarioRun,
        user_id=ANA,
        scenario_id="cafe_order",
        language="es",
        native="en",
        pack_version=1,
        state={"said": ["¡Hola!"], "nothing": None},
        status=RunStatus.OPEN,
        started_at=START,
        asked_at=START,
        last_turn_at=START,
    )
    return runs.start(connection, changed(run, **more))


def enrolled(connection: Connection) -> User:
    return users.visit(connection, ANA, "en", START)[0]


@pytest.mark.both_databases
async def test_a_row_is_read_as_it_was_written(database: Database) -> None:
    await database.run(enrolled)
    number = await database.run(begin)
    run = await database.run(runs.get, ANA, number)
    assert run is not None
    assert (run.status, run.state, run.started_at) == (
        RunStatus.OPEN,
        {"said": ["¡Hola!"], "nothing": None},
        START,
    )
    assert (run.version, run.kind, run.ended_at) == (0, "full", None)


@pytest.mark.both_databases
async def test_what_the_database_refuses_is_told_without_the_row(database: Database) -> None:
    await database.run(enrolled)
    with pytest.raises(IntegrityError) as caught:
        await database.run(begin, user_id=404, scenario_id="secret")
    assert "secret" not in str(caught.value)


async def test_whoever_listens_hears_every_statement(database: Database) -> None:
    heard: list[str] = []

    def look(connection: Connection) -> bool:
        event.listen(connection, "before_cursor_execute", lambda _c, _cursor, said, *_: heard.append(said))
        return completions.has_any(connection, ANA)

    await database.run(look)
    assert ["scenario_progress_history" in said for said in heard] == [True]


async def test_instants_stand_in_the_file_as_they_always_did(database: Database) -> None:
    await database.run(enrolled)
    stored = await database.run(lambda connection: connection.execute(text("SELECT created_at FROM users")).scalar())
    assert stored == START.strftime("%Y-%m-%d %H:%M:%S.%f")


async def test_a_value_read_cannot_be_set(database: Database) -> None:
    user = await database.run(enrolled)
    with pytest.raises(AttributeError):
        user.native = "de"
    assert changed(user, native="de").native == "de"
    assert user.native == "en"
