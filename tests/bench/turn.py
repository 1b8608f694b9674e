"""What our side of a scene's turn costs, stage by stage, in one process: `python -m tests.bench.turn`.

Learners play the café over SQLite; nothing is sent. `handle` is all that happens between a stored update and its
committed reply. The stages are timed in a run of their own, on the thread they run on, each with everything it calls.
Every figure is CPU time, and stands beside that of a yardstick taken at the same time: a busy machine slows both.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.delivery import dispatch
from bot.delivery.exchange import Exchange
from bot.delivery.receiver import envelope
from bot.running import CONTENT
from bot.scenarios import dialogue
from bot.scenarios.library import Library
from bot.services import hearing, schedule, turns
from bot.views import dialogue as dialogue_view
from storage import inbox, outbox, users
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.engine import Database
from storage.statements import Prepared
from tests.clock import FixedClock
from tests.journeys.conftest import PERFECT, Tutor
from tests.journeys.learner import Learner

PLAYERS = 24
ROUNDS = 3
# With what learners do besides answering well: an error, its repair, help asked for, a word nobody knows.
LIVELY = (
    "hola",
    "Quiero comer aquí",
    "¿Qué significa?",
    "Un café con leche",
    "Un tostada con tomate",
    "Una tostada con tomate",
    "xyzzy",
    "/hint",
    "No gracias",
    "La cuenta por favor",
    "tarjeta",
    "adios",
)
PLAYS = {"perfect": PERFECT, "lively": LIVELY}
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("read the update", dispatch, "plain_text"),
    ("transaction, commit and all", Database, "_transact"),
    ("  play: all inside it", Exchange, "_play"),
    ("    note the visit", users, "visit"),
    ("    use case", hearing, "hear"),
    ("      grade and dialogue", dialogue, "answer"),
    ("      keep what was said", turns, "keep_turn"),
    ("      write the run", turns, "save"),
    ("      sitting", turns, "_session"),
    ("      memory", turns, "meet"),
    ("      end of the scene", turns, "complete_scenario"),
    ("      next reminder", schedule, "practised"),
    ("    view", dialogue_view, "played"),
    ("    queue the reply", outbox, "put"),
    ("    (statements in all of it)", Prepared, "__call__"),
)
_SAMPLE = {"words": ["uno", "dos", {"tres": 3}] * 20}


def main() -> None:
    """Print the stages of each play."""
    library = Library.load(CONTENT)
    for name, lines in PLAYS.items():
        asyncio.run(_play(library, lines, 2))
        rounds = [asyncio.run(_play(library, lines, PLAYERS)) for _ in range(ROUNDS)]
        spent, yardstick = min(rounds)
        print(f"{name}: {1000 * spent:.3f} ms of CPU a turn, {spent / yardstick:.1f} yardsticks")
        with _timed() as (seconds, calls):
            asyncio.run(_play(library, lines, PLAYERS))
        turns_played = PLAYERS * len(lines)
        for stage, *_ in STAGES:
            cost, often = 1000 * seconds[stage] / turns_played, calls[stage] / turns_played
            print(f"  {stage:<30} {cost:.3f} ms {often:5.1f} calls")


async def _play(library: Library, lines: tuple[str, ...], players: int) -> tuple[float, float]:
    """Return the CPU seconds that handling one stored update takes, and those of the yardstick meanwhile."""
    spent: list[float] = []
    yardstick: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        await database.open()
        tutor = Tutor(database, library, FixedClock())
        await tutor.app._dispatch.start()
        learners = [tutor.learner(id=7_000_000_000 + number) for number in range(players)]
        for learner in learners:
            await _turn(tutor, learner, "/start play_cafe_order")
        for line in lines:
            spent.extend([await _turn(tutor, learner, line) for learner in learners])
            yardstick.append(_yardstick())
        await tutor.app._dispatch.stop()
        await database.close()
    return statistics.mean(spent), statistics.median(yardstick)


async def _turn(tutor: Tutor, learner: Learner, text: str) -> float:
    raw = envelope(tutor.fake.new_update(message=learner.message(text)))
    assert raw is not None
    now = tutor.clock()
    await tutor.database.run(inbox.accept, [raw], now)
    row = InboxUpdate.model_construct(
        update_id=raw.update_id, chat_id=raw.chat_id, body=raw.body, status=InboxStatus.NEW, attempts=0, received_at=now
    )
    begun = time.process_time()
    assert await tutor.app._dispatch.handle(row)
    return time.process_time() - begun


def _yardstick() -> float:
    """Return the CPU seconds of a fixed piece of work, about a tenth of a millisecond on an idle machine."""
    begun = time.process_time()
    for _ in range(10):
        json.loads(json.dumps(_SAMPLE))
    return time.process_time() - begun


@contextmanager
def _timed() -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Yield the seconds spent in each stage and how often it was called."""
    seconds: dict[str, float] = defaultdict(float)
    calls: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for stage, place, name in STAGES:
            stack.enter_context(patch.object(place, name, _watched(seconds, calls, stage, getattr(place, name))))
        yield seconds, calls


def _watched(seconds: dict[str, float], calls: dict[str, float], stage: str, original: Callable[..., Any]) -> Any:
    def watched(*args: Any, **kwargs: Any) -> Any:
        begun = time.thread_time()
        try:
            return original(*args, **kwargs)
        finally:
            seconds[stage] += time.thread_time() - begun
            calls[stage] += 1

    return watched


if __name__ == "__main__":
    main()
