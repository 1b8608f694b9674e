"""The program as an operator runs it, killed while learners play: nothing is lost and no turn comes twice."""

import asyncio
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.fake_faces import serve
from tests.fake_telegram import Answer, FakeTelegram, Fault
from tests.journeys.conftest import PERFECT
from tests.journeys.learner import Learner, World

pytestmark = pytest.mark.real_time

LEARNERS = 12
KILLS = 8
PATIENCE = 60

Tables = Callable[[str], list[tuple[Any, ...]]]


class Watched(FakeTelegram):
    """A fake that tells those who wait about every call, and pulls the plug at chosen ones."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.waiting: list[asyncio.Future[None]] = []
        self.plug: Callable[[], None] | None = None
        self.calls_left = 0
        self.before = True

    def call(self, method: str, params: dict[str, Any]) -> Answer:
        """Answer, and kill the caller right before or right after the effect if it is time."""
        # Empty polls do not count: the plug is pulled in the middle of work.
        self.calls_left -= method != "getUpdates" or bool(self.pending)
        self._strike(before=True)
        try:
            return super().call(method, params)
        finally:
            self._strike(before=False)
            self._tell()

    def pull_at(self, calls: int, plug: Callable[[], None], *, before: bool) -> None:
        """Call `plug` in the middle of a call so many calls from now, before or after its effect."""
        self.calls_left, self.plug, self.before = calls, plug, before

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for calls until something is true."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                future = asyncio.get_running_loop().create_future()
                self.waiting.append(future)
                await future

    def _tell(self) -> None:
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _strike(self, *, before: bool) -> None:
        if self.plug is not None and self.calls_left <= 0 and before == self.before:
            plug, self.plug = self.plug, None
            plug()


class Chat(World):
    """One learner's view: settled as soon as something new stands in their own chat."""

    def __init__(self, fake: Watched) -> None:
        super().__init__(fake, self.settle)
        self.watched = fake
        self.player = self.learner()
        self._read = 0

    def learner(self, **who: Any) -> Learner:
        """Return a learner with an id nobody has yet."""
        return super().learner(id=7_000_000_000 + len(self.fake.chats), name="Ana", **who)

    async def settle(self) -> None:
        """Wait for the next message or change."""
        await self.watched.until(lambda: self._shown() > self._read)
        self._read = self._shown()

    def _shown(self) -> int:
        return sum(message.chat_id == self.player.id for message in self.fake.changes)


class Program:
    """`python -m bot run` as a child process."""

    def __init__(self, root: str, folder: Path, token: str) -> None:
        settings = {
            "TELEGRAM_TOKEN": token, "BOT_API_URL": root, "DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0",
            "SEND_PER_SECOND": "0", "SEND_PER_CHAT": "0", "SWEEP_SECONDS": "3600",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
        self._environment = kept | {f"TUTOR_{name}": value for name, value in settings.items()}
        self._log = folder / "log.txt"
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it; it says by its calls when it is ready."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self._environment, stdout=log, stderr=log
            )

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the end and return the exit code."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def close(self) -> None:
        """Leave no process behind."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def log(self) -> str:
        """Return everything it wrote."""
        return self._log.read_text()


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


async def play(learner: Learner) -> None:
    await learner.says("/start")
    await learner.presses("I know some")
    for answer in PERFECT:
        await learner.says(answer)


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
