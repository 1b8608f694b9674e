"""Facts about what leaves: order, urgency, budget, and what each answer of Telegram means for a row."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.delivery.budget import Budget
from bot.delivery.sender import Sender
from bot.delivery.transport import Api
from storage import outbox, prompts, users
from storage.delivery_tables import Action, OutboxMessage, OutboxStatus, Priority
from storage.engine import Database
from storage.memory_tables import PromptStatus
from storage.outbox import Draft, Receipt
from storage.prompts import NewPrompt
from tests.bot.delivery.rows import outbox_rows
from tests.clock import FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram, Fault

ANA, BEA = 7_000_000_001, 7_000_000_002
Make = Callable[..., Sender]
Queue = Callable[..., Awaitable[Sequence[OutboxMessage]]]


@pytest.fixture
def make(fake: FakeTelegram, database: Database, clock: FixedClock) -> Make:
    def _make(per_second: float = 0, per_chat: float = 0, receipts_within: float = 0.02) -> Sender:
        api = Api(FakeRequest(fake, latency=0.05), FakeRequest(fake), ROOT, fake.token)
        budget = Budget(per_second=per_second, per_chat=per_chat, receipts_within=receipts_within)
        return Sender(api, database, clock, budget=budget, random=Random(7))

    fake.known_only = False
    return _make


@pytest.fixture
async def sender(make: Make) -> AsyncIterator[Sender]:
    sender = make()
    await sender.start()
    yield sender
    await sender.drain(0)


@pytest.fixture
async def unhurried(make: Make) -> AsyncIterator[Sender]:
    # Its receipts have a minute.
    sender = make(receipts_within=60)
    await sender.start()
    yield sender
    await sender.drain(0)


@pytest.fixture
def queue(database: Database, clock: FixedClock) -> Queue:
    async def _queue(*drafts: Draft) -> Sequence[OutboxMessage]:
        return await database.run(outbox.put, drafts, clock())

    return _queue


def said(text: str, chat_id: int = ANA, **more: Any) -> Draft:
    return Draft(**{"chat_id": chat_id, "payload": {"text": text}, **more})


def texts(fake: FakeTelegram, chat_id: int | None = None) -> list[str]:
    return [message.text for message in fake.changes if chat_id in {None, message.chat_id}]


def enrol(connection: Connection, clock: FixedClock, *ids: int) -> None:
    for user_id in ids:
        users.visit(connection, user_id, "en", clock())


def prompt(connection: Connection, clock: FixedClock) -> int:
    users.visit(connection, ANA, "en", clock())
    found = prompts.record(
        connection,
        NewPrompt(user_id=ANA, local_on=clock().date(), planned_at=clock(), status=PromptStatus.QUEUED),
    )
    assert found is not None
    return found


async def statuses(database: Database) -> list[str]:
    return [row.status.value for row in await database.run(outbox_rows)]


async def test_twenty_chats_each_get_their_messages_in_order(sender: Sender, fake: FakeTelegram, queue: Queue) -> None:
    rows = await queue(*(said(str(number), chat_id=chat) for number in range(10) for chat in range(1, 21)))
    sender.offer(rows)
    await sender.idle.wait()
    for chat in range(1, 21):
        assert texts(fake, chat) == [str(number) for number in range(10)]


@pytest.mark.both_databases
async def test_a_chats_next_message_does_not_wait_for_a_receipt_that_has_time(
    unhurried: Sender, fake: FakeTelegram, queue: Queue
) -> None:
    unhurried.offer(await queue(said("one"), said("two")))
    await asyncio.sleep(0.5)
    unhurried.offer(await queue(said("three")))
    await unhurried.idle.wait()
    first, second, third = (message.sent_at for message in fake.changes)
    assert second - first < 1
    assert third - second < 1


@pytest.mark.both_databases
async def test_a_receipt_that_has_time_is_written_with_what_somebody_else_needs(
    unhurried: Sender, database: Database, queue: Queue
) -> None:
    unhurried.offer(await queue(said("one")))
    await asyncio.sleep(0.5)
    assert not unhurried.idle.is_set()
    await database.together(outbox.unsent, limit=1)
    assert await statuses(database) == ["sent"]
    assert asyncio.get_running_loop().time() < 1


async def test_replies_leave_before_prompts_before_broadcasts(make: Make, fake: FakeTelegram, queue: Queue) -> None:
    sender = make(per_second=10)
    await queue(
        said("news", 1, priority=Priority.BROADCAST), said("review", 2, priority=Priority.PROMPT), said("answer", 3)
    )
    await sender.resume()
    await sender.start()
    await sender.idle.wait()
    assert texts(fake) == ["answer", "review", "news"]
    await sender.drain(0)


async def test_the_whole_stays_within_its_budget(make: Make, fake: FakeTelegram, queue: Queue) -> None:
    sender = make(per_second=10)
    await sender.start()
    sender.offer(await queue(*(said("x", chat) for chat in range(1, 101))))
    await sender.idle.wait()
    times = sorted(message.sent_at for message in fake.changes)
    assert all(later - earlier >= 0.9 for earlier, later in zip(times, times[10:], strict=False))
    # A tenth of slack: at exactly ten a second, one call that is slow and one that is not put eleven into one second.
    assert times[-1] - times[0] == pytest.approx(9.9 * 1.1, abs=0.2)
    await sender.drain(0)


async def test_a_chat_gets_a_burst_of_five_then_one_a_second(make: Make, fake: FakeTelegram, queue: Queue) -> None:
    sender = make(per_chat=1)
    await sender.start()
    sender.offer(await queue(*(said(str(number)) for number in range(8))))
    await sender.idle.wait()
    times = [message.sent_at for message in fake.changes]
    assert times[4] - times[0] < 1
    assert times[5] - times[0] == pytest.approx(1, abs=0.1)
    assert all(later - earlier >= 0.9 for earlier, later in pairwise(times[5:]))
    await sender.drain(0)


async def test_a_429_holds_its_chat_back_and_nobody_else(
    sender: Sender, fake: FakeTelegram, database: Database, queue: Queue
) -> None:
    fake.fail(Fault.TOO_MANY, chat_id=ANA, wait=30, times=2)
    sender.offer(await queue(said("one"), said("two"), said("hers", BEA)))
    await sender.idle.wait()
    (first, second), (other,) = ([m for m in fake.changes if m.chat_id == chat] for chat in (ANA, BEA))
    assert other.sent_at < 1
    assert 60 <= first.sent_at <= second.sent_at < 62
    assert texts(fake, ANA) == ["one", "two"]
    assert await statuses(database) == ["sent"] * 3


@pytest.mark.both_databases
async def test_a_learner_who_blocked_the_bot_is_unreachable_and_their_rows_are_dead(
    sender: Sender, fake: FakeTelegram, database: Database, clock: FixedClock, queue: Queue
) -> None:
    await database.run(enrol, clock, ANA, BEA)
    fake.blocked.add(ANA)
    sender.offer(await queue(said("one"), said("two"), said("hers", BEA)))
    await sender.idle.wait()
    assert texts(fake) == ["hers"]
    assert await statuses(database) == ["dead", "dead", "sent"]
    ana, bea = await database.run(users.get, ANA), await database.run(users.get, BEA)
    assert ana is not None
    assert bea is not None
    assert (ana.reachable, bea.reachable) == (False, True)


async def test_a_row_telegram_refuses_is_dead_and_the_chat_goes_on(
    sender: Sender, fake: FakeTelegram, database: Database, queue: Queue
) -> None:
    sender.offer(await queue(said("<b>secret words", payload={"text": "<q>secret", "parse_mode": "HTML"}), said("two")))
    await sender.idle.wait()
    assert texts(fake) == ["two"]
    dead, sent = await database.run(outbox_rows)
    assert (dead.status, sent.status) == (OutboxStatus.DEAD, OutboxStatus.SENT)
    assert dead.error is not None
    assert "secret" not in dead.error


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.SERVER_ERROR, Fault.GARBAGE, Fault.CUT])
async def test_a_reply_is_tried_until_it_works(
    sender: Sender, fake: FakeTelegram, database: Database, queue: Queue, fault: Fault
) -> None:
    fake.fail(fault, times=12)
    sender.offer(await queue(said("one"), said("two")))
    await sender.idle.wait()
    assert texts(fake) == ["one", "two"]
    assert await statuses(database) == ["sent", "sent"]


async def test_a_reply_whose_answer_was_lost_may_come_twice_but_is_not_missing(
    sender: Sender, fake: FakeTelegram, queue: Queue
) -> None:
    fake.fail(Fault.LOST_ANSWER)
    sender.offer(await queue(said("one"), said("two")))
    await sender.idle.wait()
    assert texts(fake) == ["one", "one", "two"]


async def test_an_outage_of_half_a_minute_delays_and_loses_nothing(
    sender: Sender, fake: FakeTelegram, queue: Queue
) -> None:
    fake.outage = True
    asyncio.get_running_loop().call_later(30, lambda: setattr(fake, "outage", False))
    sender.offer(await queue(*(said(str(number), chat) for number in range(3) for chat in range(1, 6))))
    await sender.idle.wait()
    assert all(texts(fake, chat) == ["0", "1", "2"] for chat in range(1, 6))
    assert min(message.sent_at for message in fake.changes) >= 30
    assert max(message.sent_at for message in fake.changes) < 90


async def prompt_status(database: Database) -> PromptStatus:
    (row,) = await database.run(prompts.latest, ANA)
    return row.status


@pytest.mark.both_databases
async def test_a_prompt_that_left_is_recorded_as_sent(
    sender: Sender, database: Database, clock: FixedClock, queue: Queue
) -> None:
    prompt_id = await database.run(prompt, clock)
    sender.offer(await queue(said("review", prompt_id=prompt_id)))
    await sender.idle.wait()
    assert await statuses(database) == ["sent"]
    assert await prompt_status(database) is PromptStatus.SENT


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST_ANSWER, Fault.GARBAGE])
async def test_a_prompt_that_may_have_arrived_expires_and_is_not_repeated(
    sender: Sender,
    fake: FakeTelegram,
    database: Database,
    clock: FixedClock,
    queue: Queue,
    fault: Fault,
) -> None:
    fake.fail(fault)
    prompt_id = await database.run(prompt, clock)
    sender.offer(await queue(said("review", prompt_id=prompt_id)))
    await sender.idle.wait()
    assert texts(fake) == (["review"] if fault is Fault.LOST_ANSWER else [])
    assert await statuses(database) == ["expired"]
    assert await prompt_status(database) is PromptStatus.EXPIRED


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.SERVER_ERROR, Fault.TOO_MANY])
async def test_a_prompt_that_certainly_did_not_leave_is_tried_again(
    sender: Sender,
    fake: FakeTelegram,
    database: Database,
    clock: FixedClock,
    queue: Queue,
    fault: Fault,
) -> None:
    fake.fail(fault, times=3)
    prompt_id = await database.run(prompt, clock)
    in_three_hours = clock() + timedelta(hours=3)
    sender.offer(await queue(said("review", prompt_id=prompt_id, expires_at=in_three_hours)))
    await sender.idle.wait()
    assert texts(fake) == ["review"]
    assert await prompt_status(database) is PromptStatus.SENT


async def test_a_prompt_whose_window_closes_during_an_outage_expires(
    sender: Sender, fake: FakeTelegram, database: Database, clock: FixedClock, queue: Queue
) -> None:
    fake.outage = True
    prompt_id = await database.run(prompt, clock)
    sender.offer(await queue(said("review", prompt_id=prompt_id, expires_at=clock() + timedelta(hours=3))))
    asyncio.get_running_loop().call_later(60, lambda: clock.advance(hours=3))
    await sender.idle.wait()
    assert fake.calls == []
    assert await prompt_status(database) is PromptStatus.EXPIRED


@pytest.mark.both_databases
async def test_a_restart_sends_what_is_unsent_and_expires_a_prompt_that_was_leaving(
    make: Make, fake: FakeTelegram, database: Database, clock: FixedClock, queue: Queue
) -> None:
    prompt_id = await database.run(prompt, clock)
    doubtful, *_ = await queue(said("review", prompt_id=prompt_id), said("one"), said("two"))
    await database.run(outbox.leaving, doubtful.id)
    sender = make()
    await sender.resume()
    await sender.start()
    await sender.idle.wait()
    assert texts(fake) == ["one", "two"]
    assert await statuses(database) == ["expired", "sent", "sent"]
    assert await prompt_status(database) is PromptStatus.EXPIRED
    await sender.drain(0)


async def test_an_edit_changes_the_last_message_of_its_slot(sender: Sender, fake: FakeTelegram, queue: Queue) -> None:
    sender.offer(
        await queue(
            said("one", slot="run:1:screen"), said("two", slot="run:1:screen"), said("other", slot="run:2:screen"),
            said("two again", slot="run:1:screen", action=Action.EDIT),
        )
    )  # fmt: skip
    await sender.idle.wait()
    assert [message.text for message in fake.chats[ANA]] == ["one", "two again", "other"]


async def test_an_edit_finds_its_message_after_a_restart(make: Make, fake: FakeTelegram, queue: Queue) -> None:
    for draft in (said("one", slot="screen"), said("changed", slot="screen", action=Action.EDIT)):
        sender = make()
        await sender.start()
        sender.offer(await queue(draft))
        await sender.idle.wait()
        await sender.drain(0)
    assert [message.text for message in fake.chats[ANA]] == ["changed"]


async def test_an_edit_without_a_message_is_sent_anew(sender: Sender, fake: FakeTelegram, queue: Queue) -> None:
    sender.offer(await queue(said("new", slot="screen", action=Action.EDIT)))
    await sender.idle.wait()
    assert [message.text for message in fake.chats[ANA]] == ["new"]


async def test_an_edit_of_a_message_that_is_gone_is_sent_anew_and_found_from_then_on(
    sender: Sender, fake: FakeTelegram, queue: Queue
) -> None:
    sender.offer(await queue(said("one", slot="screen")))
    await sender.idle.wait()
    fake.chats[ANA].clear()
    edits = (said(text, slot="screen", action=Action.EDIT) for text in ("two", "three"))
    sender.offer(await queue(*edits))
    await sender.idle.wait()
    assert [message.text for message in fake.chats[ANA]] == ["three"]


async def test_an_edit_that_changes_nothing_is_a_success(sender: Sender, database: Database, queue: Queue) -> None:
    edit = said("one", slot="screen", action=Action.EDIT)
    sender.offer(await queue(said("one", slot="screen"), edit, said("two")))
    await sender.idle.wait()
    assert await statuses(database) == ["sent", "sent", "sent"]


async def test_stripping_an_empty_slot_does_nothing(
    sender: Sender, fake: FakeTelegram, database: Database, queue: Queue
) -> None:
    sender.offer(await queue(said("", payload={}, slot="screen", action=Action.STRIP)))
    await sender.idle.wait()
    assert fake.calls == []
    assert await statuses(database) == ["sent"]


async def test_a_row_to_forget_leaves_no_trace_once_it_is_sent(
    sender: Sender, fake: FakeTelegram, database: Database, queue: Queue
) -> None:
    sender.offer(await queue(said("bye", forget=True)))
    await sender.idle.wait()
    assert texts(fake) == ["bye"]
    assert await statuses(database) == []


async def test_draining_leaves_what_is_held_back_for_the_next_start(
    make: Make, fake: FakeTelegram, database: Database, queue: Queue
) -> None:
    fake.fail(Fault.TOO_MANY, wait=3600)
    sender = make()
    await sender.start()
    sender.offer(await queue(said("late"), said("hers", BEA)))
    assert not await sender.drain(10)
    assert await statuses(database) == ["pending", "sent"]


async def test_receipts_survive_an_outage_of_the_database(
    sender: Sender, fake: FakeTelegram, database: Database, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = iter([True] * 6)
    settle = outbox.settle

    def failing(connection: Connection, receipts: Sequence[Receipt]) -> None:
        if next(gone, False):
            raise OperationalError("x", None, Exception())
        settle(connection, receipts)

    monkeypatch.setattr(outbox, "settle", failing)
    sender.offer(await queue(said("one"), said("two")))
    await sender.idle.wait()
    assert texts(fake) == ["one", "two"]
    assert await statuses(database) == ["sent", "sent"]


async def test_one_receipt_the_database_refuses_does_not_take_the_others_with_it(
    sender: Sender, database: Database, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = await queue(said("one", 1), said("two", 2), said("three", 3))
    settle = outbox.settle

    def refusing(connection: Connection, receipts: Sequence[Receipt]) -> None:
        if any(receipt.id == rows[1].id for receipt in receipts):
            raise IntegrityError("x", None, Exception())
        settle(connection, receipts)

    monkeypatch.setattr(outbox, "settle", refusing)
    sender.offer(rows)
    await sender.idle.wait()
    assert await statuses(database) == ["sent", "pending", "sent"]
