"""Facts about one update and its reply: all of it is kept or nothing, and it is handled once."""

import pytest
from sqlalchemy.exc import OperationalError

from storage import users
from storage.delivery_tables import InboxStatus, OutboxStatus
from storage.engine import Database
from tests.bot.delivery.rows import inbox_rows, outbox_rows
from tests.bot.delivery.tiny import Tiny
from tests.clock import FixedClock
from tests.fake_telegram import Fault


@pytest.mark.both_databases
async def test_a_message_is_answered_and_marked_done(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    shown = await ana.says("hola")
    assert [message.plain for message in shown] == ["You said hola"]
    (stored,) = await database.run(inbox_rows)
    assert (stored.status, stored.attempts, stored.error) == (InboxStatus.DONE, 0, None)
    (sent,) = await database.run(outbox_rows)
    assert (sent.status, sent.message_id) == (OutboxStatus.SENT, shown[0].message_id)


async def test_the_language_of_a_new_learner_is_telegrams_without_its_region(tiny: Tiny) -> None:
    ana, bea = tiny.world.learner(language_code="pt-BR"), tiny.world.learner(id=2, language_code=None)
    await ana.says("/start")
    await bea.says("/start")
    assert (ana.screen, bea.screen) == ("pt", "en")


async def test_an_update_delivered_twice_is_handled_once(tiny: Tiny) -> None:
    ana = tiny.world.learner()
    await ana.says("hola")
    asked = next(params for method, params in tiny.fake.calls if method == "getUpdates")
    assert "offset" not in asked
    again = {"update_id": 1001, "message": ana.message("hola")}
    tiny.fake.put(again)
    tiny.fake.put(again)
    await tiny.world.settle()
    assert tiny.handled == [(ana.id, "hola")]
    assert len(tiny.fake.chats[ana.id]) == 3  # what she said twice, and one answer


@pytest.mark.both_databases
async def test_a_learners_own_mistake_is_answered_kindly_and_changes_nothing(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    await ana.says("stale")
    assert ana.screen == "Kindly: StaleButtonError"
    (stored,) = await database.run(inbox_rows)
    assert (stored.status, stored.attempts) == (InboxStatus.DONE, 0)


@pytest.mark.both_databases
async def test_a_bug_is_tried_three_times_then_an_apology_comes_and_the_lane_goes_on(
    tiny: Tiny, database: Database
) -> None:
    ana = tiny.world.learner()
    heard: list[str] = []
    tiny.hook = heard.append
    await ana.says("hola")
    tiny.fake.new_update(message=ana.message("bug"))
    tiny.fake.new_update(message=ana.message("adiós"))
    await tiny.world.settle()
    assert heard == ["hola", "bug", "bug", "bug", "adiós"]
    assert [each.plain for each in tiny.fake.changes] == ["You said hola", "Sorry, that failed.", "You said adiós"]
    stored = await database.run(inbox_rows)
    assert [(each.status, each.attempts, each.error) for each in stored] == [
        (InboxStatus.DONE, 0, None),
        (InboxStatus.DEAD, 3, "BugError"),
        (InboxStatus.DONE, 0, None),
    ]


async def test_an_apology_for_somebody_unknown_comes_in_english(tiny: Tiny) -> None:
    ana = tiny.world.learner()
    await ana.says("bug")
    assert ana.screen == "Sorry, that failed."


async def test_a_banned_learner_gets_nothing(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    await ana.says("button")
    await database.run(lambda connection: users.change(connection, ana.id, banned=True))
    assert await ana.says("hola") == []
    assert await ana.presses("Press") == []
    assert tiny.handled == [(ana.id, "button")]
    assert {each.status for each in await database.run(inbox_rows)} == {InboxStatus.DONE}


async def test_a_button_changes_its_message_and_is_answered_with_a_toast(tiny: Tiny) -> None:
    ana = tiny.world.learner()
    (shown,) = await ana.says("button")
    (changed,) = await ana.presses("Press")
    assert (changed.message_id, changed.plain, changed.edits) == (shown.message_id, "Was pressed", 1)
    assert ana.toast == "Thanks"


async def test_a_button_answered_too_late_harms_nobody(tiny: Tiny, clock: FixedClock) -> None:
    ana = tiny.world.learner()
    await ana.says("button")
    tiny.hook = lambda _text: clock.advance(seconds=16)
    await ana.presses("Press")
    assert ana.screen == "Was pressed"
    assert ana.toast is None


async def test_a_callback_answer_that_cannot_be_delivered_in_time_is_dropped(
    tiny: Tiny, database: Database, clock: FixedClock
) -> None:
    ana = tiny.world.learner()
    await ana.says("button")
    tiny.fake.fail(Fault.REFUSED, method="answerCallbackQuery", times=3)
    tiny.hook = lambda _text: clock.advance(seconds=0)
    tiny.fake.new_update(callback_query=ana.query(tiny.fake.new_query(), "pressed", tiny.fake.changes[-1]))
    await tiny.fake.confirmed.wait()
    await tiny.lanes.idle.wait()
    clock.advance(seconds=15)
    await tiny.settled()
    answers = [row for row in await database.run(outbox_rows) if row.action == "answer"]
    assert [row.status for row in answers] == [OutboxStatus.EXPIRED]
    assert ana.screen == "Was pressed"


async def test_a_keyboard_is_taken_away_before_the_next_message(tiny: Tiny) -> None:
    ana = tiny.world.learner()
    (shown,) = await ana.says("button")
    await ana.says("away")
    assert shown.buttons == []
    assert ana.screen == "Gone"


async def test_an_update_nobody_handles_is_marked_done(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    await ana.says("/unknown")
    await ana.blocks()
    await ana.unblocks()
    assert [row.status for row in await database.run(inbox_rows)] == [InboxStatus.DONE] * 3
    assert tiny.fake.changes == []


async def test_groups_are_left_alone(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    message = {**ana.message("hola"), "chat": {"id": -100, "type": "group", "title": "Club"}}
    tiny.fake.new_update(message=message)
    await tiny.world.settle()
    assert tiny.handled == []
    assert tiny.fake.changes == []
    assert [row.status for row in await database.run(inbox_rows)] == [InboxStatus.DONE]


async def test_an_edited_message_is_no_answer(tiny: Tiny) -> None:
    ana = tiny.world.learner()
    tiny.fake.new_update(edited_message={**ana.message("hola"), "edit_date": 1_790_000_001})
    await tiny.world.settle()
    assert tiny.handled == []
    assert tiny.fake.changes == []


async def test_an_outage_of_the_database_is_waited_out_and_not_counted_as_a_failure(
    tiny: Tiny, database: Database
) -> None:
    ana = tiny.world.learner()
    gone = iter([True] * 7)

    def fail(_text: str) -> None:
        if next(gone, False):
            raise OperationalError("x", None, Exception())

    tiny.hook = fail
    await ana.says("hola")
    assert ana.screen == "You said hola"
    (stored,) = await database.run(inbox_rows)
    assert (stored.status, stored.attempts) == (InboxStatus.DONE, 0)
