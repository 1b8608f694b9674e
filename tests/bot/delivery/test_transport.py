"""Facts about calls over HTTP: what was surely not sent, what may have been, and that nothing names the token."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.delivery.transport import AiohttpRequest, Ambiguous, Api, NotSent, kind, seconds
from tests.fake_faces import serve
from tests.fake_telegram import TOKEN, FakeTelegram, Fault

pytestmark = pytest.mark.real_time

Reaction = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def fake() -> FakeTelegram:
    return FakeTelegram(known_only=False)


@asynccontextmanager
async def api_at(root: str, *, token: str = TOKEN, read_seconds: float = 5) -> AsyncIterator[Api]:
    async with AiohttpRequest(read_seconds=read_seconds) as request:
        yield Api(request, request, root, token)


@asynccontextmanager
async def server(react: Reaction) -> AsyncIterator[str]:
    serving: list[asyncio.Task[None]] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(current_task())
        try:
            await react(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    listening = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    await asyncio.gather(*serving)


def current_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task


def answering(status: str, body: bytes) -> Reaction:
    async def react(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return react


async def say(api: Api) -> object:
    return await api.call("sendMessage", chat_id=1, text="hola")


async def test_real_types_arrive_as_they_are(fake: FakeTelegram) -> None:
    markup = {"inline_keyboard": [[{"text": "é & + 😀", "callback_data": "x"}]]}
    async with serve(fake) as root, api_at(root) as api:
        message = await api.call("sendMessage", chat_id=7_000_000_001, text="¿Qué? & + 😀", reply_markup=markup, x=None)
    assert message["text"] == "¿Qué? & + 😀"
    assert fake.calls == [("sendMessage", {"chat_id": 7_000_000_001, "text": "¿Qué? & + 😀", "reply_markup": markup})]


async def test_python_telegram_bots_own_calls_go_through(fake: FakeTelegram) -> None:
    async with serve(fake) as root:
        bot = Bot(TOKEN, base_url=f"{root}/bot", request=AiohttpRequest(), get_updates_request=AiohttpRequest())
        async with bot:
            assert bot.username == "tertulia_bot"


async def test_a_transport_opens_again_after_it_was_closed(fake: FakeTelegram) -> None:
    request = AiohttpRequest()
    async with serve(fake) as root:
        api = Api(request, request, root, TOKEN)
        for _ in range(2):
            async with request:
                assert (await api.call("getMe"))["is_bot"]
        with pytest.raises(NotSent):
            await api.call("getMe")


async def test_a_refused_connection_was_not_sent() -> None:
    async with server(answering("200 OK", b"")) as root:
        pass
    async with api_at(root) as api:
        with pytest.raises(NotSent):
            await say(api)


async def test_a_readable_server_error_was_not_sent(fake: FakeTelegram) -> None:
    fake.fail(Fault.SERVER_ERROR)
    async with serve(fake) as root, api_at(root) as api:
        with pytest.raises(NotSent):
            await say(api)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST_ANSWER, Fault.GARBAGE])
async def test_a_cut_connection_and_an_unreadable_server_error_are_ambiguous(fake: FakeTelegram, fault: Fault) -> None:
    fake.fail(fault)
    async with serve(fake) as root, api_at(root) as api:
        with pytest.raises(Ambiguous):
            await say(api)


async def test_an_answer_that_takes_too_long_is_ambiguous() -> None:
    async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(stall) as root, AiohttpRequest(read_seconds=0.1) as request:
        with pytest.raises(Ambiguous):
            await request.post(f"{root}/bot{TOKEN}/getMe")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("200 OK", b"not json"),
        ("200 OK", b"[]"),
        ("200 OK", b'{"ok": true}'),
        ("403 Forbidden", b"<html>a proxy's page</html>"),
        ("429 Too Many Requests", b"<html>a proxy's page</html>"),
        ("302 Found", b""),
    ],
)
async def test_a_strangers_page_is_not_taken_for_telegrams_word(status: str, body: bytes) -> None:
    async with server(answering(status, body)) as root, api_at(root) as api:
        with pytest.raises(Ambiguous):
            await say(api)


async def test_telegrams_refusals_keep_their_meaning(fake: FakeTelegram) -> None:
    async with serve(fake) as root, api_at(root) as api:
        fake.blocked.add(1)
        with pytest.raises(Forbidden):
            await say(api)
        with pytest.raises(BadRequest):
            await api.call("sendMessage", chat_id=2, text="")
        fake.conflict = True
        with pytest.raises(Conflict):
            await api.poll(0)
        fake.fail(Fault.TOO_MANY, wait=7)
        with pytest.raises(RetryAfter) as caught:
            await say(api)
    assert caught.value.retry_after == timedelta(seconds=7)
    assert seconds(caught.value) == 7.0


async def test_an_unknown_token_is_refused(fake: FakeTelegram) -> None:
    async with serve(fake) as root, api_at(root, token="1:wrong") as api:
        with pytest.raises(InvalidToken):
            await say(api)


async def test_a_file_is_uploaded_under_its_own_name() -> None:
    received: list[bytes] = []

    async def react(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        received.append(await reader.readexactly(length))
        body = b'{"ok": true, "result": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async with server(react) as root, AiohttpRequest() as request:
        bot = Bot(TOKEN, base_url=f"{root}/bot", request=request, get_updates_request=request)
        await bot.send_document(1, InputFile(b"a;b", filename="palabras-ñ.csv"), caption="día")
    assert "palabras-ñ.csv".encode() in received[0]
    assert b"a;b" in received[0]
    assert "día".encode() in received[0]


async def test_no_error_and_no_log_line_names_the_token(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    async with serve(fake) as root, api_at(root) as api:
        for fault in Fault:
            fake.fail(fault)
            with pytest.raises((NotSent, Ambiguous, RetryAfter)) as caught:
                await say(api)
            told.append(f"{caught.value!r} {kind(caught.value)} {caught.value.__cause__!r}")
    async with api_at("http://127.0.0.1:1") as api:
        with pytest.raises(NotSent) as refused:
            await say(api)
        told.append(f"{refused.value!r} {refused.value.__cause__!r}")
    assert TOKEN not in "".join(told)
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]
    assert all(TOKEN not in record.getMessage() for record in ours)
    assert all("hola" not in record.getMessage() for record in ours)
