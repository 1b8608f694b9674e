"""Learners who were right after all, or want to take a step back."""

import json
from typing import Any

import pytest

from tests.journeys.conftest import ADMIN, PERFECT, Tutor, play
from tests.journeys.learner import Learner

WRONG = "Una café con leche, por favor"
NONSENSE = "qwxz brrk"
KIND = "You may well be right."


async def stored(tutor: Tutor) -> dict[str, Any]:
    (run,) = await tutor.rows("SELECT state FROM scenario_runs")
    return dict(json.loads(run.state) if isinstance(run.state, str) else run.state)


@pytest.mark.both_databases
async def test_whoever_was_right_says_so_and_is_not_held_up(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    shown = ana.newest
    await ana.presses("I was right")

    assert ana.newest is shown
    assert KIND in ana.screen
    assert "¿Algo para comer?" in ana.screen
    assert "I was right" not in ana.buttons
    assert await tutor.count("scenario_turns", "contested_at IS NOT NULL") == 1
    await ana.says(PERFECT[3])
    assert "Aquí tiene" in ana.screen


async def test_a_contested_error_is_not_held_against_its_word(tutor: Tutor, ana: Learner) -> None:
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    for learner, objects in ((ana, False), (bea, True)):
        await play(learner, (*PERFECT[:2], WRONG))
        if objects:
            await learner.presses("I was right")
        for said in PERFECT[3:]:
            await learner.says(said)

    scores = dict(await tutor.rows("SELECT user_id, completion_score FROM scenario_progress_history"))
    assert scores[bea.id] >= scores[ana.id]
    errors = "id IN (SELECT card_id FROM reviews WHERE rating = 1) AND user_id = :who"
    assert await tutor.count("cards", errors, who=bea.id) == 0


async def test_what_was_not_understood_may_be_contested_and_skipped_without_losing_the_goal(
    tutor: Tutor, ana: Learner
) -> None:
    await play(ana, (*PERFECT[:2], NONSENSE))
    await ana.presses("I was right")
    assert (await stored(tutor))["misses"] == 0

    await ana.presses("More")
    await ana.presses("Skip")

    assert (await stored(tutor))["outcomes"][2]["quality"] == 60


async def test_a_model_said_for_a_contested_answer_counts_as_let_through(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], NONSENSE, NONSENSE))
    assert "You could say:" in ana.screen
    await ana.presses("I was right")

    assert (await stored(tutor))["outcomes"][2]["quality"] == 60


async def test_contesting_twice_is_contesting_once(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], NONSENSE))
    message = ana.newest
    data = next(button["callback_data"] for button in message.buttons if button["text"] == "I was right")
    await ana.taps(data, message)
    before = await tutor.rows("SELECT state, version FROM scenario_runs")
    await ana.taps(data, message)

    assert await tutor.rows("SELECT state, version FROM scenario_runs") == before


async def test_nobody_contests_what_another_learner_said(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], NONSENSE))
    data = next(button["callback_data"] for button in ana.newest.buttons if button["text"] == "I was right")
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    await bea.says("/start")
    await bea.taps(data)

    assert await tutor.count("scenario_turns", "contested_at IS NOT NULL") == 0


async def test_the_last_answer_of_a_scene_may_be_contested_too(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:-1], NONSENSE, NONSENSE))
    assert "I was right" in [button["text"] for message in tutor.fake.chats[ana.id] for button in message.buttons]
    await ana.presses("I was right")

    assert "Thank you" in ana.screen
    assert await tutor.count("scenario_turns", "contested_at IS NOT NULL") == 1


@pytest.mark.both_databases
async def test_admins_read_what_is_contested_without_names(tutor: Tutor, ana: Learner) -> None:
    boss = tutor.learner(id=ADMIN, name="Boss")
    await boss.says("/admin contested")
    assert boss.screen == "nothing is contested"
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    for learner in (ana, bea):
        await play(learner, (*PERFECT[:2], "mesa <b> para dos"))
        await learner.presses("I was right")
        tutor.clock.advance(minutes=1)
    await ana.says(WRONG)
    await ana.presses("I was right")

    await boss.says("/admin contested")

    newest, older = boss.screen.splitlines()
    assert newest == f"1× cafe_order es drink: “{WRONG}” (error article_gender, 2026-11-02)"
    assert older == "2× cafe_order es drink: “mesa <b> para dos” (not_understood, 2026-11-02)"
    assert str(ana.id) not in boss.screen


async def test_to_others_the_contested_answers_do_not_exist(ana: Learner) -> None:
    await ana.says("/admin contested")

    assert ana.screen.startswith("I do not know that command.")


async def test_a_step_back_takes_the_last_move_back_once(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    assert "comer" in ana.screen
    await ana.presses("More")
    await ana.presses("Step back")

    assert "¿Qué le pongo?" in ana.screen
    assert len((await stored(tutor))["outcomes"]) == 2
    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert (session.items_correct, session.items_incorrect) == (2, 0)
    await ana.presses("More")
    assert "Step back" not in ana.buttons
    await ana.says("Un té, por favor")
    assert (await stored(tutor))["vars"]["drink"] == "tea"


async def test_after_a_step_back_an_answer_is_worth_no_more_than_mending_it(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    await ana.presses("More")
    await ana.presses("Step back")
    await ana.says(PERFECT[2])

    assert (await stored(tutor))["outcomes"][2]["quality"] == 80


async def test_after_a_step_back_the_scene_ends_as_it_would_have(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.presses("More")
    await ana.presses("Step back")
    for said in PERFECT[2:]:
        await ana.says(said)

    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.completion_score, done.success_rate) == (100, 100)
    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert (session.items_correct, session.items_incorrect) == (8, 0)
