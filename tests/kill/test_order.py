"""Many chats that send many messages at once, served by three processes: every chat's turns stay in order."""

import signal
from collections import defaultdict
from pathlib import Path

import pytest

from tests.journeys.conftest import PERFECT
from tests.kill.program import Chat, Watched
from tests.kill.test_matrix import Tables, running, settled

pytestmark = [pytest.mark.real_time, pytest.mark.several_processes]

CHATS = 12
LINES = (*PERFECT, "/play cafe_order", *PERFECT[:3])


async def test_every_chats_turns_are_in_order_among_three_processes(database_url: str, tmp_path: Path) -> None:
    fake = Watched()
    chats = [Chat(fake) for _ in range(CHATS)]
    tables = Tables(database_url)
    async with running(fake, tmp_path, database_url, 3, {}) as programs:
        for line in ("/start play_cafe_order", *LINES):
            for chat in chats:
                fake.new_update(message=chat.player.message(line))
        for program in programs:
            await program.start()
        await fake.until(fake.confirmed.is_set)
        await settled(tables, prompts=0)
        for program in programs:
            program.send(signal.SIGTERM)
        assert {await program.ended() for program in programs} == {0}
    said = defaultdict(list)
    for user_id, utterance in tables.rows("SELECT user_id, utterance FROM scenario_turns ORDER BY id"):
        said[user_id].append(utterance)
    tables.close()
    assert dict(said) == {chat.player.id: [line for line in LINES if not line.startswith("/")] for chat in chats}
