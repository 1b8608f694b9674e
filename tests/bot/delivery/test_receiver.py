"""Facts about what comes in: stored before it is confirmed, and no neighbour of rubbish waits."""

import asyncio
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import event
from telegram.error import InvalidToken

from bot.delivery.receiver import APART_SECONDS, TokenRefusedError, envelope
from storage.delivery_tables import InboxStatus
from storage.engine import Database
from tests.bot.delivery.rows import inbox_rows, storing_fails
from tests.bot.delivery.tiny import Tiny
from tests.fake_telegram import FakeTelegram, Fault

BIG = 7_000_000_001


def asked(fake: FakeTelegram) -> list[int | None]:
    return [params.get("offset") for method, params in fake.calls if method == "getUpdates"]


async def test_a_batch_is_confirmed_only_after_it_is_stored(tiny: Tiny, fake: FakeTelegram, database: Database) -> None:
    ana = tiny.world.learner()
    first, second = (fake.new_update(message=ana.message(text)) for text in ("uno", "dos"))
    await tiny.world.settle()
    assert asked(fake)[-1] == second["update_id"] + 1
    stored = await database.run(inbox_rows)
    assert [(row.update_id, row.chat_id) for row in stored] == [(first["update_id"], BIG), (second["update_id"], BIG)]
    assert json.loads(stored[0].body or "") == first


async def test_only_three_kinds_of_update_are_asked_for(tiny: Tiny, fake: FakeTelegram) -> None:
    await tiny.world.learner().says("hola")
    kinds = {tuple(params["allowed_updates"]) for method, params in fake.calls if method == "getUpdates"}
    assert kinds == {("message", "callback_query", "my_chat_member")}


@pytest.mark.parametrize(
    "rubbish",
    [
        {"message": {"date": "yesterday"}},
        {"message": {"message_id": 1, "date": 10**20, "chat": {"id": BIG, "type": "private"}, "text": "x"}},
        {"message": []},
        {"callback_query": {"id": "1"}},
        {"message": {"chat": {"id": "none"}}},
    ],
)
async def test_a_malformed_update_is_set_aside_and_its_neighbours_are_handled(
    tiny: Tiny, fake: FakeTelegram, database: Database, rubbish: dict[str, object]
) -> None:
    ana = tiny.world.learner()
    fake.new_update(message=ana.message("before"))
    fake.new_update(**rubbish)
    fake.new_update(message=ana.message("after"))
    await tiny.world.settle()
    assert [text for _, text in tiny.handled] == ["before", "after"]
    before, odd, after = await database.run(inbox_rows)
    assert (before.status, odd.status, after.status) == (InboxStatus.DONE, InboxStatus.DEAD, InboxStatus.DONE)
    assert odd.error is not None
    assert odd.error.isidentifier()


