"""How much memory it takes when many learners are in the middle of all scenes."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bot.scenarios.library import SHIPPED
from bot.scenarios.reading import read
from bot.scenarios.trials import Plans
from tests.bench import bots
from tests.bench.load import Script
from tests.bench.report import table

CROWD = 10_000
AT_ONCE = 64
LIMIT_MB = 150
MIB, MB = 1 << 10, 1000 / 1.024  # in KiB, as the kernel counts


async def crowd(folder: Path, learners: int = CROWD) -> None:
    """Let learners open all Spanish scenes and say two lines, all in turn; then let every plan be played to its end."""
    scripts = list(_scripts("es"))
    bot = bots.tertulia(folder, name="crowd", learners=learners, scripts=scripts)
    await bot.start()
    try:
        print(f"\nMemory (SQLite, {len(scripts)} plans): {_told(bot.peak())} after the start", flush=True)
        for said in ("a scene opened", "a first turn", "a second turn"):
            begun = perf_counter()
            for first in range(0, learners, AT_ONCE):
                await bot.load.play([1] * AT_ONCE, first=first)
            print(f"  {learners} learners, {said}: {_told(bot.peak())}, {perf_counter() - begun:.0f} s", flush=True)
        await bot.load.play([len(script) for script in scripts])
        turns = bot.graded() if bot.graded else 0
        print(f"  every plan played to its end: {_told(bot.peak())}, {turns} turns", flush=True)
        print(f"\nPromises\n{verdict(learners, bot.peak())}", flush=True)
    finally:
        await bot.stop()


def verdict(learners: int, peak_kib: int) -> str:
    """Hold the peak against what is promised."""
    promise = f"peak memory, SQLite, {learners} learners <= {LIMIT_MB} MB"
    return table([[promise, _told(peak_kib), "kept" if peak_kib <= LIMIT_MB * MB else "MISSED"]])


def _scripts(language: str) -> Iterator[Script]:
    for path in sorted(SHIPPED.glob(f"*/{language}.plans.yaml")):
        for plan in Plans.model_validate(read(path).data).plans.values():
            yield Script(path.parent.name, [text for _, text in plan.says])


def _told(peak_kib: int) -> str:
    return f"{peak_kib / MIB:.1f} MiB = {peak_kib / MB:.1f} MB"
