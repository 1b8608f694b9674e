"""Facts about stopping and starting: nothing is lost, no turn is doubled, and nothing private is logged."""

import logging

import pytest

from bot.delivery.budget import Budget
from storage.delivery_tables import InboxStatus, OutboxStatus
from storage.engine import Database
from tests.bot.delivery.rows import inbox_rows, outbox_rows
from tests.bot.delivery.tiny import Tiny
from tests.clock import FixedClock
from tests.fake_telegram import FakeTelegram, Fault

NO_LIMIT = Budget(per_second=0, per_chat=0)


@pytest.mark.both_databases
async def test_what_was_received_but_not_handled_is_handled_after_a_restart(
    fake: FakeTelegram, database: Database, clock: FixedClock
) -> None:
    first = Tiny(fake, database, clock, budget=NO_LIMIT)
    await first.dispatch.start()
    ana = first.world.learner()
    for text in ("uno", "dos", "tres"):
        fake.new_update(message=ana.message(text))
    first.lanes.submit = lambda _update: None  # type: ignore[method-assign, assignment]  # stored, then the power goes
    await first.receiver._receive()
    await first.stop()
    second = Tiny(fake, database, clock, budget=NO_LIMIT)
    await second.start()
    await second.world.settle()
    assert [text for _, text in second.handled] == ["uno", "dos", "tres"]
    assert [row.status for row in await database.run(inbox_rows)] == [InboxStatus.DONE] * 3
    await second.stop()


async def test_a_turn_that_was_committed_is_answered_after_a_restart_and_not_played_again(
    fake: FakeTelegram, database: Database, clock: FixedClock
) -> None:
    first = Tiny(fake, database, clock, budget=NO_LIMIT)
    first.exchange._offer = lambda _rows: None  # committed, then the power goes
    await first.dispatch.start()
    ana = first.world.learner()
    fake.new_update(message=ana.message("uno"))
    await first.receiver._receive()
    await first.lanes.idle.wait()
    await first.stop()
    assert fake.changes == []
    second = Tiny(fake, database, clock, budget=NO_LIMIT)
    await second.start()
    await second.world.settle()
    assert [message.plain for message in fake.changes] == ["You said uno"]
    assert second.handled == []
    assert [row.status for row in await database.run(outbox_rows)] == [OutboxStatus.SENT]
    await second.stop()


async def test_the_bot_starts_while_telegram_cannot_be_reached(
    fake: FakeTelegram, database: Database, clock: FixedClock
) -> None:
    bot = Tiny(fake, database, clock, budget=NO_LIMIT)
    fake.fail(Fault.REFUSED, method="getMe", times=5)
    await bot.start()
    ana = bot.world.learner()
    await ana.says("hola")
    assert ana.screen == "You said hola"
    await bot.stop()


async def test_neither_words_nor_the_token_are_logged_at_any_level(
    tiny: Tiny, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in Fault:
        fake.fail(fault)
    fake.fail(Fault.GARBAGE, method="getUpdates", times=2)
    ana = tiny.world.learner(name="Quetzalcoatl")
    for text in ("xylophone", "bug", "stale", "button"):
        await ana.says(text)
    fake.new_update(message={"date": "xylophone", "text": "xylophone"})
    await ana.presses("Press")
    fake.blocked.add(ana.id)
    await ana.says("xylophone")
    assert "failed with BugError" in caplog.text
    for private in ("xylophone", "Quetzalcoatl", "secret words", "You said", fake.token, fake.token.split(":")[1]):
        assert private not in caplog.text
