"""Facts about updates that are brought: only Telegram may bring them, and 200 means that they are kept."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.delivery.gathering import Gathering
from bot.delivery.intake import Intake
from bot.delivery.webhook import MOST_BYTES, Webhook
from bot.serving import Server
from bot.settings import Address
from storage.engine import Database
from tests.bot.delivery.rows import inbox_rows, storing_fails
from tests.bot.delivery.tiny import Tiny
from tests.clock import FixedClock
from tests.fake_telegram import FakeTelegram
from tests.fake_webhook import SECRET_HEADER, Postman, posting

pytestmark = pytest.mark.real_time

SECRET = "open-sesame"
PATH = "/telegram"
CHATS = 50
MESSAGES = 20


class Door:
    """The webhook on a socket of this machine, and somebody who knocks."""

    def __init__(self, webhook: Webhook, root: str, session: aiohttp.ClientSession) -> None:
        self.webhook = webhook
        self.root = root
        self._session = session

    async def knock(self, body: Any, *, secret: str | None = SECRET, **more: Any) -> tuple[int, bytes]:
        """Post something and return the answer."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        async with self._session.post(self.root + PATH, data=data, headers=headers, **more) as answer:
            return answer.status, await answer.read()


@asynccontextmanager
async def listening(webhook: Webhook) -> AsyncIterator[str]:
    server = Server(Address(host="127.0.0.1", port=0), [webhook.route(PATH)])
    address = await server.start()
    try:
        yield f"http://{address.host}:{address.port}"
    finally:
        await server.stop()


@pytest.fixture(autouse=True)
def _however_long_the_machine_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Telegram would bring it again; here each answer is to be the first.
    for name in ("READ_SECONDS", "STORE_SECONDS"):
        monkeypatch.setattr(f"bot.delivery.webhook.{name}", 600)


@pytest.fixture
async def door(tiny: Tiny, database: Database, clock: FixedClock) -> AsyncIterator[Door]:
    gathering = Gathering(Intake(database, tiny.claims, tiny.lanes, clock))
    webhook = Webhook(gathering, SECRET)
    webhook.open()
    async with listening(webhook) as root, aiohttp.ClientSession() as session:
        yield Door(webhook, root, session)


@pytest.fixture
async def postman(door: Door, fake: FakeTelegram) -> AsyncIterator[Postman]:
    fake.webhook = {"url": f"https://bot.example.org{PATH}", "secret_token": SECRET}
    async with posting(fake, door.root) as postman:
        yield postman


def said(number: int, text: str = "hola", chat: int = 7) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Ana"}
    place = {"from": person, "chat": {"id": chat, "type": "private", "first_name": "Ana"}}
    return {"update_id": number, "message": {"message_id": number, "date": 1_790_000_000, "text": text, **place}}


@pytest.mark.parametrize("secret", [None, "", "open-sesam", "Open-Sesame", "señal", "x" * 300])
async def test_nothing_is_taken_without_the_secret(door: Door, database: Database, secret: str | None) -> None:
    assert await door.knock(said(1), secret=secret) == (403, b"")
    assert await door.knock(b"no json", secret=secret) == (403, b"")
    assert await database.run(inbox_rows) == []


async def test_an_update_is_in_the_inbox_when_its_answer_arrives(door: Door, tiny: Tiny, database: Database) -> None:
    held = asyncio.Event()
    tiny.lanes._handle = lambda _row: _true_after(held)  # nothing may be handled meanwhile
    assert await door.knock(said(1)) == (200, b"")
    (row,) = await database.run(inbox_rows)
    assert (row.update_id, row.chat_id, json.loads(row.body or "")) == (1, 7, said(1))
    held.set()


async def _true_after(event: asyncio.Event) -> bool:
    await event.wait()
    return True


