"""What a graded answer costs, and what a scene's turn costs beside a bare echo of python-telegram-bot.

Both bots read the same updates and send through the same in-process double, so the ratio is our own work: parsing,
one durable transaction (SQLite, synchronous=FULL), grading, memory, view and receipt, against parsing and one send.
"""

import asyncio
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "1"

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.running import CONTENT
from bot.scenarios.grading import grade
from bot.scenarios.library import Library, read_answers
from storage.engine import Database
from tests.clock import FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram
from tests.journeys.conftest import PERFECT, Tutor
from tests.journeys.learner import World

ROUNDS = 5
PLAYERS = 8


def main() -> None:
    """Print every figure."""
    library = Library.load(CONTENT)
    _grade(library)
    rounds = [asyncio.run(_round(library)) for _ in range(ROUNDS)]
    echo, turn = ([pair[side] for pair in rounds] for side in (0, 1))
    ratio = statistics.median(own / bare for bare, own in rounds)
    print(
        f"turn:  CPU {1000 * statistics.median(turn):.2f} ms a turn, bare echo {1000 * statistics.median(echo):.2f} ms"
    )
    print(f"       ratio {ratio:.2f} (median of {ROUNDS} rounds, {PLAYERS} learners each)")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def _grade(library: Library) -> None:
    scene = library.scene("cafe_order", "es", "en")
    cases = read_answers(CONTENT / "cafe_order" / "es.answers.jsonl")
    spent: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for case in cases:
            begun = time.perf_counter()
            verdict = grade(scene, case.turn, case.text)
            spent.setdefault(str(verdict.layer), []).append(time.perf_counter() - begun)
    for layer, times in sorted(spent.items()):
        print(f"grade: {layer:<13} median {1e6 * statistics.median(times):7.0f} us of {len(times)}")


async def _round(library: Library) -> tuple[float, float]:
    """Return the CPU seconds a message costs: the echo's, and ours."""
    return await _echo(), await _tutor(library)


async def _echo() -> float:
    fake = FakeTelegram(now=FixedClock())
    request, polling = FakeRequest(fake), FakeRequest(fake)
    builder = Application.builder().token(fake.token).base_url(f"{ROOT}/bot").base_file_url(f"{ROOT}/file/bot")
    application = builder.request(request).get_updates_request(polling).build()

    async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    application.add_handler(MessageHandler(filters.TEXT, answer))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        spent = await _messages(World(fake, lambda: _answered(fake)))
        await application.updater.stop()
        await application.stop()
    return spent


async def _answered(fake: FakeTelegram) -> None:
    while any(chat and not chat[-1].mine for chat in fake.chats.values()):  # noqa: ASYNC110 - one pass of the loop
        await asyncio.sleep(0)


async def _tutor(library: Library) -> float:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        await database.open()
        tutor = Tutor(database, library, FixedClock())
        await tutor.start()
        for number in range(PLAYERS):
            learner = tutor.learner(id=7_000_000_000 + number)
            await learner.says("/start play_cafe_order")
        spent = await _messages(tutor.world)
        await tutor.stop()
        await database.close()
    return spent


async def _messages(world: World) -> float:
    learners = [world.learner(id=7_000_000_000 + number) for number in range(PLAYERS)]
    begun = time.process_time()
    for line in PERFECT:
        await asyncio.gather(*(learner.says(line) for learner in learners))
    return (time.process_time() - begun) / (len(PERFECT) * PLAYERS)


if __name__ == "__main__":
    main()
