"""The program under soak: `python -m bot run` in as many processes as asked for, its database, its memory over time."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from storage import cards, prompts, users, vocabulary
from storage.memory_tables import Card, Direction, SourceType, VocabularyItem

ZONES_AT_NOON = 12
PATIENCE = 60.0


class Program:
    """The running processes; one that was killed can be started again."""

    def __init__(self, root: str, folder: Path, database_url: str, token: str, workers: int) -> None:
        settings = {
            "TELEGRAM_TOKEN": token, "BOT_API_URL": root, "DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0",
            "DATABASE_URL": database_url, "SEND_PER_SECOND": "200", "SEND_PER_CHAT": "10", "SWEEP_SECONDS": "2",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
        self._environment = kept | {f"TUTOR_{name}": value for name, value in settings.items()}
        self._log = folder / "log.txt"
        self._processes: list[Process | None] = [None] * workers

    async def start(self, worker: int) -> None:
        """Start one of the processes."""
        with self._log.open("ab") as log:
            self._processes[worker] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self._environment, stdout=log, stderr=log
            )

    async def end(self, worker: int, number: signal.Signals) -> int:
        """Send a signal that ends a process, and return its exit code."""
        process = self._processes[worker]
        assert process is not None
        process.send_signal(number)
        code = await asyncio.wait_for(process.wait(), PATIENCE)
        self._processes[worker] = None
        return code

    async def close(self) -> None:
        """Leave no process behind."""
        for process in self._processes:
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()

    def alive(self) -> bool:
        """Tell whether every process that was started still runs."""
        return all(process is None or process.returncode is None for process in self._processes)

    def resident(self) -> int:
        """Return the resident memory of all processes, in KiB."""
        return sum(_resident(process.pid) for process in self._processes if process is not None)

    @property
    def log(self) -> str:
        """Return everything the processes wrote."""
        return self._log.read_text(errors="replace")


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


class Memory:
    """Resident memory, sampled every few seconds."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.samples: list[int] = []

    async def watch(self, seconds: float, every: float) -> None:
        """Sample for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.samples.append(self._program.resident())
            await asyncio.sleep(every)

    def thirds(self) -> Sequence[float]:
        """Return the mean of each third, in MiB."""
        size = max(1, len(self.samples) // 3)
        parts = (self.samples[:size], self.samples[size : 2 * size], self.samples[2 * size :])
        return [sum(part) / max(1, len(part)) / 1024 for part in parts]


def seed_sleepers(connection: Connection, learners: Sequence[int], now: datetime, seconds: float) -> None:
    """Enrol learners of long ago with a due card each, whose reminders fall due one after another."""
    for number, learner in enumerate(learners):
        users.visit(connection, learner, "en", now - timedelta(days=3))
        # A place where it is about noon, with no quiet hours: the date does not turn during the soak.
        users.change(
            connection,
            learner,
            zone=_zone_at_noon(now),
            zone_confirmed=True,
            clock_asked=True,
            quiet_starts=3,
            quiet_ends=3,
        )
        _due_word(connection, learner, now)
        at = now + timedelta(seconds=5 + seconds * number / len(learners))
        prompts.schedule_of(connection, learner)
        prompts.reschedule(connection, learner, next_at=at, planned_at=at)


def _zone_at_noon(now: datetime) -> str:
    ahead = ZONES_AT_NOON - now.hour
    # The names of this family count westwards.
    return f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"


def _due_word(connection: Connection, learner: int, now: datetime) -> None:
    met_at, due_on = now - timedelta(days=3), (now - timedelta(days=2)).date()
    item, _ = vocabulary.add(
        connection,
        VocabularyItem(
            user_id=learner, language="es", word="la cuenta", translation="the bill", gap="la cuenta",
            sentence="La cuenta, por favor", sentence_translation="The bill, please",
            source_type=SourceType.SCENARIO, source_id="cafe_order", source_key="cuenta", created_at=met_at,
        ),
    )  # fmt: skip
    card = Card(
        item_id=item.id, user_id=learner, direction=Direction.PRODUCTION, first_due_on=due_on, due_on=due_on,
        due_at=now - timedelta(days=2), created_at=met_at,
    )  # fmt: skip
    cards.add(connection, card)
