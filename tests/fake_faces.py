"""Two ways to reach the fake Bot API: in process, without a network, and over HTTP on this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from telegram.request import RequestData

from bot.delivery.transport import Ambiguous, NotSent, QuietRequest
from tests.fake_telegram import Answer, CutError, FakeTelegram, RefusedError, error

ROOT = "https://telegram.invalid"


class FakeRequest(QuietRequest):
    """The transport that leads to the fake; `latency` is how long each call takes, in the loop's time."""

    def __init__(self, fake: FakeTelegram, *, latency: float = 0.0) -> None:
        self._fake = fake
        self._latency = latency

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Hold nothing."""

    async def send(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        """Let the fake answer; a long poll waits for news as long as it takes."""
        bot, method = url.rsplit("/", 2)[1:]
        if bot != f"bot{self._fake.token}":
            return error(401, "Unauthorized")
        await asyncio.sleep(self._latency)
        try:
            return await self._answer(method, data.parameters if data else {})
        except RefusedError:
            raise NotSent("refused") from None
        except CutError:
            raise Ambiguous("cut") from None

    async def _answer(self, method: str, params: dict[str, Any]) -> Answer:
        answer = self._fake.call(method, params)
        while method == "getUpdates" and params.get("timeout") and _is_empty(answer):
            await self._fake.news.wait()
            answer = self._fake.call(method, params)
        return answer


@asynccontextmanager
async def serve(fake: FakeTelegram, *, port: int = 0) -> AsyncIterator[str]:
    """Serve the fake over HTTP on 127.0.0.1 and yield the root of its URLs."""

    async def respond(request: web.Request) -> web.Response:
        return await _respond(fake, request)

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", respond)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _respond(fake: FakeTelegram, request: web.Request) -> web.Response:
    if request.match_info["token"] != fake.token:
        status, body = error(401, "Unauthorized")
        return web.Response(status=status, body=body)
    method, params = request.match_info["method"], await request.json()
    try:
        answer = fake.call(method, params)
        if method == "getUpdates" and params.get("timeout") and _is_empty(answer):
            with suppress(TimeoutError):
                await asyncio.wait_for(fake.news.wait(), params["timeout"])
            answer = fake.call(method, params)
    except (RefusedError, CutError):
        # A server that listens cannot refuse the connection any more; it can only break it.
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    return web.Response(status=answer[0], body=answer[1], content_type="application/json")


def _is_empty(answer: Answer) -> bool:
    return answer == (200, b'{"ok": true, "result": []}')
