"""Reminders on a bad day: blocked, refused, cut off, and one learner whose reminder fails among thirty."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from tests.fake_telegram import Fault
from tests.journeys.conftest import Tutor, local
from tests.journeys.learner import Learner
from tests.journeys.reviewing import TOKYO, answers_right, prompts, questions, settles_in, standing


async def ignored(tutor: Tutor) -> int:
    return int((await tutor.rows("SELECT ignored FROM prompt_schedule"))[0][0])


@pytest.mark.both_databases
async def test_who_blocked_the_bot_gets_no_prompts_until_they_are_back(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.fake.blocked.add(ana.id)
    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))

    assert [row.status for row in await prompts(tutor, ana)] == ["failed"]
    assert await tutor.count("users", "reachable") == 0
    assert await ignored(tutor) == 0
    for day in range(4, 12):
        await tutor.sweep_at(local(day, 9, 10, zone=TOKYO))
    assert len(await prompts(tutor, ana)) == 1

    tutor.fake.blocked.clear()
    await ana.says("/review")
    await answers_right(tutor, ana)
    await tutor.sweep_at(local(12, 9, 10, zone=TOKYO))
    assert [row.status for row in await prompts(tutor, ana)] == ["failed", "sent"]


async def test_who_merely_writes_again_is_prompted_the_next_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.fake.blocked.add(ana.id)
    for day in (3, 4, 5):
        await tutor.sweep_at(local(day, 9, 10, zone=TOKYO))
    tutor.fake.blocked.clear()
    tutor.clock.now = local(5, 20, zone=TOKYO)
    await ana.says("/words")
    await tutor.sweep_at(local(6, 9, 10, zone=TOKYO))

    assert [row.status for row in await prompts(tutor, ana)] == ["failed", "sent"]


async def test_who_lets_the_bot_in_again_is_prompted_again(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await ana.blocks()
    for day in range(3, 12):
        await tutor.sweep_at(local(day, 9, 10, zone=TOKYO))
    assert await prompts(tutor, ana) == []

    await ana.unblocks()
    await tutor.sweep_at(local(12, 9, 10, zone=TOKYO))
    assert [row.status for row in await prompts(tutor, ana)] == ["sent"]


@pytest.mark.both_databases
async def test_a_prompt_told_to_wait_goes_out_within_its_window(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.fake.fail(Fault.TOO_MANY, times=3, wait=40)
    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))

    assert [row.status for row in await prompts(tutor, ana)] == ["sent"]
    assert ana.newest.buttons
    assert await ignored(tutor) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST_ANSWER])
async def test_a_prompt_that_may_have_arrived_is_not_repeated(tutor: Tutor, ana: Learner, fault: Fault) -> None:
    await settles_in(ana)
    tutor.fake.fail(fault)
    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))
    await tutor.restart()
    await tutor.sweep_at(local(3, 9, 40, zone=TOKYO))

    assert [row.status for row in await prompts(tutor, ana)] == ["expired"]
    assert await ignored(tutor) == 0
    asked = [params for method, params in tutor.fake.calls if method == "sendMessage" and "qn:" in str(params)]
    assert len(asked) == 1
    await ana.says("/review")
    assert len(await questions(tutor, ana)) == 1
    await answers_right(tutor, ana)
    assert "Right." in ana.screen
    await tutor.sweep_at(local(4, 9, 10, zone=TOKYO))
    assert [row.status for row in await prompts(tutor, ana)] == ["expired", "sent"]


async def test_an_outage_longer_than_the_window_lets_the_prompt_expire(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.fake.outage = True
    tutor.clock.now = local(3, 9, 10, zone=TOKYO)
    await tutor.app.sweep()
    await asyncio.sleep(600)
    tutor.clock.now = local(3, 12, 1, zone=TOKYO)
    await asyncio.sleep(600)
    tutor.fake.outage = False
    await tutor.settled()

    assert [row.status for row in await prompts(tutor, ana)] == ["expired"]
    assert await ignored(tutor) == 0
    await ana.says("hola")
    assert await tutor.count("reviews") == 0
    await ana.says("/review")
    assert ana.newest.buttons
    await tutor.sweep_at(local(4, 9, 10, zone=TOKYO))
    assert [row.status for row in await prompts(tutor, ana)] == ["expired", "sent"]


async def test_one_failing_reminder_stops_nobody_else(tutor: Tutor, caplog: pytest.LogCaptureFixture) -> None:
    learners = [tutor.learner(id=9_000 + number, name=f"L{number}") for number in range(30)]
    for learner in learners:
        await learner.says("/start")
        await learner.presses("I know some")
        for answer in ("Hola", "Para tomar aquí", "Un café con leche, por favor"):
            await learner.says(answer)
        await learner.says(f"/timezone {TOKYO}")
    await tutor.database.run(_refuse_questions_of, 9_007)

    for minute in range(3):
        await tutor.sweep_at(local(3, 9, 10 + minute, zone=TOKYO))

    for learner in learners:
        assert [row.status for row in await prompts(tutor, learner)] == ([] if learner.id == 9_007 else ["sent"])
    assert "learner 9007 failed" in caplog.text
    await tutor.database.run(lambda connection: connection.exec_driver_sql("DROP TRIGGER refused").rowcount)
    await tutor.sweep_at(local(3, 9, 20, zone=TOKYO))
    assert [row.status for row in await prompts(tutor, learners[7])] == ["sent"]


def _refuse_questions_of(connection: Connection, user_id: int) -> None:
    connection.exec_driver_sql(
        f"CREATE TRIGGER refused BEFORE INSERT ON questions WHEN NEW.user_id = {user_id}"
        " BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )


async def test_a_restart_between_deciding_and_sending_sends_once(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.fake.outage = True
    tutor.clock.now = local(3, 9, 10, zone=TOKYO)
    await tutor.app.sweep()
    await asyncio.sleep(1)
    tutor.fake.outage = False
    await tutor.restart()
    await tutor.settled()

    assert [row.status for row in await prompts(tutor, ana)] == ["sent"]
    question = await standing(tutor, ana)
    shown = [message for message in tutor.fake.chats[ana.id] if f"qn:{question.id}'" in str(message.markup)]
    assert len(shown) == 1
    tutor.clock.now += timedelta(minutes=1)
    await answers_right(tutor, ana)
    assert "Right." in ana.screen
