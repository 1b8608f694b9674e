"""What a debrief offers is pressed twice by a nervous thumb: nothing is begun twice, nothing is earned for nothing."""

import json
from typing import Any

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner
from tests.journeys.test_replay_parts import ONE_WRONG, WAITER, kinds, slip_three_times


async def tapped_twice(tutor: Tutor, learner: Learner, label: str) -> None:
    """Press a button, and press it again on the message where it stood."""
    shown = [(message, button) for message in tutor.fake.chats[learner.id] for button in message.buttons]
    message, button = next(one for one in shown if label in one[1]["text"])
    for _tap in range(2):
        await learner.taps(button["callback_data"], message)


async def outcome(tutor: Tutor, number: int) -> int:
    (run,) = await tutor.rows("SELECT state FROM scenario_runs")
    state: dict[str, Any] = json.loads(run.state) if isinstance(run.state, str) else run.state
    return int(state["outcomes"][number]["quality"])


async def test_roles_are_swapped_once(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await tapped_twice(tutor, ana, "Swap roles")
    for said in WAITER:
        await ana.says(said)

    assert "7 of 7 lines right at once." in ana.screen
    assert await kinds(tutor) == [("full", "completed"), ("swapped", "completed")]


async def test_the_hardest_turn_is_opened_once(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ONE_WRONG)
    await tapped_twice(tutor, ana, "The hardest turn again")

    assert await kinds(tutor) == [("full", "completed"), ("weak_turn", "open")]


async def test_a_minute_on_an_error_begins_once(tutor: Tutor, ana: Learner) -> None:
    await slip_three_times(ana)
    await tapped_twice(tutor, ana, "One minute: un/una")

    assert await tutor.count("learning_sessions", "session_type = 'content_study'") == 1


async def test_a_minute_left_long_ago_begins_anew(tutor: Tutor, ana: Learner) -> None:
    await slip_three_times(ana)
    message = ana.newest
    data = next(button["callback_data"] for button in message.buttons if "One minute" in button["text"])
    await ana.taps(data, message)
    tutor.clock.advance(hours=2)
    await ana.taps(data, message)

    assert await tutor.count("learning_sessions", "session_type = 'content_study'") == 2
    assert await tutor.count("learning_sessions", "session_type = 'content_study' AND ended_at IS NULL") == 1


async def test_a_starter_that_was_picked_is_no_review_of_a_due_word(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    tutor.clock.now = local(5, 10, zone="UTC")
    await tutor.rows("UPDATE vocabulary_items SET gap = 'Hola' WHERE source_key = 'cuenta' RETURNING id")
    others = "item_id NOT IN (SELECT id FROM vocabulary_items WHERE gap = 'Hola')"
    await tutor.rows(f"UPDATE cards SET due_on = '2026-12-01' WHERE {others} RETURNING id")  # noqa: S608 - a test's own words
    await ana.says("/play cafe_order")
    assert "Try to use your word" in ana.screen
    await ana.presses("Hola")

    assert await tutor.count("reviews", "source = 'scene' AND rating = 3") == 0


async def test_who_copies_the_answer_with_a_slip_gains_nothing_by_an_objection(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    for _help in range(3):
        await ana.presses("Hint")
    await ana.says("un cafe con lehce, por favor")
    before = await outcome(tutor, 2)
    await ana.presses("I was right")

    assert before == await outcome(tutor, 2) == 10


async def test_a_step_back_after_an_objection_is_worth_no_more_than_the_objection(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], "qwxz brrk", "qwxz brrk"))
    await ana.presses("I was right")
    await ana.presses("More")
    await ana.presses("Step back")
    await ana.says(PERFECT[2])

    assert await outcome(tutor, 2) == 60


async def test_the_best_score_is_that_of_the_language_being_learnt(ana: Learner) -> None:
    await play(ana)
    await ana.says("/language")
    await ana.presses("Learn French")
    await ana.says("/scenarios")

    assert not [label for label in ana.buttons if "best" in label]
