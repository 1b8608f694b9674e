"""The program under learners and bad weather for ten minutes: killed and restarted at first, then left alone.

`make soak SECONDS=600 DATABASE=sqlite WORKERS=1 LEARNERS=40` says what a run is by default (the seconds reach us as
SOAK_SECONDS: shells count in a variable of the shorter name). In the first 35 % of the time
processes are killed (SIGKILL, SIGTERM) and started again; in the rest one start must live through everything else,
and its memory is watched: the mean of its last third must lie within 5 % of its middle third. Its first third is the
warm-up, in which every scene is used for the first time: a turn stays in memory once it was read. Exit code 1 and a
list on any breach.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

os.environ["PTB_TIMEDELTA"] = "1"

from storage.engine import Database
from tests import shipped
from tests.bench.soak_checks import breaches
from tests.bench.soak_people import Diary, Person, Sleeper, Tourist
from tests.bench.soak_program import Memory, Program, seed_sleepers
from tests.bench.soak_server import Weather
from tests.databases import DEFAULT_SERVER, URL_VARIABLE, postgres_copy
from tests.fake_faces import serve

KILLING = 0.35
STORM = 0.02
SLEEPERS = 60
FIRST_SLEEPER = 500
FIRST_TOURIST = 900
FLAT = 0.05
DRAIN = 60.0


@dataclass
class Soak:
    """One run: its length, its people, and everything it came to."""

    seconds: float
    workers: int
    learners: int
    random: Random = field(default_factory=lambda: Random(20261129))
    fake: Weather = field(default_factory=lambda: Weather(known_only=False))
    diary: Diary = field(default_factory=Diary)
    kills: int = 0
    outages: int = 0
    wrong: list[str] = field(default_factory=list)


def main() -> None:
    """Run one soak and say what came of it."""
    argparse.ArgumentParser(prog="make soak", description=__doc__).parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no process and no folder is left behind
    soak = Soak(
        seconds=float(os.environ.get("SOAK_SECONDS") or 600),
        workers=int(os.environ.get("WORKERS") or 1),
        learners=int(os.environ.get("LEARNERS") or 40),
    )
    name = os.environ.get("DATABASE") or "sqlite"
    if name not in {"sqlite", "postgresql"} or (name == "sqlite" and soak.workers > 1):
        raise SystemExit("soak: DATABASE is sqlite or postgresql; several WORKERS need postgresql")
    with tempfile.TemporaryDirectory(prefix="tertulia-soak-") as folder, _database(name, Path(folder)) as url:
        memory = asyncio.run(_run(soak, url, Path(folder)))
    _tell(soak, name, memory)
    sys.exit(1 if soak.wrong else 0)


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'tertulia.sqlite3'}"
        return
    with postgres_copy(os.environ.get(URL_VARIABLE, DEFAULT_SERVER), "template0") as url:
        yield url


async def _run(soak: Soak, url: str, folder: Path) -> Sequence[float]:
    sleepers = [7_000_000_000 + FIRST_SLEEPER + number for number in range(SLEEPERS)]
    database = Database(url)
    await database.open()
    await database.run(seed_sleepers, sleepers, datetime.now(UTC), 0.8 * soak.seconds)
    await database.close()
    async with serve(soak.fake) as root:
        program = Program(root, folder, url, soak.fake.token, soak.workers)
        try:
            memory = await _live(soak, program)
        finally:
            await program.close()
    soak.wrong += [f"the token is in the log {program.log.count(soak.fake.token)} times"] * (
        soak.fake.token in program.log
    )
    database = Database(url)
    soak.wrong += await database.run(lambda connection: list(breaches(connection, soak.fake, soak.diary)))
    await database.close()
    return memory


async def _live(soak: Soak, program: Program) -> Sequence[float]:
    async with _people(soak):
        await _killed(soak, program, KILLING * soak.seconds)
        memory = Memory(program)
        spell = asyncio.create_task(_spells(soak))
        tour = asyncio.create_task(_tour(soak))
        await memory.watch((1 - KILLING) * soak.seconds, every=max(0.5, soak.seconds / 200))
        spell.cancel()
        await tour
        if not program.alive():
            soak.wrong.append("a process ended by itself")
        soak.fake.storm, soak.fake.outage = 0.0, False
    await _drained(soak, program)
    thirds = memory.thirds()
    if abs(thirds[2] - thirds[1]) > FLAT * thirds[1]:
        soak.wrong.append(f"memory is not flat: {thirds[1]:.1f} MiB in the middle third, {thirds[2]:.1f} in the last")
    return thirds


@asynccontextmanager
async def _people(soak: Soak) -> AsyncIterator[None]:
    stop = asyncio.Event()
    awake = [Person(soak.fake, soak.diary, number, Random(number)) for number in range(soak.learners)]
    asleep = [Sleeper(soak.fake, soak.diary, FIRST_SLEEPER + number, Random(number)) for number in range(SLEEPERS)]
    living = [asyncio.create_task(person.live(stop)) for person in (*awake, *asleep)]
    yield
    stop.set()
    for outcome in await asyncio.gather(*living, return_exceptions=True):
        if isinstance(outcome, BaseException):
            soak.wrong.append(f"a learner of the soak itself stumbled: {outcome!r}")


async def _killed(soak: Soak, program: Program, seconds: float) -> None:
    """Kill and restart until the time is over; at the end every process runs."""
    for worker in range(soak.workers):
        await program.start(worker)
    soak.fake.storm = STORM
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, soak.random.uniform(6, 18)))
        worker, number = soak.random.randrange(soak.workers), soak.random.choice((signal.SIGKILL, signal.SIGTERM))
        if soak.workers == 1 and (number is signal.SIGTERM or soak.random.random() < 0.5):
            # Before it has begun, a process has no order in which to stop; and on a busy machine none would ever begin.
            await soak.fake.polled(soak.fake.polls + 1)
        soak.fake.litter()
        code = await program.end(worker, number)
        if code != (0 if number is signal.SIGTERM else -number):
            soak.wrong.append(f"a process ended by {number.name} with code {code}")
        soak.kills += 1
        await program.start(worker)


async def _tour(soak: Soak) -> None:
    """Have every scene used once by the process that is watched: it keeps in memory what it has read of a scene."""
    scenes = sorted(scene.id for scene in shipped.library().scenes("es", "en"))
    tourists = [Tourist(soak.fake, soak.diary, FIRST_TOURIST + number, Random(number)) for number in range(len(scenes))]
    await asyncio.gather(*(tourist.visit(scene) for tourist, scene in zip(tourists, scenes, strict=True)))


async def _spells(soak: Soak) -> None:
    """Let Telegram be down for some seconds now and then, and rubbish come among the updates."""
    while True:
        await asyncio.sleep(soak.random.uniform(10, 30))
        for _ in range(3):
            soak.fake.litter()
        soak.fake.outage = True
        soak.outages += 1
        await asyncio.sleep(soak.random.uniform(1, 6))
        soak.fake.outage = False


async def _drained(soak: Soak, program: Program) -> None:
    """Wait until nothing is left to take or to send, then stop in order."""
    until, quiet_since, taken = time.monotonic() + DRAIN, time.monotonic(), soak.fake.taken
    while time.monotonic() < until and (time.monotonic() - quiet_since < 5 or not soak.fake.all_confirmed()):
        await asyncio.sleep(0.5)
        if soak.fake.taken != taken:
            quiet_since, taken = time.monotonic(), soak.fake.taken
    for worker in range(soak.workers):
        if code := await program.end(worker, signal.SIGTERM):
            soak.wrong.append(f"the last SIGTERM ended in exit code {code}")


def _tell(soak: Soak, name: str, memory: Sequence[float]) -> None:
    texts = sum(map(len, soak.diary.texts.values()))
    weather = ", ".join(f"{times} x {kind}" for kind, times in sorted(soak.fake.failed.items()))
    print(
        f"soak: {soak.seconds:.0f} s on {name}, {soak.workers} process(es), {soak.learners} learners, {SLEEPERS} asleep"
    )
    print(f"  {texts} texts, {len(soak.diary.others)} presses and other updates, {len(soak.fake.rubbish)} malformed")
    print(f"  {soak.fake.taken} calls; failed: {weather}; {soak.outages} outages; {soak.kills} kills and restarts")
    print("  memory in thirds, MiB: " + ", ".join(f"{third:.1f}" for third in memory))
    for wrong in soak.wrong[:40]:
        print(f"  BREACH: {wrong}")
    print(f"  {'every invariant holds' if not soak.wrong else f'{len(soak.wrong)} breaches'}")


if __name__ == "__main__":
    main()
