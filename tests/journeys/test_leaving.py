"""Leaving a scene in every way there is, and coming back to the exact turn."""

from datetime import timedelta

import pytest

from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

HALF_AN_HOUR = timedelta(minutes=30)
FOOD = "¿Algo para comer?"


@pytest.mark.both_databases
async def test_who_just_leaves_keeps_the_words_and_the_sitting_ends_itself(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    left_at = tutor.clock.now
    words = await tutor.count("vocabulary_items")
    assert words > 3

    await tutor.sweep_at(left_at + HALF_AN_HOUR + timedelta(seconds=1))

    assert await tutor.count("vocabulary_items") == words
    assert await tutor.count("learning_sessions", "ended_at IS NOT NULL AND ended_at = last_activity_at") == 1
    assert await tutor.count("scenario_runs", "status = 'parked'") == 1
    assert await tutor.count("scenario_progress_history") == 0


async def test_before_half_an_hour_is_over_nothing_ends(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await tutor.sweep_at(tutor.clock.now + HALF_AN_HOUR - timedelta(minutes=1))

    assert await tutor.count("scenario_runs", "status = 'open'") == 1
    assert await tutor.count("learning_sessions", "ended_at IS NULL") == 1


async def test_continue_after_days_and_a_restart_redraws_the_exact_turn_with_a_recap(
    tutor: Tutor, ana: Learner
) -> None:
    await play(ana, PERFECT[:3])
    turn = ana.screen
    await tutor.sweep_at(tutor.clock.now + timedelta(days=1))
    tutor.clock.advance(days=3)
    await tutor.restart()

    shown = await ana.says("/continue")

    assert len(shown) == 1
    recap, rest = ana.screen.split("\n\n", 1)
    assert recap == "Ordering at a café: you had just said “Un café con leche, por favor”."
    assert rest == turn
    for said in PERFECT[3:]:
        await ana.says(said)
    assert await tutor.count("scenario_progress_history", "completion_score = 100") == 1


async def test_typing_directly_goes_on_with_a_scene_left_for_hours(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await tutor.sweep_at(tutor.clock.now + timedelta(hours=3))
    await tutor.restart()

    await ana.says(PERFECT[3])

    assert "Aquí tiene" in ana.screen
    assert await tutor.count("scenario_runs", "status = 'open'") == 1
    assert await tutor.count("learning_sessions") == 2


async def test_buttons_of_a_scene_left_for_hours_still_work(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await tutor.sweep_at(tutor.clock.now + timedelta(hours=3))

    await ana.presses("Hint")

    assert "Words that help" in ana.screen
    await ana.says(PERFECT[3])
    assert "Aquí tiene" in ana.screen


async def test_playing_the_scene_one_is_in_asks_whether_to_go_on(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.says("/play cafe_order")

    assert ana.screen == "You are in the middle of Ordering at a café."
    assert ana.buttons == ["Go on", "Start again"]
    await ana.presses("Go on")
    assert FOOD in ana.screen
    assert await tutor.count("scenario_runs") == 1


async def test_starting_again_quits_what_was_begun(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.says("/play cafe_order")
    await ana.presses("Start again")

    assert "Greet the waiter" in ana.screen
    assert [row.status for row in await tutor.rows("SELECT status FROM scenario_runs ORDER BY id")] == ["quit", "open"]
    assert await tutor.count("learning_sessions", "ended_at IS NOT NULL") == 1


async def test_a_second_tap_on_start_again_opens_no_third_run(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.says("/play cafe_order")
    await ana.presses("Start again")
    await ana.presses("Start again")

    assert await tutor.count("scenario_runs") == 2


async def test_play_again_under_an_old_debrief_does_not_throw_away_the_scene_one_is_in(
    tutor: Tutor, ana: Learner
) -> None:
    await play(ana)
    await ana.presses("Play it again")
    for said in PERFECT[:3]:
        await ana.says(said)

    await ana.presses("Play it again")

    assert ana.buttons == ["Go on", "Start again"]
    assert await tutor.count("scenario_runs", "status = 'open'") == 1


async def test_a_paused_scene_waits_and_goes_on(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.presses("More")
    await ana.presses("Pause")

    assert ana.screen.startswith("The scene waits for you")
    assert await tutor.count("scenario_runs", "status = 'parked'") == 1
    assert await tutor.count("learning_sessions", "ended_at IS NULL") == 0
    await ana.says("Una tostada")
    assert "/continue" in ana.screen
    await ana.presses("Go on")
    assert FOOD in ana.screen
    await ana.says("Una tostada con tomate")
    assert "Aquí tiene" in ana.screen


async def test_pausing_twice_is_pausing_once(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.presses("More")
    pause = next(button["callback_data"] for button in ana.newest.buttons if button["text"] == "Pause")
    await ana.taps(pause)
    (first,) = await tutor.rows("SELECT status, version FROM scenario_runs")
    await ana.taps(pause)

    assert ana.screen.startswith("The scene waits for you")
    (second,) = await tutor.rows("SELECT status, version FROM scenario_runs")
    assert tuple(first) == tuple(second)


async def test_quitting_keeps_the_words_and_offers_the_scene_again(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    words = await tutor.count("vocabulary_items")
    await ana.says("/quit")

    assert ana.screen == f"You have left the scene. {words} words from it are kept."
    assert await tutor.count("scenario_runs", "status = 'quit'") == 1
    assert await tutor.count("vocabulary_items") == words
    await ana.says("/quit")
    assert ana.screen == "There is no scene open. Choose one: /scenarios"
    await ana.presses("Play it again")
    assert "Greet the waiter" in ana.screen


async def test_cancel_puts_the_scene_aside_until_continue(ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.says("/cancel")
    await ana.says("Hola")

    assert "/continue" in ana.screen
    await ana.says("/continue")
    assert FOOD in ana.screen


async def test_a_question_asked_in_between_does_not_end_the_scene(ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.says("/timezone")
    await ana.says("Madrid")
    assert "Europe/Madrid" in ana.screen

    await ana.says(PERFECT[3])

    assert "Aquí tiene" in ana.screen


async def test_a_reply_to_the_scene_beats_the_question_asked_last(ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    line = ana.newest
    await ana.says("/timezone")

    await ana.says(PERFECT[3], reply_to=line)

    assert "Aquí tiene" in ana.screen


async def test_a_reply_to_a_scene_that_is_over_is_told_so(ana: Learner) -> None:
    await play(ana, ())
    line = ana.newest
    for said in PERFECT:
        await ana.says(said)

    await ana.says("Hola", reply_to=line)

    assert ana.screen.startswith("That one is settled already.")
