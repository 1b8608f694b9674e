"""What our side of a scene's turn costs, stage by stage: `python -m tests.bench.stages [profile]`.

Learners play the café over SQLite in this process; nothing is sent. `handle` is all that happens between a stored update
and its committed reply; the stages inside it are timed on the thread they run on, each with everything it calls.
"""

import asyncio
import cProfile
import json
import pstats
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from telegram import Update

from bot.delivery.exchange import Exchange
from bot.delivery.receiver import envelope
from bot.running import CONTENT
from bot.scenarios import dialogue
from bot.scenarios.library import Library
from bot.services import turns
from storage import inbox, outbox
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.engine import Database
from tests.clock import FixedClock
from tests.journeys.conftest import PERFECT, Tutor
from tests.journeys.learner import Learner

PLAYERS = 24
ROUNDS = 3
LIVELY = (
    "hola",
    "Quiero comer aquí",
    "¿Qué significa?",
    "Un café con leche",
    "Un tostada con tomate",
    "Una tostada con tomate",
    "xyzzy",
    "No gracias",
    "La cuenta por favor",
    "tarjeta",
    "adios",
)
PLAYS = {"perfect": PERFECT, "lively": LIVELY}
# Stages: what is named, where it stands. Each is timed with what it calls.
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("parse", Update, "de_json"),
    ("transaction", Database, "_transact"),
    ("  play", Exchange, "_play"),
    ("    grade + dialogue", dialogue, "answer"),
    ("    store the step", turns, "taken"),
    ("    outbox put", outbox, "put"),
)


def main() -> None:
    """Print the stages of each play."""
    library = Library.load(CONTENT)
    for name, lines in PLAYS.items():
        asyncio.run(_play(library, lines, [], 2))
        rounds: list[float] = []
        stages: dict[str, list[float]] = defaultdict(list)
        for _ in range(ROUNDS):
            spent: list[float] = []
            with _statements() as counted:
                asyncio.run(_play(library, lines, spent, PLAYERS))
            rounds.append(statistics.mean(spent))
        with _timed(stages):
            asyncio.run(_play(library, lines, [], PLAYERS))
        turns_played = PLAYERS * len(lines)
        print(f"{name}: handle {1000 * min(rounds):.3f} ms CPU a turn, {counted[0] / turns_played:.1f} statements")
        for stage, times in stages.items():
            print(f"  {stage:<24} {1000 * sum(times) / turns_played:.3f} ms")


async def _play(library: Library, lines: tuple[str, ...], spent: list[float], players: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        await database.open()
        tutor = Tutor(database, library, FixedClock())
        await tutor.app._dispatch.start()  # noqa: SLF001 - the sender stays still: nothing is sent
        learners = [tutor.learner(id=7_000_000_000 + number) for number in range(players)]
        for learner in learners:
            await _turn(tutor, learner, "/start play_cafe_order")
        for line in lines:
            for learner in learners:
                spent.append(await _turn(tutor, learner, line))
        await tutor.app._dispatch.stop()  # noqa: SLF001 - as above
        await database.close()


async def _turn(tutor: Tutor, learner: Learner, text: str) -> float:
    """Return the CPU seconds that handling one stored update takes."""
    raw = envelope(tutor.fake.new_update(message=learner.message(text)))
    assert raw is not None
    now = tutor.clock()
    await tutor.database.run(inbox.accept, [raw], now)
    row = InboxUpdate.model_construct(
        update_id=raw.update_id, chat_id=raw.chat_id, body=raw.body, status=InboxStatus.NEW, attempts=0, received_at=now
    )
    begun = time.process_time()
    assert await tutor.app._dispatch.handle(row)  # noqa: SLF001 - as above
    return time.process_time() - begun


@contextmanager
def _timed(stages: dict[str, list[float]]) -> Iterator[None]:
    with_patches = [
        patch.object(place, name, _watched(stages[stage], place, name)) for stage, place, name in STAGES
    ]
    for each in with_patches:
        each.start()
    yield
    for each in with_patches:
        each.stop()


def _watched(times: list[float], place: Any, name: str) -> Any:
    original: Callable[..., Any] = getattr(place, name)

    def watched(*args: Any, **kwargs: Any) -> Any:
        begun = time.thread_time()
        try:
            return original(*args, **kwargs)
        finally:
            times.append(time.thread_time() - begun)

    return watched


@contextmanager
def _statements() -> Iterator[list[int]]:
    yield [0]


if __name__ == "__main__":
    main()
