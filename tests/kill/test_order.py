"""Many chats that send many messages at once, served by three processes: every chat's turns stay in order."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.addresses import free_address
from tests.fake_faces import serve
from tests.fake_webhook import posting
from tests.journeys.conftest import PERFECT
from tests.kill.program import Chat, Program, Watched, stop
from tests.kill.test_matrix import Tables, running, settled

pytestmark = [pytest.mark.real_time, pytest.mark.several_processes]

PROCESSES = 3
CHATS = 50
LINES = ("/start play_cafe_order", *PERFECT, "/play cafe_order", *PERFECT, "/play cafe_order", PERFECT[0])
assert len(LINES) == 20


@pytest.fixture
def fake() -> Watched:
    return Watched()


async def test_every_chats_turns_are_in_order_among_three_processes(
    fake: Watched, database_url: str, tmp_path: Path
) -> None:
    async with running(fake, tmp_path, database_url, PROCESSES, {}) as programs:
        players = all_at_once(fake)
        for program in programs:
            await program.start()
        await handled(fake, database_url, programs)
    check_order(database_url, players)


async def test_the_same_holds_where_each_update_is_brought_to_any_of_them(
    fake: Watched, database_url: str, tmp_path: Path
) -> None:
    public = {"MODE": "webhook", "WEBHOOK_URL": "https://bot.example.org/telegram", "DATABASE_URL": database_url}
    addresses = [free_address() for _ in range(PROCESSES)]
    async with AsyncExitStack() as stack:
        root = await stack.enter_async_context(serve(fake))
        programs = []
        for number, address in enumerate(addresses):
            folder = tmp_path / f"worker-{number}"
            folder.mkdir()
            programs.append(Program(root, folder, fake.token, LISTEN=address, **public))
            stack.push_async_callback(programs[-1].close)
            await programs[-1].start()
        # Each listens before it sets the webhook: what comes now may come to any of them.
        await fake.until(lambda: sum(method == "setWebhook" for method, _ in fake.calls) == PROCESSES)
        players = all_at_once(fake)
        postman = await stack.enter_async_context(posting(fake, *(f"http://{address}" for address in addresses)))
        await handled(fake, database_url, programs)
    check_order(database_url, players)
    # By chance, so about a third each; what counts is that none was left out.
    assert min(postman.brought.values()) > CHATS
    assert sum(postman.brought.values()) == CHATS * len(LINES)


def all_at_once(fake: Watched) -> Sequence[int]:
    """Let every chat send everything, and return who they are."""
    chats = [Chat(fake) for _ in range(CHATS)]
    for line in LINES:
        for chat in chats:
            fake.new_update(message=chat.player.message(line))
    return [chat.player.id for chat in chats]


async def handled(fake: Watched, database_url: str, programs: Sequence[Program]) -> None:
    """Wait until all is handled and answered, and stop everybody."""
    tables = Tables(database_url)
    await fake.until(fake.confirmed.is_set)
    await settled(tables, prompts=0)
    tables.close()
    await stop(programs)


def check_order(database_url: str, players: Sequence[int]) -> None:
    """Compare what each chat said with the turns that are stored, in the order in which they were."""
    tables = Tables(database_url)
    said = defaultdict(list)
    for user_id, utterance in tables.rows("SELECT user_id, utterance FROM scenario_turns ORDER BY id"):
        said[user_id].append(utterance)
    tables.close()
    assert dict(said) == {player: [line for line in LINES if not line.startswith("/")] for player in players}
