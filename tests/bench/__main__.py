"""Measure Tertulia playing scenes beside echo bots of python-telegram-bot: `make bench`, or parts of it.

`python -m tests.bench --only closed,tertulia` runs one load on one bot (ratios need `echo` too). ROUNDS and SECONDS in
the environment set the defaults of `--rounds` and `--seconds`. What is measured is told in docs/benchmarks.md.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import perf_counter

from tests.bench import bots
from tests.bench.bots import Bot, cpu_of_machine
from tests.bench.crowd import crowd
from tests.bench.report import Round, Window, scenario, verdicts
from tests.bench.stages import FILE, profile
from tests.bench.verdicts import grading
from tests.databases import postgres_server

LOADS = {
    "closed": "64 learners, each answering at once; calls answered at once",
    "latency": "64 learners, each answering at once; every call but getUpdates takes 50 ms",
    "open": "60 messages a second whatever the bot does; calls answered at once",
}
PARTS = ("grade", *LOADS, "stages")
ON_DEMAND = ("memory",)
BOTS = ("echo", "echo+row", "tertulia", "pg1", "pg2")
MORE_BOTS = ("webhook", "pg3")
CORES = os.cpu_count() or 1
LATENCY = 0.05
RATE = 60.0
WARM_UP = 1.0


def main() -> None:
    """Run the parts asked for."""
    options = _options()
    print(f"{_commit()}, {CORES} cores, {options.rounds} rounds of {options.seconds:g} s", flush=True)
    if "grade" in options.parts:
        print(grading(), flush=True)
    os.sched_setaffinity(0, {0})  # servers and learners keep to one core, so that the bots have the other
    with tempfile.TemporaryDirectory(prefix="tertulia-bench-") as folder:
        try:
            asyncio.run(_measure(options, Path(folder)))
        except asyncio.CancelledError:
            sys.exit("ended before the end")


async def _measure(options: argparse.Namespace, folder: Path) -> None:
    current = asyncio.current_task()
    assert current is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, current.cancel)  # the bots must not outlive us
    loads = [load for load in LOADS if load in options.parts]
    if loads:
        async with _started(options.bots, folder) as running:
            measured = {load: await _load(load, running, options) for load in loads}
            for bot in running:
                if bot.graded:
                    print(f"{bot.name}: {bot.load.lines} lines said, {bot.graded()} turns graded and understood")
        for load, rounds in measured.items():
            print(scenario(LOADS[load], rounds))
        print(verdicts(measured))
    if "stages" in options.parts:
        print(f"\nWhere the time of a turn goes (SQLite)\n{await _stages(folder, options.seconds)}", flush=True)
    if "memory" in options.parts:
        await crowd(folder)


@asynccontextmanager
async def _started(names: Sequence[str], folder: Path) -> AsyncIterator[list[Bot]]:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(postgres_server())
        running = []
        for name in names:
            if name.startswith("pg"):
                if server is None:
                    print(f"{name}: left out, no PostgreSQL answers", flush=True)
                    continue
                bot = stack.enter_context(bots.on_postgres(folder, server, int(name[2:])))
            else:
                bot = _ALONE[name](folder)
            stack.push_async_callback(bot.stop)
            await bot.start()
            await bot.load.prepare()
            running.append(bot)
        yield running


_ALONE: Mapping[str, Callable[[Path], Bot]] = {
    "echo": bots.echo, "echo+row": bots.echo_row, "tertulia": bots.tertulia, "webhook": bots.tertulia_hooked,
}  # fmt: skip


async def _load(load: str, running: Sequence[Bot], options: argparse.Namespace) -> list[Round]:
    """Measure every bot in every round, so that what else the machine does falls on all of them alike."""
    rounds: list[Round] = []
    for number in range(options.rounds):
        rounds.append({bot.name: await _window(load, bot, options.seconds) for bot in running})
        print(f"{load}: round {number + 1} of {options.rounds}", flush=True)
    return rounds


async def _window(load: str, bot: Bot, seconds: float) -> Window:
    bot.double.latency = LATENCY if load == "latency" else 0.0
    talking = asyncio.create_task(bot.load.run_at(RATE)) if load == "open" else None
    if talking is None:
        bot.load.run()
    await asyncio.sleep(WARM_UP)
    found = await _seen(bot, seconds)
    if talking is not None:
        talking.cancel()
    bot.double.latency = 0.0
    await bot.load.hush()
    bot.check()
    return found


async def _seen(bot: Bot, seconds: float) -> Window:
    meter = bot.load.meter
    meter.restart()
    graded, server, cpu = _graded(bot), bot.server_cpu and bot.server_cpu(), bot.cpu()
    machine, own = cpu_of_machine(), time.process_time()
    meter.on, begun = True, perf_counter()
    await asyncio.sleep(seconds)
    meter.on, ended = False, perf_counter()
    cpu, server = bot.cpu() - cpu, bot.server_cpu() - server if bot.server_cpu and server is not None else None
    ours = cpu + (server or 0.0) + time.process_time() - own
    return Window(
        seconds=ended - begun,
        cpu=cpu,
        messages=len(meter.latencies),
        turns=meter.turns,
        graded=_graded(bot) - graded if bot.graded else None,
        latencies=tuple(meter.latencies),
        peak_kib=bot.peak(),
        server_cpu=server,
        missed=meter.missed,
        others=max(0.0, cpu_of_machine() - machine - ours) / (CORES * (ended - begun)),
    )


async def _stages(folder: Path, seconds: float) -> str:
    """Play as in a window, with a stop-watch in the bot."""
    bot = bots.tertulia(folder, name="stages", command=("-m", "tests.bench.stages"))
    await bot.start()
    try:
        await bot.load.prepare()
        columns = {}
        for load in ("closed", "open"):
            await _spent(bot)
            before = _graded(bot)
            await _window(load, bot, seconds)
            columns[load] = (await _spent(bot), _graded(bot) - before)
        return profile(columns)
    finally:
        await bot.stop()


async def _spent(bot: Bot) -> dict[str, int]:
    """Read the stop-watch, which begins anew with that."""
    told = bot.folder / FILE
    told.unlink(missing_ok=True)
    bot.processes[0].send_signal(signal.SIGUSR1)
    while not told.exists():
        await asyncio.sleep(0.01)
        bot.check()
    return dict(json.loads(told.read_text()))


def _graded(bot: Bot) -> int:
    return bot.graded() if bot.graded else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    known = (*PARTS, *ON_DEMAND, *BOTS, *MORE_BOTS)
    parser.add_argument("--only", default="", metavar="WHAT,...", help=f"parts and bots out of {', '.join(known)}")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "3")))
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS", "3")))
    options = parser.parse_args()
    wanted = [word for word in options.only.split(",") if word]
    for word in wanted:
        if word not in known:
            parser.error(f"--only {word}: there is none; there are {', '.join(known)}")
    options.parts = [part for part in (*PARTS, *ON_DEMAND) if part in wanted] or list(PARTS)
    options.bots = [bot for bot in (*BOTS, *MORE_BOTS) if bot in wanted] or list(BOTS)
    return options


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(asked, cwd=bots.ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    return f"commit {found.stdout.strip() or 'unknown'}"


if __name__ == "__main__":
    main()