async def test_an_element_without_an_id_is_left_out_with_a_warning(
    tiny: Tiny, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    ana = tiny.world.learner()
    fake.put({"message": "secret words"})
    fake.put(["secret words"])
    await ana.says("hola")
    assert ana.screen == "You said hola"
    assert "it is left out" in caplog.text
    assert "secret" not in caplog.text


async def test_rubbish_alone_is_not_asked_for_without_a_pause(tiny: Tiny, fake: FakeTelegram) -> None:
    tiny.fake.put({"message": "no id"})
    await asyncio.sleep(60)
    assert len(asked(fake)) < 20


async def test_an_outage_is_waited_out_with_growing_pauses(tiny: Tiny, fake: FakeTelegram) -> None:
    ana = tiny.world.learner()
    await ana.says("uno")
    fake.fail(Fault.REFUSED, method="getUpdates", times=10)
    fake.news.set()
    started = asyncio.get_running_loop().time()
    await ana.says("dos")
    assert ana.screen == "You said dos"
    assert 25 < asyncio.get_running_loop().time() - started < 40  # half a second, doubling, never above five


async def test_another_program_on_the_same_token_is_named_once_and_outlived(
    tiny: Tiny, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    ana = tiny.world.learner()
    fake.conflict = True
    asyncio.get_running_loop().call_later(100, lambda: setattr(fake, "conflict", False))
    await ana.says("hola")
    assert ana.screen == "You said hola"
    assert caplog.text.count("Another program receives") == 1


async def test_a_refused_token_ends_it_with_a_clear_word(tiny: Tiny, fake: FakeTelegram) -> None:
    fake.token = "987:another"
    with pytest.raises(TokenRefusedError, match="TUTOR_TELEGRAM_TOKEN"):
        await tiny.receiver.run()


async def test_a_token_refused_at_the_start_is_not_repeated_in_the_error(tiny: Tiny, fake: FakeTelegram) -> None:
    await tiny.stop()
    secret, fake.token = fake.token, "987:another"
    with pytest.raises(TokenRefusedError) as caught:
        await tiny.dispatch.start()
    assert secret not in repr(caught.value)
    assert isinstance(caught.value.__context__, InvalidToken)
    assert caught.value.__suppress_context__
    fake.token = secret
    await tiny.start()


async def test_a_batch_the_database_could_not_take_is_not_confirmed(
    tiny: Tiny, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = tiny.world.learner()
    storing_fails(monkeypatch, times=3)
    await ana.says("hola")
    assert [text for _, text in tiny.handled] == ["hola"]
    assert asked(fake).count(None) >= 4


async def test_whoever_writes_alone_is_heard_at_once_and_many_share_a_poll(
    tiny: Tiny, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, poll, learners = asyncio.get_running_loop().time, tiny.api.poll, [tiny.world.learner(id=n) for n in (8, 9)]
    polled, heard = list[float](), list[float]()

    async def noted(*args: Any, **params: Any) -> Any:
        polled.append(time())
        return await poll(*args, **params)

    monkeypatch.setattr(tiny.api, "poll", noted)
    tiny.hook = lambda _text: heard.append(time())
    await learners[0].says("hola")
    await asyncio.sleep(1)
    begun = time()
    await learners[1].says("buenas")
    assert heard[-1] == pytest.approx(begun, abs=0.001)
    for number in range(100):
        fake.new_update(message=learners[number % 2].message(str(number)))
        await asyncio.sleep(0.01)
    await tiny.world.settle()
    assert len(heard) == 102
    assert min(after - before for before, after in pairwise(polled[2:])) >= APART_SECONDS - 1e-5
    assert len(polled) < 50


async def test_an_update_is_answered_in_the_transaction_that_stores_it(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    await ana.says("hola")
    commits: list[object] = []
    event.listen(database._engine, "commit", commits.append)
    await ana.says("adiós")
    assert len(commits) == 2  # the update with its answer, and the receipt


async def test_a_large_backlog_comes_in_batches_and_in_order(tiny: Tiny, fake: FakeTelegram) -> None:
    ana = tiny.world.learner()
    for number in range(250):
        fake.new_update(message=ana.message(str(number)))
    await tiny.world.settle()
    assert [text for _, text in tiny.handled] == [str(number) for number in range(250)]


async def test_a_429_on_polling_is_obeyed(tiny: Tiny, fake: FakeTelegram) -> None:
    ana = tiny.world.learner()
    await ana.says("uno")
    fake.fail(Fault.TOO_MANY, method="getUpdates", wait=45)
    before = asyncio.get_running_loop().time()
    await ana.says("dos")
    assert asyncio.get_running_loop().time() - before >= 45


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=10,
)


@given(json_values)
def test_no_json_whatever_breaks_the_envelope(value: object) -> None:
    assert envelope(value) is None or isinstance(value, dict)


@given(some.integers(min_value=0, max_value=2**63 - 1), json_values)
def test_an_envelope_keeps_the_whole_update(update_id: int, content: object) -> None:
    raw = {"update_id": update_id, "message": content}
    read = envelope(raw)
    assert read is not None
    assert json.loads(read.body) == raw
    assert "\x00" not in read.body


@pytest.mark.parametrize("kind", ["message", "my_chat_member", "something_new"])
def test_the_chat_is_found_in_any_kind_of_update(kind: str) -> None:
    read = envelope({"update_id": 1, kind: {"chat": {"id": -100_123_456_789}}})
    assert read is not None
    assert read.chat_id == -100_123_456_789


def test_the_chat_of_a_pressed_button_is_its_messages() -> None:
    read = envelope({"update_id": 1, "callback_query": {"from": {"id": 5}, "message": {"chat": {"id": BIG}}}})
    assert read is not None
    assert read.chat_id == BIG


@pytest.mark.parametrize("wrong", [True, "1", 1.0, None, -1, 2**63])
def test_what_has_no_usable_id_is_no_update(wrong: object) -> None:
    assert envelope({"update_id": wrong, "message": {}}) is None
