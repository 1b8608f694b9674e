"""Reminders beside a scene: none in the middle of it, and a way back to one that was left."""

from tests.journeys.conftest import PERFECT, Tutor, local
from tests.journeys.learner import Learner
from tests.journeys.reviewing import TOKYO, answers_right, prompted, prompts, settles_in, standing


async def test_the_prompt_of_a_parked_scene_leads_back_to_it(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    for answer in PERFECT[:4]:
        await ana.says(answer)
    where = ana.newest.text
    await ana.says(f"/timezone {TOKYO}")
    await prompted(tutor, ana)

    assert "Back to “Ordering at a café”" in ana.buttons
    await answers_right(tutor, ana)
    assert "Right." in ana.screen
    await ana.presses("Back to")
    assert where.splitlines()[-1] in ana.newest.text
    for answer in PERFECT[4:]:
        await ana.says(answer)
    assert await tutor.count("scenario_progress_history") == 1


async def test_typed_text_goes_to_what_was_asked_last(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    for answer in PERFECT[:4]:
        await ana.says(answer)
    await ana.says(f"/timezone {TOKYO}")
    await prompted(tutor, ana)
    asked = ana.newest
    await ana.says("/continue")
    await ana.says(PERFECT[4])
    assert len(await reviews_of(tutor)) == 0

    question = await standing(tutor, ana)
    if question.form == "gap":
        await ana.says(question.body["gap"], reply_to=asked)
    else:
        await ana.says(question.body["translation"], reply_to=asked)
    assert "Right." in ana.screen
    await ana.says(PERFECT[5])
    assert await tutor.count("scenario_turns") == 6


async def reviews_of(tutor: Tutor) -> list[object]:
    return list(await tutor.rows("SELECT * FROM reviews WHERE source = 'prompt'"))


async def test_a_scene_taken_up_again_a_moment_ago_is_not_interrupted(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await ana.says("/play cafe_order")
    await ana.says(PERFECT[0])
    await tutor.sweep_at(local(3, 8, 50, zone=TOKYO))
    await ana.says("/continue")
    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))
    assert await prompts(tutor, ana) == []

    await ana.says(PERFECT[1])
    assert await tutor.count("scenario_turns") == len(PERFECT) + 2


async def test_a_scene_begun_a_moment_ago_is_not_interrupted(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.clock.now = local(3, 8, 50, zone=TOKYO)
    await ana.says("/play cafe_order")

    for minute in (0, 10, 19):
        await tutor.sweep_at(local(3, 9, minute, zone=TOKYO))
    assert await prompts(tutor, ana) == []

    await tutor.sweep_at(local(3, 9, 21, zone=TOKYO))
    assert len(await prompts(tutor, ana)) == 1
    assert await tutor.count("scenario_runs", "status = 'parked'") == 1
    assert "Back to “Ordering at a café”" in ana.buttons


async def test_not_today_leaves_an_open_scene_its_turn(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    await ana.says("/play cafe_order")
    await ana.presses("Not today")
    await ana.says(PERFECT[0])

    assert await tutor.count("scenario_turns") == 9
