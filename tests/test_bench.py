"""Facts about the measuring: the server keeps Telegram's rules, learners are timed rightly, the arithmetic is right."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.bench.double import Double, Updates
from tests.bench.load import FIRST_ID, SCENE, Load
from tests.bench.report import Window, percentile, ratios, spread
from tests.bench.stages import REST, Watch, profile

real_time = pytest.mark.real_time


def window(**figures: Any) -> Window:
    return Window(**{"seconds": 2.0, "cpu": 1.0, "messages": 100, "turns": 80} | figures)


class Client:
    """A bot's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, method: str, *, form: bool = False, **params: Any) -> tuple[int, Any]:
        self.say(method, form=form, **params)
        return await self.answer()

    def say(self, method: str, *, form: bool = False, **params: Any) -> None:
        body = (urlencode(params) if form else json.dumps(params)).encode()
        self._writer.write(b"POST /bot1:x/%s HTTP/1.1\r\ncontent-LENGTH: %d\r\n\r\n" % (method.encode(), len(body)))
        self._writer.write(body)

    async def answer(self) -> tuple[int, Any]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].split()[0])
        return int(head.split()[1]), json.loads(await self._reader.readexactly(length)).get("result")

    def close(self) -> None:
        self._writer.close()


class Server:
    """A double that listens, and clients for it."""

    def __init__(self, double: Double, port: int) -> None:
        self.double, self._port = double, port
        self.clients: list[Client] = []

    async def client(self) -> Client:
        self.clients.append(Client(*await asyncio.open_connection("127.0.0.1", self._port)))
        return self.clients[-1]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    double = Double()
    server = Server(double, int((await double.start()).rpartition(":")[2]))
    yield server
    for client in server.clients:
        client.close()
    await double.stop()


def numbers(updates: list[bytes]) -> list[int]:
    return [json.loads(update)["update_id"] for update in updates]


def test_an_update_comes_until_an_offset_behind_it_confirms_it() -> None:
    updates = Updates()
    for _ in range(3):
        updates.add(b'"message":{}')
    first, second, third = numbers(updates.after(None, 100))
    assert numbers(updates.after(first, 100)) == [first, second, third]
    assert numbers(updates.after(third, 100)) == [third]
    assert numbers(updates.after(None, 100)) == [third]
    assert updates.after(third + 1, 100) == []


def test_no_more_updates_come_than_asked_for_and_the_rest_stays() -> None:
    updates = Updates()
    for _ in range(3):
        updates.add(b'"message":{}')
    first, second, third = numbers(updates.after(None, 100))
    assert numbers(updates.after(None, 2)) == [first, second]
    assert numbers(updates.after(second + 1, 2)) == [third]


def test_a_negative_offset_counts_from_the_end() -> None:
    updates = Updates()
    for _ in range(3):
        updates.add(b'"message":{}')
    *_, last = numbers(updates.after(None, 100))
    assert numbers(updates.after(-1, 100)) == [last]
    assert Updates().after(-1, 100) == []


@real_time
async def test_a_waiting_poll_is_answered_by_the_next_update(server: Server) -> None:
    client = await server.client()
    client.say("getUpdates", timeout=50)
    await server.double.polled.wait()
    server.double.put(b'"message":{"text":"hola"}')
    status, updates = await client.answer()
    assert status == 200
    assert [update["message"]["text"] for update in updates] == ["hola"]
    again = await client.ask("getUpdates", timeout=50)
    assert again[1] == updates
    assert await client.ask("getUpdates", offset=updates[0]["update_id"] + 1, timeout=0, form=True) == (200, [])


@real_time
async def test_the_later_of_two_polls_wins(server: Server) -> None:
    first, second = await server.client(), await server.client()
    first.say("getUpdates", timeout=50)
    await server.double.polled.wait()
    second.say("getUpdates", timeout=50)
    assert (await first.answer())[0] == 409
    server.double.put(b'"message":{}')
    assert len((await second.answer())[1]) == 1


@real_time
async def test_form_and_json_are_answered_alike(server: Server) -> None:
    client = await server.client()
    for form in (False, True):
        status, message = await client.ask("sendMessage", form=form, chat_id=7, text="¡Olé! & más")
        assert (status, message["chat"]["id"], message["text"]) == (200, 7, "¡Olé! & más")


