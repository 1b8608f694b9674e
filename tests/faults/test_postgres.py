"""PostgreSQL restarted, and unreachable for a while, in the middle of turns: every process finds its place again."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from tests.fake_faces import serve
from tests.journeys.conftest import PERFECT
from tests.kill.program import PATIENCE, Chat, Program, Watched, play, stop
from tests.kill.test_matrix import Tables, check_turns

pytestmark = [pytest.mark.real_time, pytest.mark.several_processes]

LEARNERS = 6
WORKERS = 2
CUTS = 4


def cut_everybody_off(database_url: str) -> None:
    """End every connection to the database, as a restart of the server does."""
    server, _, name = database_url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (name,),
        )


async def shut_for_a_while(database_url: str) -> None:
    """Let nobody in for a second, and nobody stay."""
    server, _, name = database_url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        try:
            cut_everybody_off(database_url)
            await asyncio.sleep(1)
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


async def test_a_restart_of_the_database_in_the_middle_of_turns_loses_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    fake = Watched()
    async with AsyncExitStack() as stack:
        root = await stack.enter_async_context(serve(fake))
        programs = []
        for number in range(WORKERS):
            own = tmp_path / f"worker-{number}"
            own.mkdir()
            programs.append(Program(root, own, fake.token, DATABASE_URL=database_url))
            stack.push_async_callback(programs[-1].close)
            await programs[-1].start()
        for program in programs:
            await program.ready()  # a start that is cut off is another matter: it ends, and is tried again from outside
        chats = [Chat(fake) for _ in range(LEARNERS)]
        playing = asyncio.gather(*(play(chat.player) for chat in chats))
        for number in range(CUTS):
            await fake.until(said(fake, (number + 1) * LEARNERS))
            if number % 2:
                await shut_for_a_while(database_url)
            else:
                cut_everybody_off(database_url)
        async with asyncio.timeout(PATIENCE):
            await playing
            await fake.until(fake.confirmed.is_set)
        await stop(programs)
    tables = Tables(database_url)
    check_turns(tables, [chat.player.id for chat in chats])
    tables.close()
    # What was sent when the connection went is known to its process, and never sent twice.
    texts = [(message.chat_id, message.text) for message in fake.changes if not message.edits]
    assert len(texts) - len(set(texts)) <= CUTS * LEARNERS
    assert len(texts) >= LEARNERS * len(PERFECT)


def said(fake: Watched, number: int) -> Callable[[], bool]:
    """Return whether so many messages have reached learners."""
    return lambda: len(fake.changes) >= number
