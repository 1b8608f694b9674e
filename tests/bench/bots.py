"""The bots that are measured: each in processes of its own, with a server and learners of its own."""

import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.bench.double import TOKEN, Double
from tests.bench.load import Load, Script
from tests.databases import on_server

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0
STOP_SECONDS = 25.0
TICK = os.sysconf("SC_CLK_TCK")
COUNT = "SELECT count(*) FROM scenario_turns WHERE intent IS NOT NULL"
PLAY = ("-m", "bot", "run")


class Bot:
    """A bot with its world, from `start` to `stop`; `graded` counts the turns it has judged, where it judges any."""

    def __init__(
        self,
        name: str,
        folder: Path,
        command: Sequence[str],
        *,
        environment: dict[str, str] | None = None,
        workers: int = 1,
        learners: int = 64,
    ) -> None:
        self.name = name
        self.folder = folder / name
        self.double = Double()
        self.load = Load(self.double, learners)
        self.graded: Callable[[], int] | None = None
        self.server_cpu: Callable[[], float] | None = None
        self.processes: list[asyncio.subprocess.Process] = []
        self._command = command
        self._environment = environment or {}
        self._workers = workers

    async def start(self) -> None:
        """Start the server and the processes, and wait until updates are asked for."""
        self.folder.mkdir(parents=True)
        root = await self.double.start()
        for number in range(self._workers):
            with (self.folder / f"log-{number}.txt").open("wb") as log:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *(part.format(root=root, token=TOKEN, folder=self.folder) for part in self._command),
                    cwd=self.folder,  # no .env of the developer's lies there
                    env=_environment(root, self.folder, self._environment),
                    stdout=log,
                    stderr=log,
                )
            # The measuring process keeps to one core; what it starts must not inherit that.
            os.sched_setaffinity(process.pid, range(os.cpu_count() or 1))
            self.processes.append(process)
        await self._asked()

    async def stop(self) -> None:
        """End the processes as an operator would, then the server."""
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
        for process in self.processes:
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        await self.double.stop()

    def cpu(self) -> float:
        """Return the CPU seconds of the bot's processes so far, user and system."""
        return sum(cpu_of(process.pid) for process in self.processes)

    def peak(self) -> int:
        """Return the most memory the processes ever held, in KiB, added up."""
        return sum(memory_of(process.pid, "VmHWM") for process in self.processes)

    def check(self) -> None:
        """Fail with the end of its log if a process has ended."""
        for number, process in enumerate(self.processes):
            if process.returncode is not None:
                log = (self.folder / f"log-{number}.txt").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{self.name} ended with {process.returncode}:\n{log}")

    async def _asked(self) -> None:
        asked = asyncio.create_task(self.double.polled.wait())
        ended = [asyncio.create_task(process.wait()) for process in self.processes]
        await asyncio.wait({asked, *ended}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in (asked, *ended):
            task.cancel()
        self.check()
        if not self.double.polled.is_set():
            raise RuntimeError(f"{self.name} did not ask for updates within {START_SECONDS:.0f} s")


def echo(folder: Path) -> Bot:
    """Return the bare echo bot."""
    return Bot("echo", folder, ("-m", "tests.bench.echo", "{root}", "{token}"))


def echo_row(folder: Path) -> Bot:
    """Return the echo bot that commits a row a message."""
    return Bot("echo+row", folder, ("-m", "tests.bench.echo", "{root}", "{token}", "{folder}/said.sqlite3"))


def tertulia(
    folder: Path,
    *,
    name: str = "tertulia",
    command: Sequence[str] = PLAY,
    learners: int = 64,
    scripts: Sequence[Script] = (),
) -> Bot:
    """Return Tertulia on SQLite."""
    bot = Bot(name, folder, command, learners=learners)
    if scripts:
        bot.load = Load(bot.double, learners, scripts)
    bot.graded = lambda: _count_in_file(bot.folder / "tertulia.sqlite3")
    return bot


def tertulia_hooked(folder: Path) -> Bot:
    """Return Tertulia on SQLite, fed by webhook."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    settings = {"TUTOR_MODE": "webhook", "TUTOR_WEBHOOK_URL": f"http://{address}/updates", "TUTOR_LISTEN": address}
    bot = Bot("webhook", folder, PLAY, environment=settings)
    bot.graded = lambda: _count_in_file(bot.folder / "tertulia.sqlite3")
    return bot


@contextmanager
def on_postgres(folder: Path, server: str, workers: int) -> Iterator[Bot]:
    """Yield Tertulia on a PostgreSQL database of its own, in so many processes; the database goes at the end."""
    database = f"tertulia_bench_{uuid4().hex[:12]}"
    url = on_server(server, database)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}"'.encode())
        bot = Bot(f"pg{workers}", folder, PLAY, environment={"TUTOR_DATABASE_URL": url}, workers=workers)
        bot.graded = lambda: _count_on_server(url)
        bot.server_cpu = lambda: _cpu_of_server(database)
        try:
            yield bot
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far, all its threads and user and system; 0 for one that is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def cpu_of_machine() -> float:
    """Return the CPU seconds that all processes of the machine have had so far."""
    fields = Path("/proc/stat").read_text().partition("\n")[0].split()[1:]
    user, nice, system = map(int, fields[:3])
    return (user + nice + system) / TICK


def memory_of(pid: int, what: str) -> int:
    """Return a line of /proc/pid/status in KiB: VmHWM is the most ever held, VmRSS what is held now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{what}:")), 0)


def _environment(root: str, folder: Path, extra: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
    settings = {
        "TUTOR_TELEGRAM_TOKEN": TOKEN,
        "TUTOR_BOT_API_URL": root,
        "TUTOR_DATA_DIR": str(folder),
        "TUTOR_LISTEN": "127.0.0.1:0",
        "TUTOR_SEND_PER_SECOND": "0",
        "TUTOR_SEND_PER_CHAT": "0",
    }
    return own | {"PYTHONPATH": str(ROOT)} | settings | extra


def _count_in_file(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute(COUNT).fetchone()[0])


def _count_on_server(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(COUNT).fetchone()
    return int(row[0]) if row else 0


def _cpu_of_server(database: str) -> float:
    """Add up the backends that serve this database; the writers they share with others are left out."""
    found = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                title = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if title.startswith(b"postgres:") and database.encode() in title:
                found += cpu_of(int(entry.name))
    return found
