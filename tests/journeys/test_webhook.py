"""A scene over the webhook, by messages only: in this process behind a proxy's address, and as an operator runs it."""

import asyncio
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App, cancelled
from bot.delivery.webhook import Posts
from bot.scenarios.library import Library
from bot.serving import Server
from bot.settings import Address
from storage.engine import Database
from tests.addresses import free_address
from tests.clock import FixedClock
from tests.fake_faces import serve
from tests.fake_telegram import Fault
from tests.fake_webhook import Postman, posting
from tests.journeys.conftest import PERFECT, Tutor, play
from tests.kill.program import PATIENCE, Chat, Program, Watched

pytestmark = pytest.mark.real_time

DONE = "Ordering at a café: done"
PUBLIC = Posts(url="https://bot.example.org/telegram", path="/telegram", secret="open-sesame")


class Posted(Tutor):
    """The bot under test with its webhook on a socket of this machine."""

    postman: Postman

    def _assembled(self) -> App:
        polling = super()._assembled()
        return App(self.database, self._library, replace(polling._around, posts=PUBLIC))

    async def start(self) -> None:
        """Start as the program does in webhook mode."""
        self._server = Server(Address(host="127.0.0.1", port=0), self.app.routes())
        address = await self._server.start()
        self.root = f"http://{address.host}:{address.port}"
        await self.app.start()
        self._receiving = asyncio.create_task(self.app.receive())
        self._posting = posting(self.fake, self.root)
        self.postman = await self._posting.__aenter__()

    async def stop(self) -> None:
        """Stop as the program does."""
        await super().stop()
        await self._posting.__aexit__(None, None, None)
        await self._server.stop()

    async def probe(self) -> int:
        """Ask whether it is ready."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.root}/readyz") as answer:
            return answer.status


@pytest.fixture
async def posted(
    database: Database, library: Library, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Posted]:
    # However long the machine takes: Telegram would bring it again, but here each answer is to be the first.
    monkeypatch.setattr("bot.delivery.webhook.STORE_SECONDS", 600)
    tutor = Posted(database, library, clock)
    await tutor.start()
    yield tutor
    await tutor.stop()
    assert tutor.fake.refusals == []


async def test_a_scene_is_played_over_the_webhook(posted: Posted) -> None:
    ana = posted.learner(name="Ana")
    await play(ana)
    assert any(DONE in message.plain for message in posted.fake.chats[ana.id])
    assert await posted.count("scenario_turns") == len(PERFECT)
    assert await posted.count("scenario_progress_history") == 1
    assert await posted.count("inbox", "status <> 'done'") == 0
    assert set(posted.postman.statuses) == {200}
    assert "getUpdates" not in {method for method, _ in posted.fake.calls}


async def test_a_restart_in_the_middle_of_a_scene_loses_nothing_and_says_the_same_to_telegram(posted: Posted) -> None:
    ana = posted.learner(name="Ana")
    await play(ana, PERFECT[:3])
    first = posted.fake.webhook
    await posted.stop()
    assert posted.fake.webhook == first
    posted.fake.new_update(message=ana.message(PERFECT[3]))
    posted.app = posted._assembled()
    await posted.start()
    await posted.world.settle()
    for answer in PERFECT[4:]:
        await ana.says(answer)
    assert posted.fake.webhook == first
    assert any(DONE in message.plain for message in posted.fake.chats[ana.id])
    assert await posted.count("scenario_turns") == len(PERFECT)


async def test_it_is_ready_once_telegram_has_taken_the_webhook_and_not_after_the_stop_began(posted: Posted) -> None:
    await posted.learner().says("/start")
    assert await posted.probe() == 200
    assert posted._receiving is not None
    await cancelled(posted._receiving)
    assert await posted.probe() == 503


async def test_the_figures_of_a_played_scene_can_be_read(posted: Posted) -> None:
    await play(posted.learner())
    async with aiohttp.ClientSession() as session, session.get(f"{posted.root}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
    figures = {sample.name + "".join(sample.labels.values()): sample.value for f in families for sample in f.samples}
    updates = len(PERFECT) + 2
    assert figures["tertulia_updates_total"] == updates
    for stage in ("received_to_handled", "transaction"):
        assert figures[f"tertulia_turn_seconds_count{stage}"] == updates
    assert figures["tertulia_turn_seconds_counthandled_to_sent"] >= updates
    assert figures["tertulia_telegram_calls_totalsendMessageok"] >= updates
    assert figures["tertulia_inbox_depth"] == figures["tertulia_lanes_backlog"] == 0


async def test_going_back_to_polling_takes_the_webhook_away_first(posted: Posted) -> None:
    ana = posted.learner()
    await ana.says("/start")
    await posted.stop()
    polling = Tutor._assembled(posted)
    await polling.start()
    receiving = asyncio.create_task(polling.receive())
    posted.app = polling
    posted.fake.fail(Fault.SERVER_ERROR, method="deleteWebhook")
    await ana.says("/help")
    assert posted.fake.webhook is None
    methods = [method for method, _ in posted.fake.calls]
    assert methods.index("getUpdates") > len(methods) - 1 - methods[::-1].index("deleteWebhook")
    await cancelled(receiving)
    await polling.stop()
    await posted.start()


@pytest.fixture
def fake() -> Watched:
    return Watched()


@pytest.fixture
async def program(fake: Watched, tmp_path: Path) -> AsyncIterator[Program]:
    here = free_address()
    settings = {"MODE": "webhook", "LISTEN": here, "WEBHOOK_URL": f"http://{here}/telegram", "LOG_LEVEL": "DEBUG"}
    async with serve(fake) as root, posting(fake):
        program = Program(root, tmp_path, fake.token, **settings)
        try:
            yield program
        finally:
            await program.close()
    assert fake.token not in program.log
    assert fake.webhook is not None
    assert fake.webhook["secret_token"] not in program.log
    assert fake.refusals == []


def handled(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "tertulia.sqlite3")) as connection:
        return connection.execute("SELECT status, count(*) FROM inbox GROUP BY status").fetchall()


def ask(fake: Watched, *, chats: int, times: int) -> None:
    """Let many write at once."""
    for chat in [Chat(fake) for _ in range(chats)]:
        for _ in range(times):
            fake.new_update(message=chat.player.message("/help"))


async def test_a_signal_lets_it_finish_and_leaves_the_webhook_where_it_is(
    fake: Watched, program: Program, tmp_path: Path
) -> None:
    ask(fake, chats=10, times=5)
    await program.start()
    async with asyncio.timeout(PATIENCE):
        await fake.confirmed.wait()
    program.send(signal.SIGTERM)
    assert await program.ended() == 0
    assert handled(tmp_path) == [("done", 50)]
    assert sum(message.mine for chat in fake.chats.values() for message in chat) == 50


async def test_kills_in_the_middle_of_many_posts_lose_none(fake: Watched, program: Program, tmp_path: Path) -> None:
    ask(fake, chats=20, times=5)
    for calls in (5, 20):
        # The first call of each start sets the webhook; the plug is pulled while answers go out and posts come in.
        fake.pull_at(calls, lambda: program.send(signal.SIGKILL), before=True)
        await program.start()
        assert await program.ended() == -signal.SIGKILL
    await program.start()
    async with asyncio.timeout(PATIENCE):
        await fake.confirmed.wait()
    program.send(signal.SIGTERM)
    assert await program.ended() == 0
    assert handled(tmp_path) == [("done", 100)]


async def test_an_address_that_is_taken_ends_the_start_where_posts_must_arrive(fake: Watched, program: Program) -> None:
    host, _, port = program._environment["TUTOR_LISTEN"].partition(":")
    with socket.create_server((host, int(port))):
        await program.start()
        assert await program.ended() == 2
    assert "TUTOR_LISTEN: " in program.log
    fake.webhook = {"secret_token": "none was set"}
