"""The address at which an operator, or a container, asks whether the process lives."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.settings import Address


class AddressTakenError(Exception):
    """Nothing can listen at that address."""


class HealthServer:
    """Answers /healthz for as long as the event loop turns."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._server = _QuietServer(
            uvicorn.Config(_application(), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> Address:
        """Listen, and return where: port 0 becomes the port the system chose."""
        try:
            listener = socket.create_server(
                (self._address.host, self._address.port), family=_family(self._address.host)
            )
        except OSError as error:
            raise AddressTakenError(
                f"{self._address.host}:{self._address.port} cannot be listened at: {error.strerror or error}"
            ) from None
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        return Address(host=self._address.host, port=listener.getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


class _QuietServer(uvicorn.Server):
    """uvicorn without its signal handlers: signals belong to the whole process, not to its health check."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _application() -> Starlette:
    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/healthz", healthz)])
