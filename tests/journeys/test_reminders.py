"""Reminders by the learner's own clock: one a day at their hour, and every reason not to send one."""

from datetime import timedelta

import pytest

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner
from tests.journeys.reviewing import TOKYO, answers_right, prompted, prompts, questions, settles_in, standing

NEW_YORK = "America/New_York"


@pytest.mark.both_databases
@pytest.mark.parametrize("zone", [TOKYO, NEW_YORK])
async def test_one_prompt_a_day_goes_out_at_the_learners_own_hour(tutor: Tutor, ana: Learner, zone: str) -> None:
    await settles_in(ana, zone=zone)
    shown = ana.newest

    await tutor.sweep_at(local(3, 8, 50, zone=zone))
    assert ana.newest is shown
    for minute in (10, 11, 40, 59):
        await tutor.sweep_at(local(3, 9, minute, zone=zone))
    await tutor.restart()
    for hour in range(10, 24):
        await tutor.sweep_at(local(3, hour, zone=zone))

    (prompt,) = await prompts(tutor, ana)
    assert (prompt.status, str(prompt.local_on)) == ("sent", "2026-11-03")
    (question,) = await questions(tutor, ana)
    assert prompt.question_id == question.id
    assert ana.newest.buttons
    assert await tutor.rows("SELECT ignored FROM prompt_schedule") == [(1,)]


