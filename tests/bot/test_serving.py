"""The address at which the process answers."""

import asyncio
import socket

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.serving import AddressTakenError, Server
from bot.settings import Address

pytestmark = pytest.mark.real_time

ANY_PORT = Address(host="127.0.0.1", port=0)


def says(word: str) -> list[Route]:
    async def answer(_request: Request) -> PlainTextResponse:
        return PlainTextResponse(word)

    return [Route("/", answer)]


async def heard(address: Address) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address.host}:{address.port}/") as answer:
        return await answer.text()


async def test_it_answers_on_the_port_the_system_chose() -> None:
    server = Server(ANY_PORT, says("here"))
    address = await server.start()
    try:
        assert await heard(address) == "here"
    finally:
        await server.stop()


async def test_a_taken_address_is_said_to_be_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for shared in (False, True):
            with pytest.raises(AddressTakenError, match=f"127.0.0.1:{port} cannot be listened at"):
                await Server(Address(host="127.0.0.1", port=port), [], shared=shared).start()


async def test_processes_that_share_their_work_may_share_an_address() -> None:
    first = Server(ANY_PORT, says("first"), shared=True)
    address = await first.start()
    second = Server(address, says("second"), shared=True)
    await second.start()
    try:
        answers = await asyncio.gather(*(heard(address) for _ in range(40)))
        assert set(answers) == {"first", "second"}
    finally:
        await first.stop()
        await second.stop()
