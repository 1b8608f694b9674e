"""The program as an operator runs it, as a child process, and a fake Telegram that watches and interferes."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.fake_telegram import Answer, FakeTelegram
from tests.journeys.conftest import PERFECT
from tests.journeys.learner import Learner, World

PATIENCE = 180  # seconds for one answer, all restarts in between: several programs share a busy machine


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

    def __init__(self, root: str, folder: Path, token: str, **settings: str) -> None:
        usual = {
            "TELEGRAM_TOKEN": token, "BOT_API_URL": root, "DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0",
            "SEND_PER_SECOND": "0", "SEND_PER_CHAT": "0", "SWEEP_SECONDS": "3600",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
        self._environment = kept | {f"TUTOR_{name}": value for name, value in (usual | settings).items()}
        self._log = folder / "log.txt"
        self._process: Process | None = None
        self._lives = 0

    async def start(self, module: str = "bot", **environment: str) -> None:
        """Start it; it says by its calls, and in its log, when it is ready."""
        self._lives = self._times_ready()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, "run", env=self._environment | environment, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Wait until it serves, and so hears a signal: before, one would just end it."""
        async with asyncio.timeout(PATIENCE):
            while self._times_ready() == self._lives:  # noqa: ASYNC110 - another process is waited for
                await asyncio.sleep(0.05)

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

    def _times_ready(self) -> int:
        return self.log.count("Ready.") if self._log.exists() else 0

    @property
    def log(self) -> str:
        """Return everything it wrote."""
        return self._log.read_text()


async def stop(programs: Sequence[Program]) -> None:
    """End them as an operator does, and see that each finishes what it began."""
    for program in programs:
        await program.ready()
        program.send(signal.SIGTERM)
    assert {await program.ended() for program in programs} == {0}


async def play(learner: Learner) -> None:
    """Begin as somebody who knows some Spanish, and play the café to its end."""
    await learner.says("/start")
    await learner.presses("I know some")
    for answer in PERFECT:
        await learner.says(answer)