@real_time
async def test_a_webhook_gets_every_update_with_its_secret_and_again_after_a_refusal(server: Server) -> None:
    heads: list[str] = []
    done = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not done.is_set():
            heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            await reader.readexactly(int(heads[-1].partition("Content-Length: ")[2].split()[0]))
            refused = len(heads) == 1
            writer.write(b"HTTP/1.1 %s\r\ncontent-length: 0\r\n\r\n" % (b"503 No" if refused else b"200 OK"))
            if len(heads) == 3:
                done.set()
        writer.close()

    bot = await asyncio.start_server(take, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{bot.sockets[0].getsockname()[1]}/hook"
    server.double.put(b'"message":{}')
    client = await server.client()
    await client.ask("setWebhook", url=url, secret_token="s3cret", max_connections=1)
    server.double.put(b'"message":{}')
    await done.wait()
    assert all(head.startswith("POST /hook ") for head in heads)
    assert all("X-Telegram-Bot-Api-Secret-Token: s3cret" in head for head in heads)
    assert (await client.ask("getUpdates"))[0] == 409
    await client.ask("deleteWebhook")
    bot.close()


async def test_a_learner_speaks_again_only_when_the_reply_stands_in_the_chat() -> None:
    double = Double()
    load = Load(double, 1)
    load.meter.on = True
    load.run()
    said = numbers_of(double)
    assert len(said) == 1
    load.arrived(FIRST_ID)
    load.arrived(FIRST_ID)  # a second message to the same chat is no second reply
    assert numbers_of(double) == said
    load.seen(FIRST_ID)
    load.seen(FIRST_ID)
    assert len(numbers_of(double)) == 2
    assert len(load.meter.latencies) == 1


async def test_the_command_that_opens_a_scene_is_a_message_but_no_turn() -> None:
    double = Double()
    load = Load(double, 1)
    load.meter.on = True
    load.run()
    for _ in range(2 * SCENE):
        load.arrived(FIRST_ID)
        load.seen(FIRST_ID)
    assert (len(load.meter.latencies), load.meter.turns) == (2 * SCENE, 2 * (SCENE - 1))
    assert load.lines == 2 * (SCENE - 1)  # the third scene's command is out


def numbers_of(double: Double) -> list[int]:
    return numbers(double._updates.after(None, 1000))


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert [percentile(values, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([3.0], 50) == percentile([3.0], 99) == 3.0
    assert percentile([], 99) == 0


def test_the_bot_pays_for_commands_but_is_credited_with_graded_turns_only() -> None:
    ours = window(graded=80)
    assert (ours.rate(), ours.cpu_of_turn(), ours.cpu_of_message()) == (40, 1 / 80, 1 / 100)
    echo = window()
    assert (echo.rate(), echo.cpu_of_turn(), echo.cpu_of_message()) == (50, 1 / 100, 1 / 100)


def test_a_ratio_is_taken_inside_a_round() -> None:
    rounds = [
        {"echo": window(cpu=1.0), "tertulia": window(cpu=0.5)},
        {"echo": window(cpu=4.0), "tertulia": window(cpu=4.0)},
        {"tertulia": window(cpu=9.0)},
    ]
    assert ratios(rounds, "tertulia", Window.cpu_of_turn) == [0.5, 1.0]


def test_a_spread_is_the_median_between_lowest_and_highest() -> None:
    assert spread([3.0, 1.0, 2.5]) == "2.50 (1.00–3.00)"
    assert spread([1.0]) == "1.00"
    assert spread([]) == "-"


def burn() -> int:
    return sum(range(20_000))


async def test_a_stage_inside_another_takes_its_time_from_it() -> None:
    watch = Watch()
    inner = watch.over("render", burn)

    async def idle() -> None:
        await asyncio.sleep(10)
        inner()

    await watch.over("exchange", idle)()
    told = watch.read()
    assert told["render"] > 0
    assert set(told) - {"render", "exchange"} >= {REST}
    assert not any(watch.read()[stage] for stage in ("render", "exchange"))


async def test_a_timed_coroutine_is_cancelled_like_any_other() -> None:
    watch = Watch()
    ended = []

    async def wait() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append(True)

    task = asyncio.create_task(watch.over("send", wait)())
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


def test_a_profile_is_microseconds_a_turn() -> None:
    lines = profile({"closed": ({"parse": 300_000, "send": 0}, 3)}).splitlines()
    assert [line.split() for line in lines] == [["us", "CPU", "a", "turn", "closed"], ["parse", "100"], ["sum", "100"]]
