"""What a probe is told: alive, ready or what is wrong, and the figures."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.types import Message

from bot.delivery.contact import Contact
from bot.delivery.transport import Api, NotSent
from bot.health import Health
from bot.metrics import Metrics
from bot.pulse import Pulse
from scheduler.reminders import Action
from storage import inbox, outbox
from storage.delivery_tables import OutboxMessage, OutboxStatus, Priority
from storage.engine import Database
from storage.inbox import RawUpdate
from storage.outbox import Draft, Receipt
from tests.clock import START, FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram, Fault

ANA = 7


class Probed:
    """The operator's addresses over this database, asked without a socket."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.metrics = Metrics()
        self.phase = "ok"
        self.telegram = True
        pulse = Pulse(database, clock, fresh=0)
        health = Health(pulse, self.metrics, clock, phase=lambda: self.phase, telegram=self._telegram)
        self._app = Starlette(routes=health.routes())
        self.parts = health.parts

    async def get(self, path: str) -> tuple[int, str]:
        said: list[Message] = []

        async def send(message: Message) -> None:
            said.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
        await self._app(scope, receive, send)
        return said[0]["status"], b"".join(message.get("body", b"") for message in said[1:]).decode()

    async def figures(self) -> dict[str, float]:
        """Return every sample, named with its labels."""
        _, text = await self.get("/metrics")
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return {sample.name + "".join(sample.labels.values()): sample.value for sample in samples}

    async def _telegram(self) -> bool:
        return self.telegram


@pytest.fixture
def probed(database: Database, clock: FixedClock) -> Probed:
    return Probed(database, clock)


def arrive(connection: Connection) -> None:
    inbox.accept(connection, [RawUpdate(update_id=1, chat_id=ANA, body="{}")], START)


def queue(priority: Priority = Priority.REPLY, **settings: Any) -> Callable[[Connection], object]:
    draft = Draft(chat_id=ANA, payload={"text": "secret words"}, priority=priority, **settings)
    return lambda connection: outbox.put(connection, [draft], START)


async def test_a_process_that_turns_is_alive(probed: Probed) -> None:
    probed.phase, probed.telegram = "starting", False
    assert await probed.get("/healthz") == (200, '{"status":"ok"}')


async def test_a_bot_with_nothing_to_do_is_ready(probed: Probed) -> None:
    status, text = await probed.get("/readyz")
    assert (status, '"status":"ok"' in text) == (200, True)


@pytest.mark.parametrize("phase", ["starting", "stopping"])
async def test_before_the_start_is_through_and_after_the_stop_has_begun_it_is_not_ready(
    probed: Probed, phase: str
) -> None:
    probed.phase = phase
    assert (await probed.get("/readyz"))[0] == 503
    assert (await probed.parts())["process"] == phase


async def test_a_silent_telegram_is_named(probed: Probed) -> None:
    probed.telegram = False
    assert (await probed.get("/readyz"))[0] == 503
    assert (await probed.parts())["telegram"] == "does not answer"


async def test_an_update_that_waits_for_two_minutes_is_named(
    probed: Probed, database: Database, clock: FixedClock
) -> None:
    await database.run(arrive)
    clock.advance(seconds=119)
    assert (await probed.get("/readyz"))[0] == 200
    clock.advance(seconds=1)
    status, text = await probed.get("/readyz")
    assert (status, '"inbox":"the oldest has waited for 120 s"' in text) == (503, True)


async def test_a_reply_that_waits_for_five_minutes_is_named_a_prompt_is_not(
    probed: Probed, database: Database, clock: FixedClock
) -> None:
    await database.run(queue(Priority.PROMPT))
    await database.run(queue(expires_at=START + timedelta(seconds=15)))
    clock.advance(minutes=5)
    assert (await probed.parts())["outbox"] == "ok"
    await database.run(queue())
    assert (await probed.parts())["outbox"] == "the oldest has waited for 300 s"
    assert "secret" not in (await probed.get("/readyz"))[1]