async def test_the_same_update_brought_twice_is_handled_once(door: Door, tiny: Tiny, database: Database) -> None:
    answers = await asyncio.gather(*(door.knock(said(1)) for _ in range(5)))
    assert await door.knock(said(1)) == (200, b"")
    assert answers == [(200, b"")] * 5
    await tiny.settled()
    assert tiny.handled == [(7, "hola")]
    assert len(await database.run(inbox_rows)) == 1


@pytest.mark.parametrize("junk", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'"hola"', b"[]", b'{"update_id": "1"}'])
async def test_what_can_never_be_read_is_not_brought_again(
    door: Door, database: Database, caplog: pytest.LogCaptureFixture, junk: bytes
) -> None:
    assert await door.knock(junk) == (200, b"")
    assert await database.run(inbox_rows) == []
    assert "not an update" in caplog.text


async def test_a_body_too_long_is_refused_by_what_it_announces(door: Door, database: Database) -> None:
    status, _ = await door.knock(BytesIO(b"x" * (MOST_BYTES + 1)))
    assert status == 413
    assert await database.run(inbox_rows) == []


async def test_a_body_too_long_is_refused_while_it_comes(door: Door) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * MOST_BYTES:
            sent += 65_536
            yield b"x" * 65_536

    status, _ = await door.knock(endless())
    assert status == 413


async def test_a_body_of_exactly_the_limit_is_taken(door: Door, database: Database) -> None:
    update = said(1, "")
    update["message"]["text"] = "x" * (MOST_BYTES - len(json.dumps(update)))
    assert len(json.dumps(update)) == MOST_BYTES
    assert await door.knock(update) == (200, b"")
    assert len(await database.run(inbox_rows)) == 1


async def test_only_a_post_is_an_update(door: Door) -> None:
    async with aiohttp.ClientSession() as session, session.get(door.root + PATH) as answer:
        assert answer.status == 405


async def test_a_database_that_is_away_is_answered_503_and_telegram_brings_it_again(
    postman: Postman, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing_fails(monkeypatch, times=3)
    await tiny.world.learner().says("hola")
    assert postman.statuses == [503, 503, 503, 200]
    assert [text for _, text in tiny.handled] == ["hola"]


async def test_fifty_chats_at_once_keep_their_order(postman: Postman, tiny: Tiny, fake: FakeTelegram) -> None:
    learners = [tiny.world.learner(id=8_000_000_000 + number) for number in range(CHATS)]
    for number in range(MESSAGES):
        for learner in learners:
            fake.new_update(message=learner.message(f"{number}"))
    await tiny.world.settle()
    for learner in learners:
        heard = [text for person, text in tiny.handled if person == learner.id]
        assert heard == [str(number) for number in range(MESSAGES)]
    assert set(postman.statuses) == {200}


async def test_a_shut_door_answers_503_and_lets_those_inside_finish(
    door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()
    run = database.run

    async def slowly(*args: Any, **kwargs: Any) -> Any:
        entered.set()
        await go_on.wait()
        return await run(*args, **kwargs)

    monkeypatch.setattr(database, "run", slowly)
    inside = asyncio.create_task(door.knock(said(1)))
    await entered.wait()
    closing = asyncio.create_task(door.webhook.close(30))
    assert await door.knock(said(2)) == (503, b"")
    assert not closing.done()
    go_on.set()
    await closing
    assert await inside == (200, b"")
    assert [row.update_id for row in await run(inbox_rows)] == [1]


async def test_a_door_that_is_not_open_yet_takes_nothing(database: Database, clock: FixedClock, tiny: Tiny) -> None:
    webhook = Webhook(Gathering(Intake(database, tiny.claims, tiny.lanes, clock)), SECRET)
    async with listening(webhook) as root, aiohttp.ClientSession() as session:
        door = Door(webhook, root, session)
        assert await door.knock(said(1)) == (503, b"")
        assert await door.knock(said(1), secret="wrong") == (403, b"")
    assert await database.run(inbox_rows) == []
