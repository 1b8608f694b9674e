"""The address that tells whether the process lives."""

import socket

import aiohttp
import pytest

from bot.health import AddressTakenError, HealthServer
from bot.settings import Address

pytestmark = pytest.mark.real_time


async def test_healthz_answers_on_the_port_the_system_chose() -> None:
    server = HealthServer(Address(host="127.0.0.1", port=0))
    address = await server.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{address.host}:{address.port}/healthz") as answer,
        ):
            assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    finally:
        await server.stop()


async def test_a_taken_address_is_said_to_be_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressTakenError, match=f"127.0.0.1:{port} cannot be listened at"):
            await HealthServer(Address(host="127.0.0.1", port=port)).start()
