"""The one address this process listens at: for Telegram's posts and for the operator's questions."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.settings import Address


class AddressTakenError(Exception):
    """Nothing can listen at that address."""


class Server:
    """Answers at its routes for as long as the event loop turns.

    A shared address may be listened at by several processes of one user, among which the system spreads connections.
    """

    def __init__(self, address: Address, routes: Sequence[BaseRoute], *, shared: bool = False) -> None:
        self._address = address
        self._shared = shared
        self._server = _QuietServer(
            uvicorn.Config(
                Starlette(routes=routes),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> Address:
        """Listen, and return where: port 0 becomes the port the system chose."""
        host, port = self._address.host, self._address.port
        try:
            listener = socket.create_server((host, port), family=_family(host), reuse_port=self._shared)
        except OSError as error:
            raise AddressTakenError(f"{host}:{port} cannot be listened at: {error.strerror or error}") from None
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        return Address(host=host, port=listener.getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


class _QuietServer(uvicorn.Server):
    """uvicorn without its signal handlers: signals belong to the whole process, not to what it serves."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