async def test_a_database_that_fails_or_hangs_is_named(
    probed: Probed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise OSError("secret words")

    async def hanging(*_: object) -> None:
        await asyncio.Event().wait()

    for broken in (failing, hanging):
        monkeypatch.setattr(database, "read", broken)
        assert (await probed.get("/readyz"))[0] == 503
        parts = await probed.parts()
        assert (parts["database"], parts["inbox"], parts["outbox"]) == ("does not answer", "unknown", "unknown")
        assert (await probed.figures())["tertulia_database_up"] == 0


async def test_a_database_that_hangs_is_asked_once_not_once_a_probe(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def hanging(*_: object) -> None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()

    monkeypatch.setattr(database, "read", hanging)
    pulse = Pulse(database, clock)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await pulse.look()
    assert asked == 1


async def test_the_queues_are_read_once_in_a_few_seconds_however_many_ask(
    database: Database, clock: FixedClock
) -> None:
    pulse = Pulse(database, clock)
    before = await pulse.look()
    await database.run(arrive)
    assert await pulse.look() is before
    await asyncio.sleep(3)
    assert (await pulse.look()).undone == 1


async def test_telegram_is_asked_only_after_a_quiet_time_and_then_seldom(clock: FixedClock) -> None:
    fake = FakeTelegram(now=clock)
    contact = Contact()
    api = Api(FakeRequest(fake), FakeRequest(fake), ROOT, fake.token, called=contact.called)
    for _ in range(5):
        assert await contact.is_there(api)
    await asyncio.sleep(60)
    await api.call("deleteWebhook")
    await asyncio.sleep(119)
    assert await contact.is_there(api)
    assert [method for method, _ in fake.calls] == ["getMe", "deleteWebhook"]
    fake.fail(Fault.REFUSED, method="getMe", times=2)
    await asyncio.sleep(1)
    for _ in range(5):
        assert not await contact.is_there(api)
    await asyncio.sleep(15)
    assert not await contact.is_there(api)
    await asyncio.sleep(15)
    assert await contact.is_there(api)


async def test_a_refusal_is_a_sign_of_life_silence_is_not() -> None:
    fake = FakeTelegram()
    contact = Contact()
    api = Api(FakeRequest(fake), FakeRequest(fake), ROOT, fake.token, called=contact.called)
    fake.fail(Fault.TOO_MANY, method="getMe")
    assert await contact.is_there(api)
    silent = Contact()
    silent.called("sendMessage", 0.1, NotSent("refused"))
    fake.fail(Fault.CUT, method="getMe")
    assert not await silent.is_there(Api(FakeRequest(fake), FakeRequest(fake), ROOT, fake.token, called=silent.called))


async def test_the_figures_tell_depth_and_age_of_the_queues(
    probed: Probed, database: Database, clock: FixedClock
) -> None:
    await database.run(arrive)
    await database.run(queue(Priority.PROMPT))
    clock.advance(seconds=30)
    figures = await probed.figures()
    assert figures["tertulia_inbox_depth"] == figures["tertulia_outbox_depth"] == figures["tertulia_database_up"] == 1
    assert figures["tertulia_inbox_age_seconds"] == figures["tertulia_outbox_age_seconds"] == 30
    assert figures["tertulia_prompts_overdue_seconds"] == 0


async def test_the_figures_tell_calls_turns_and_prompts(probed: Probed) -> None:
    metrics = probed.metrics
    fake = FakeTelegram()
    contact = Contact(metrics.called)
    api = Api(FakeRequest(fake), FakeRequest(fake), ROOT, fake.token, called=contact.called)
    fake.fail(Fault.TOO_MANY, method="getMe")
    await contact.is_there(api)
    await api.call("getMe")
    metrics.handled(0.2)
    metrics.transacted(0.01)
    metrics.decided({Action.SEND: 2, Action.SKIP: 1})
    row = OutboxMessage.model_construct(created_at=START, priority=0)
    metrics.concluded(row, Receipt(id=1, status=OutboxStatus.SENT, at=START + timedelta(seconds=4)))
    metrics.concluded(row, Receipt(id=2, status=OutboxStatus.EXPIRED, at=START, prompt_id=1, reason="ambiguous"))
    metrics.watch("sweep_lag_seconds", "How late.", lambda: 7.0)
    figures = await probed.figures()
    assert figures["tertulia_telegram_calls_totalgetMetoo_many"] == 1
    assert figures["tertulia_telegram_calls_totalgetMeok"] == 1
    assert figures["tertulia_turn_seconds_sumreceived_to_handled"] == 0.2
    assert figures["tertulia_turn_seconds_sumtransaction"] == 0.01
    assert figures["tertulia_turn_seconds_sumhandled_to_sent"] == 4
    assert figures["tertulia_prompts_totalclaimed"] == 3
    assert figures["tertulia_prompts_totaldecided_send"] == 2
    assert figures["tertulia_prompts_totalexpired"] == figures["tertulia_ambiguous_sends_total"] == 1
    assert figures["tertulia_sweep_lag_seconds"] == 7


def test_two_processes_worth_of_metrics_do_not_mix() -> None:
    first, second = Metrics(), Metrics()
    first.received(3)
    assert b"tertulia_updates_total 3.0" in first.render(None, START)
    assert b"tertulia_updates_total 0.0" in second.render(None, START)