async def test_who_practised_that_morning_is_not_prompted(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.clock.now = local(3, 8, 30, zone=TOKYO)
    await ana.says("/play cafe_order")
    await ana.says(PERFECT[0])

    for hour in range(9, 24):
        await tutor.sweep_at(local(3, hour, 5, zone=TOKYO))

    assert await prompts(tutor, ana) == []
    await prompted(tutor, ana, day=4)


async def test_with_nothing_due_nothing_is_sent(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    await answers_right(tutor, ana)
    await ana.presses("Go on")
    for _ in range(40):
        if not await questions(tutor, ana, "status = 'open'"):
            break
        await answers_right(tutor, ana)
    earliest = (await tutor.rows("SELECT min(due_on) FROM cards"))[0][0]
    await tutor.database.run(
        lambda connection: connection.exec_driver_sql("UPDATE cards SET due_on = '2026-11-09'").rowcount
    )
    assert str(earliest) > "2026-11-03"

    for day in range(4, 9):
        await tutor.sweep_at(local(day, 9, 10, zone=TOKYO))

    assert len(await prompts(tutor, ana)) == 1
    await tutor.sweep_at(local(9, 9, 10, zone=TOKYO))
    assert len(await prompts(tutor, ana)) == 2


async def test_an_hour_in_the_quiet_hours_is_kept_before_them(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await tutor.database.run(
        lambda connection: connection.exec_driver_sql("UPDATE users SET prompt_hour = 22").rowcount
    )
    await ana.says(f"/timezone {TOKYO}")

    sent_at = []
    for step in range(96):
        now = local(3, 0, zone=TOKYO) + timedelta(minutes=30 * step)
        before = len(await prompts(tutor, ana))
        await tutor.sweep_at(now)
        if len(await prompts(tutor, ana)) > before:
            sent_at.append(now)

    assert [8 <= (now + timedelta(hours=9)).hour < 21 for now in sent_at] == [True, True]


@pytest.mark.both_databases
async def test_a_bot_that_was_down_until_one_sends_none_that_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.clock.now = local(3, 13, 0, zone=TOKYO)
    await tutor.restart()

    for hour in range(13, 24):
        await tutor.sweep_at(local(3, hour, zone=TOKYO))

    (prompt,) = await prompts(tutor, ana)
    assert prompt.status == "missed"
    assert await tutor.rows("SELECT ignored FROM prompt_schedule") == [(0,)]
    assert await questions(tutor, ana) == []
    await tutor.sweep_at(local(4, 8, 59, zone=TOKYO))
    assert len(await prompts(tutor, ana)) == 1
    await tutor.sweep_at(local(4, 9, 0, zone=TOKYO))
    assert [row.status for row in await prompts(tutor, ana)] == ["missed", "sent"]


async def test_a_missed_day_stays_missed_whatever_is_set_afterwards(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await tutor.sweep_at(local(3, 13, zone=TOKYO))
    await ana.says("/timezone")
    await ana.says("Tokyo")
    await ana.presses("17:00")

    await tutor.sweep_at(local(3, 17, 1, zone=TOKYO))

    assert [row.status for row in await prompts(tutor, ana)] == ["missed"]


async def test_another_hour_set_in_the_morning_holds_the_same_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.clock.now = local(3, 7, zone=TOKYO)
    await ana.says(f"/timezone {TOKYO}")
    await ana.presses("12:00")

    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))
    assert await prompts(tutor, ana) == []
    await tutor.sweep_at(local(3, 12, 1, zone=TOKYO))
    assert len(await prompts(tutor, ana)) == 1


async def test_who_never_answers_is_asked_ever_less_and_then_left_alone(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    first = local(3, 9, 0, zone=TOKYO)
    days = []
    for day in range(365):
        for minutes in (-30, 0, 30):
            seen = len(tutor.fake.changes)
            await tutor.sweep_at(first + timedelta(days=day, minutes=minutes))
            if any(change.edits == 0 and change.mine for change in tutor.fake.changes[seen:]):
                days.append((day + 1, ana.screen))

    assert [day for day, _ in days if day != 22] == [1, 2, 4, 8, 15]
    assert days[-1] == (22, "I will be quiet now. Your words are kept: write whenever you feel like it.")
    assert len([message for message in tutor.fake.chats[ana.id] if "Not today" in str(message.markup)]) == 1

    await answers_right(tutor, ana)
    tomorrow = tutor.clock.now + timedelta(days=1)
    await tutor.sweep_at(tomorrow.replace(hour=0, minute=0))
    assert len(await prompts(tutor, ana)) == 7


async def test_only_the_latest_prompt_keeps_its_buttons_and_it_is_answerable_for_ever(
    tutor: Tutor, ana: Learner
) -> None:
    await settles_in(ana)
    await prompted(tutor, ana, day=3)
    first = ana.newest
    await prompted(tutor, ana, day=4)
    assert not first.buttons
    assert len(await questions(tutor, ana, "status = 'open'")) == 1

    tutor.clock.now = local(28, 14, zone=TOKYO)
    await answers_right(tutor, ana)

    assert "Right." in ana.screen
    assert await tutor.count("review_prompts", "answered_at IS NOT NULL") == 1
    assert await tutor.rows("SELECT ignored FROM prompt_schedule") == [(0,)]


async def test_review_takes_up_the_prompt_that_waits(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    await ana.says("/review")

    assert (await standing(tutor, ana)).id == question.id
    await answers_right(tutor, ana)

    assert await tutor.count("review_prompts", "answered_at IS NOT NULL") == 1
    assert "Right." in ana.screen
    assert (await standing(tutor, ana)).id != question.id


async def test_texts_do_not_repeat_within_six_prompts(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    greetings = []
    for day in range(3, 28):
        await tutor.sweep_at(local(day, 9, 10, zone=TOKYO))
        greetings.append(ana.screen.partition("\n")[0])
        await ana.presses("Later")

    assert len(set(greetings)) >= 12
    for at in range(len(greetings) - 6):
        assert len(set(greetings[at : at + 7])) == 7
    assert max(map(len, greetings)) <= 40


async def test_after_a_break_the_prompt_welcomes_back_once(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    screens = []
    for day in range(3, 25):
        await tutor.sweep_at(local(day, 9, 10, zone=TOKYO))
        if ana.screen not in screens:
            screens.append(ana.screen)

    welcomes = [screen for screen in screens if screen.startswith("Welcome back. Five easy ones?")]
    assert len(welcomes) == 1


async def test_without_a_zone_the_prompt_comes_a_day_after_the_last_message(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    tutor.clock.advance(hours=4)
    await ana.says("/help")
    last = tutor.clock.now

    await tutor.sweep_at(last + timedelta(hours=23, minutes=29))
    assert await prompts(tutor, ana) == []
    await tutor.sweep_at(last + timedelta(hours=23, minutes=31))

    assert [row.status for row in await prompts(tutor, ana)] == ["sent"]


async def test_later_and_not_today_leave_the_word_for_another_time(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    await ana.presses("Later")
    assert "answer whenever you like" in ana.screen
    assert (await standing(tutor, ana)).id == question.id
    await ana.presses("Not today")
    assert "not today" in ana.screen.lower()

    assert await tutor.count("reviews") == 0
    await tutor.sweep_at(local(3, 11, zone=TOKYO))
    assert len(await prompts(tutor, ana)) == 1
    again = await prompted(tutor, ana, day=4)
    assert again.card_id == question.card_id
