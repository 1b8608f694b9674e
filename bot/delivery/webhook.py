"""How updates come in when Telegram brings them: each is answered 200 only once it is committed.

Telegram repeats what was not answered 200, one chat's head at a time. So an outage is answered 503, and what will never
be readable is answered 200 like anything else, or it would stand at the head for a day.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.delivery import wire
from bot.delivery.gathering import Gathering, NotStoredError
from bot.delivery.receiver import envelope
from storage.inbox import RawUpdate

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MOST_BYTES = 1024 * 1024
READ_SECONDS = 15.0
STORE_SECONDS = 15.0

_log = logging.getLogger("tertulia.webhook")


@dataclass(frozen=True, kw_only=True)
class Posts:
    """Where Telegram brings updates to, where they arrive here, and what it must say with each."""

    url: str
    path: str
    secret: str = field(repr=False)


class Webhook:
    """The door for Telegram's posts: shut until the program is ready for them, and again before it stops."""

    def __init__(self, gathering: Gathering, secret: str, *, heard: Callable[[], None] = lambda: None) -> None:
        self._gathering = gathering
        self._secret = secret.encode()
        self._heard = heard
        self._is_open = False
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def route(self, path: str) -> Route:
        """Return the route at which updates are taken."""
        return Route(path, self._respond, methods=["POST"])

    def open(self) -> None:
        """Take updates from now on."""
        self._is_open = True

    async def close(self, seconds: float) -> None:
        """Take no more, and wait so long until those taken are stored and answered."""
        self._is_open = False
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), seconds)
        await self._gathering.drain(seconds)

    async def _respond(self, request: Request) -> Response:
        self._inside += 1
        self._empty.clear()
        try:
            return Response(status_code=await self._take(request))
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def _take(self, request: Request) -> HTTPStatus:
        said = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(said, self._secret):
            return HTTPStatus.FORBIDDEN
        if not self._is_open:
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._heard()
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return HTTPStatus.REQUEST_TIMEOUT
        if body is None:
            _log.warning("A post of more than %d bytes is refused.", MOST_BYTES)
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        update = _read(body)
        if update is None:
            _log.warning("Telegram sent something that is not an update; it is left out.")
            return HTTPStatus.OK
        return await self._keep(update)

    async def _keep(self, update: RawUpdate) -> HTTPStatus:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._gathering.put(update)
        except NotStoredError:
            return HTTPStatus.SERVICE_UNAVAILABLE
        except TimeoutError:
            _log.warning("Update %s waits for too long; Telegram brings it again.", update.update_id)
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.OK


async def _body(request: Request) -> bytes | None:
    """Return the body, or nothing as soon as it is too long."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _read(body: bytes) -> RawUpdate | None:
    try:
        return envelope(wire.read(body))
    except (ValueError, RecursionError):
        return None
