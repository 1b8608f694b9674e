"""The program as an operator runs it, killed while learners play: nothing is lost and no turn comes twice."""

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.fake_faces import serve
from tests.fake_telegram import Fault
from tests.journeys.conftest import PERFECT
from tests.kill.program import PATIENCE, Chat, Program, Watched, play

pytestmark = pytest.mark.real_time

LEARNERS = 12
KILLS = 8

Tables = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def fake() -> Watched:
    return Watched()


@pytest.fixture
async def program(fake: Watched, tmp_path: Path) -> AsyncIterator[Program]:
    async with serve(fake) as root:
        program = Program(root, tmp_path, fake.token)
        try:
            yield program
        finally:
            await program.close()
    assert fake.token not in program.log
    assert fake.refusals == []


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    def rows(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(tmp_path / "tertulia.sqlite3")) as connection:
            return connection.execute(query).fetchall()

    return rows


async def test_eight_kills_lose_nothing_and_double_nothing(fake: Watched, program: Program, tables: Tables) -> None:
    chance = Random(20261122)
    chats = [Chat(fake) for _ in range(LEARNERS)]
    playing = asyncio.gather(*(play(chat.player) for chat in chats))
    for _ in range(KILLS):
        fake.pull_at(chance.randint(2, 12), lambda: program.send(signal.SIGKILL), before=chance.random() < 1 / 2)
        await program.start()
        assert await program.ended() == -signal.SIGKILL
    await program.start()
    async with asyncio.timeout(PATIENCE):
        await playing
        await fake.until(fake.confirmed.is_set)
    program.send(signal.SIGTERM)
    assert await program.ended() == 0
    said = tables("SELECT user_id, utterance FROM scenario_turns ORDER BY user_id, update_id")
    assert said == [(chat.player.id, answer) for chat in chats for answer in PERFECT]
    completed = Counter(user_id for (user_id,) in tables("SELECT user_id FROM scenario_progress_history"))
    assert completed == {chat.player.id: 1 for chat in chats}
    assert tables("SELECT DISTINCT status FROM inbox") == [("done",)]
    assert tables("SELECT DISTINCT status FROM outbox WHERE action != 'answer'") == [("sent",)]
    assert_every_reply_arrived(fake, tables)


def assert_every_reply_arrived(fake: Watched, tables: Tables) -> None:
    queued = tables("SELECT chat_id, json_extract(payload, '$.text') FROM outbox WHERE action IN ('send', 'edit')")
    arrived = {
        (params["chat_id"], params.get("text"))
        for method, params in fake.calls
        if method != "getUpdates" and "chat_id" in params
    }
    assert len(queued) >= LEARNERS * (len(PERFECT) + 2)
    assert set(queued) <= arrived


async def test_a_signal_lets_the_program_finish_what_it_began(fake: Watched, program: Program, tables: Tables) -> None:
    await program.start()
    ana = Chat(fake).player
    await ana.says("/start")
    await ana.presses("I know some")
    for answer in PERFECT:
        fake.new_update(message=ana.message(answer))
    await fake.until(fake.confirmed.is_set)
    program.send(signal.SIGTERM)
    assert await program.ended() == 0
    assert len(tables("SELECT 1 FROM scenario_turns")) == len(PERFECT)
    assert tables("SELECT DISTINCT status FROM outbox WHERE action != 'answer'") == [("sent",)]


async def test_a_second_signal_ends_it_at_once_with_a_failure(fake: Watched, program: Program) -> None:
    await program.start()
    ana = Chat(fake).player
    await ana.says("/start")
    fake.fail(Fault.CUT, times=1000)
    fake.new_update(message=ana.message("/help"))
    await fake.until(lambda: [method for method, _ in fake.calls].count("sendMessage") > 1)
    program.send(signal.SIGTERM)
    # The unsent reply is tried again and again meanwhile; two signals at the same instant would count as one.
    await fake.until(lambda: "Stopping" in program.log)
    program.send(signal.SIGTERM)
    assert await program.ended() not in {0, -signal.SIGTERM}
