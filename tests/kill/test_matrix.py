"""Killed after receiving, after storing, after the turn, after sending, after marking: each on every way to run it."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from storage.connecting import engine_for
from tests.addresses import free_address
from tests.fake_faces import serve
from tests.fake_webhook import posting
from tests.journeys.conftest import PERFECT
from tests.kill.due import make_due
from tests.kill.program import PATIENCE, Chat, Program, Watched, play, stop
from tests.kill.victim import POINTS

pytestmark = pytest.mark.real_time

LEARNERS = 12
# Not all at once: what comes together is one batch, and every kill needs batches of its own.
AT_ONCE = 3
REMINDED = 12


class Tables:
    """What is stored, read beside the program."""

    def __init__(self, url: str) -> None:
        self._engine = engine_for(make_url(url))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def close(self) -> None:
        """Let go."""
        self._engine.dispose()


@asynccontextmanager
async def running(
    fake: Watched, folder: Path, url: str, workers: int, settings: Mapping[str, str]
) -> AsyncIterator[Sequence[Program]]:
    """Yield so many programs on one database, none of them started."""
    async with AsyncExitStack() as stack:
        root = await stack.enter_async_context(serve(fake))
        await stack.enter_async_context(posting(fake))
        programs = []
        for number in range(workers):
            own = folder / f"worker-{number}"
            own.mkdir()
            programs.append(Program(root, own, fake.token, DATABASE_URL=url, SWEEP_SECONDS="0.5", **settings))
            stack.push_async_callback(programs[-1].close)
        yield programs


@pytest.mark.both_databases
async def test_no_kill_loses_a_message_or_doubles_a_turn_or_a_prompt(database_url: str, tmp_path: Path) -> None:
    await kill_everywhere(database_url, tmp_path, workers=1)


@pytest.mark.several_processes
async def test_whoever_is_killed_among_three_the_others_take_over(database_url: str, tmp_path: Path) -> None:
    await kill_everywhere(database_url, tmp_path, workers=3)


@pytest.mark.both_databases
async def test_the_same_holds_where_updates_are_brought(database_url: str, tmp_path: Path) -> None:
    await kill_everywhere(database_url, tmp_path, workers=1, **webhook())


@pytest.mark.several_processes
async def test_the_same_holds_among_three_at_one_address(database_url: str, tmp_path: Path) -> None:
    await kill_everywhere(database_url, tmp_path, workers=3, **webhook())


def webhook() -> dict[str, str]:
    """Return the settings of webhook mode at a free address of this machine."""
    here = free_address()
    return {"MODE": "webhook", "LISTEN": here, "WEBHOOK_URL": f"http://{here}/telegram"}


async def kill_everywhere(database_url: str, folder: Path, *, workers: int, **settings: str) -> None:
    """Let learners play while every process is killed at every point, then look at what is stored and what arrived."""
    fake = Watched()
    tables = Tables(database_url)
    async with running(fake, folder, database_url, workers, settings) as programs:
        reminded = make_due(database_url, REMINDED)
        fake.chats.update({user_id: [] for user_id in reminded})
        chats = [Chat(fake) for _ in range(LEARNERS)]
        places = asyncio.Semaphore(AT_ONCE)
        playing = asyncio.gather(*(in_turn(chat, places) for chat in chats))
        for point in POINTS:
            # All of them are armed: when one has died, the next to come that way is one that took over.
            for program in programs:
                await program.start("tests.kill.victim", KILL_AT=point, KILL_AFTER="1")
            assert {await program.ended() for program in programs} == {-signal.SIGKILL}
        for program in programs:
            await program.start()
        async with asyncio.timeout(PATIENCE):
            await playing
            await fake.until(fake.confirmed.is_set)
            await settled(tables)
        await stop(programs)
    check_turns(tables, [chat.player.id for chat in chats])
    check_prompts(tables, fake, reminded)
    check_repeats(fake, kills=workers * len(POINTS))
    assert fake.refusals == []
    tables.close()


async def in_turn(chat: Chat, places: asyncio.Semaphore) -> None:
    """Play as soon as there is a place."""
    async with places:
        await play(chat.player)


async def settled(tables: Tables, *, prompts: int = REMINDED) -> None:
    """Wait until nothing is left to do, looking at the tables as an operator would."""
    left = (
        "SELECT (SELECT count(*) FROM inbox WHERE status = 'new'), "
        "(SELECT count(*) FROM outbox WHERE status IN ('pending', 'sending')), "
        "(SELECT count(*) FROM review_prompts)"
    )
    while tables.rows(left) != [(0, 0, prompts)]:  # noqa: ASYNC110 - another process is waited for
        await asyncio.sleep(0.1)


def check_turns(tables: Tables, players: Sequence[int]) -> None:
    said = tables.rows("SELECT user_id, utterance FROM scenario_turns ORDER BY user_id, update_id")
    assert said == [(player, answer) for player in sorted(players) for answer in PERFECT]
    completed = Counter(user_id for (user_id,) in tables.rows("SELECT user_id FROM scenario_progress_history"))
    assert completed == dict.fromkeys(players, 1)
    assert tables.rows("SELECT DISTINCT status FROM inbox") == [("done",)]


def check_prompts(tables: Tables, fake: Watched, reminded: Sequence[int]) -> None:
    ledger = tables.rows("SELECT user_id, status FROM review_prompts")
    assert Counter(user_id for user_id, _ in ledger) == dict.fromkeys(reminded, 1)
    arrived = Counter(chat for chat in reminded for message in fake.chats[chat] if message.mine)
    assert set(arrived.values()) <= {1}
    # What was leaving when its process was killed is expired rather than repeated, and the ledger says so.
    unsure = {user_id for user_id, status in ledger if status != "sent"}
    assert set(reminded) - set(arrived) <= unsure


def check_repeats(fake: Watched, *, kills: int) -> None:
    """Let a reply come twice only if it was in flight, or sent without a receipt, at a kill: at most one a chat."""
    sent = {(message.chat_id, message.message_id): message.text for message in fake.changes}
    texts = Counter((chat_id, text) for (chat_id, _), text in sent.items())
    chats = Counter(chat_id for (chat_id, _), times in texts.items() for _ in range(times - 1))
    assert all(times <= kills for times in chats.values()), chats
