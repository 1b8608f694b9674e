"""The doctor beside a bot at work: what it mends may meet what the bot writes."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from bot.operations.doctor import look_over
from storage import users
from storage.connecting import engine_for
from storage.health.check import Check, Look
from tests.bot.operations.conftest import NOW

PATIENCE = 180
KEPT_WAITING = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")


def touch(connection: Connection, user_id: int) -> None:
    connection.execute(text("UPDATE users SET zone = zone WHERE id = :id"), {"id": user_id})


class Rival:
    """Somebody else, who takes two learners in the other order and never gives way."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.has_one = Event()
        self.wants_other = Event()

    def run(self) -> None:
        engine = engine_for(make_url(self._url))
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL deadlock_timeout = '10min'"))
            touch(connection, 2)
            self.has_one.set()
            assert self.wants_other.wait(PATIENCE)
            touch(connection, 1)
        engine.dispose()


@pytest.fixture
def rival(database_url: str) -> Iterator[tuple[Rival, Future[None]]]:
    engine = engine_for(make_url(database_url))
    with engine.begin() as connection:
        for user_id in (1, 2):
            users.visit(connection, user_id, "en", NOW)
    engine.dispose()
    rival = Rival(database_url)
    with ThreadPoolExecutor(1) as beside:
        yield rival, beside.submit(rival.run)


@pytest.mark.several_processes
def test_a_repair_that_loses_a_race_is_run_again(database_url: str, rival: tuple[Rival, Future[None]]) -> None:
    other, done = rival
    runs = []

    def repair(look: Look) -> None:
        runs.append(look.now)
        touch(look.connection, 1)
        other.wants_other.set()
        while len(runs) == 1 and not look.connection.scalar(KEPT_WAITING):
            pass  # until both hold what the other wants
        touch(look.connection, 2)

    check = Check(name="race", broken="of them", find=lambda _look: iter(range(2 - len(runs))), repair=repair)
    assert other.has_one.wait(PATIENCE)
    (told,) = look_over(database_url, NOW, repair=True, checks=[check])
    assert (told.found.count, told.sound, len(runs)) == (2, True, 2)
    done.result(PATIENCE)
