"""What the debrief offers beyond playing again: the hardest turn, the other part, a minute on an error."""

import json
from typing import Any

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner

ONE_WRONG = (*PERFECT[:2], "una café con leche, por favor", *PERFECT[3:])
WAITER = (
    "¡Hola, buenos días!",
    "¿Para tomar aquí o para llevar?",
    "Muy bien, ¿qué le pongo?",
    "¿Algo para comer?",
    "Aquí tiene. ¿Algo más?",
    "Son 4,10 euros. ¿En efectivo o con tarjeta?",
    "Muchas gracias. ¡Que tenga un buen día!",
)


async def kinds(tutor: Tutor) -> list[tuple[str, str]]:
    return [(row.kind, row.status) for row in await tutor.rows("SELECT kind, status FROM scenario_runs ORDER BY id")]


async def test_the_hardest_turn_can_be_played_alone(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ONE_WRONG)
    (before,) = await tutor.rows("SELECT completion_score FROM scenario_progress_history")
    await ana.presses("The hardest turn again")
    assert "¿Qué le pongo?" in ana.screen or "¿Qué va a tomar?" in ana.screen
    assert "Order a drink" in ana.screen

    await ana.says("Un café con leche, por favor")

    assert "That turn is yours now." in ana.screen
    assert ana.buttons == ["Play it again"]
    assert await kinds(tutor) == [("full", "completed"), ("weak_turn", "completed")]
    (after,) = await tutor.rows("SELECT completion_score FROM scenario_progress_history")
    assert after == before
    sessions = await tutor.rows("SELECT items_studied, items_correct, ended_at FROM learning_sessions ORDER BY id")
    assert [(row.items_studied, row.items_correct) for row in sessions] == [(8, 7), (1, 1)]
    assert all(row.ended_at is not None for row in sessions)


async def test_an_error_at_the_hardest_turn_may_be_mended_before_it_ends(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ONE_WRONG)
    await ana.presses("The hardest turn again")
    await ana.says("una café con leche, por favor")
    assert "little word" in ana.screen
    assert "Order a drink" in ana.screen

    await ana.says("un café con leche, por favor")

    assert "Exactly, that's it." in ana.screen
    assert "That turn is yours now." in ana.screen
    assert (await kinds(tutor))[-1] == ("weak_turn", "completed")


async def test_the_hardest_turn_knows_what_came_before_it(ana: Learner) -> None:
    await play(ana, (*PERFECT[:6], "en tarjeta", PERFECT[7]))
    await ana.presses("The hardest turn again")
    assert "Son 4,10 euros" in ana.screen


async def test_an_old_button_of_a_turn_from_an_unfinished_run_is_met_kindly(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.taps("wt:1")
    assert await tutor.count("scenario_runs") == 1


async def test_roles_can_be_swapped_after_a_pass(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    cards = await tutor.rows("SELECT id, direction FROM cards ORDER BY id")
    await ana.presses("Swap roles")
    assert "“Hello, good morning!”" in ana.screen
    for said in WAITER:
        await ana.says(said)

    assert "from the other side: 7 of 7 lines right at once." in ana.screen
    assert await tutor.count("scenario_progress_history") == 1
    assert await kinds(tutor) == [("full", "completed"), ("swapped", "completed")]
    assert await tutor.count("learning_sessions", "session_type = 'scenario' AND ended_at IS NOT NULL") == 2
    fresh = await tutor.rows("SELECT id, direction FROM cards WHERE id > :last", last=cards[-1].id)
    assert {row.direction for row in fresh} <= {"recognition"}


async def test_swapped_roles_are_helped_like_any_turn(ana: Learner) -> None:
    await play(ana)
    await ana.presses("Swap roles")
    await ana.says("Hola")
    assert "Para tomar aquí" not in ana.screen or "“To have here" in ana.screen
    await ana.says("To have here or to take away?")
    assert "In Spanish: ¿Para tomar aquí o para llevar?" in ana.screen


async def test_a_swapped_scene_waits_when_paused_and_is_not_the_scene_itself(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.presses("Swap roles")
    await ana.says(WAITER[0])
    await ana.says("/play cafe_order")
    assert "You are in the middle of" not in ana.screen
    assert await kinds(tutor) == [("full", "completed"), ("swapped", "parked"), ("full", "open")]


async def test_opening_another_scene_parks_the_open_one(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.says("/play meeting_someone")
    assert "Ordering at a café waits where you left it: /continue" in ana.screen
    assert [status for _kind, status in await kinds(tutor)] == ["parked", "open"]
    await ana.says("/play cafe_order")
    await ana.presses("Go on")
    assert "con leche" in ana.screen
    assert [status for _kind, status in await kinds(tutor)] == ["open", "parked"]


async def test_a_scene_that_was_passed_begins_with_less_help(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/play meeting_someone")
    await ana.says("/play cafe_order")
    states = [row.state for row in await tutor.rows("SELECT state FROM scenario_runs ORDER BY id")]
    first, other, again = (as_value(state)["support"] for state in states)
    assert again == other + 1 > first


async def slip_three_times(ana: Learner) -> None:
    await play(ana, ONE_WRONG)
    for _again in range(2):
        await ana.says("/play cafe_order")
        for said in (
            *PERFECT[:2],
            "una café con leche, por favor",
            "No, gracias",
            "La cuenta, por favor",
            *PERFECT[6:],
        ):
            await ana.says(said)


async def test_the_third_time_an_error_is_made_a_minute_on_it_is_offered(tutor: Tutor, ana: Learner) -> None:
    await slip_three_times(ana)
    assert "Next: a minute on un/una. It slipped 3 times this month." in ana.screen
    assert len(ana.screen.splitlines()) <= 8
    memory = await tutor.rows("SELECT id, due_on, reps FROM cards ORDER BY id")
    await ana.presses("One minute: un/una")

    for number in range(4):
        assert f"un/una · {number + 1} of 6" in ana.screen
        (session,) = await tutor.rows("SELECT session_metadata FROM learning_sessions ORDER BY id DESC LIMIT 1")
        await ana.presses(right_of(session.session_metadata, number))
    await ana.says("no sé")
    assert "Not quite." in ana.screen
    (session,) = await tutor.rows("SELECT session_metadata FROM learning_sessions ORDER BY id DESC LIMIT 1")
    await ana.says(right_of(session.session_metadata, 5).lower())

    assert "un/una: 5 of 6 right." in ana.screen
    (session,) = await tutor.rows("SELECT * FROM learning_sessions ORDER BY id DESC LIMIT 1")
    assert (session.session_type, session.source_id) == ("content_study", "drill:article_gender")
    assert (session.items_studied, session.items_correct, session.items_incorrect) == (6, 5, 1)
    assert session.ended_at is not None
    assert await tutor.rows("SELECT id, due_on, reps FROM cards ORDER BY id") == memory


def as_value(document: Any) -> Any:
    """Return a document, which one database gives as text and the other as a value."""
    return json.loads(document) if isinstance(document, str) else document


def right_of(metadata: Any, number: int) -> str:
    return str(as_value(metadata)["items"][number][1])


async def test_progress_shows_how_an_error_has_come_on(tutor: Tutor, ana: Learner) -> None:
    await slip_three_times(ana)
    await ana.says("/progress")
    assert "un/una: 3 this month" in ana.screen

    tutor.clock.advance(days=31)
    await ana.says("/progress")
    assert "un/una: 3 → 0 this month" in ana.screen


async def test_due_words_are_asked_for_at_their_turns_and_count_as_reviewed(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    tutor.clock.now = local(5, 10, zone="UTC")
    await ana.says("/play restaurant_dinner")
    await ana.says("/quit")
    await ana.says("/play cafe_order")
    shown = ana.screen
    due = await tutor.count("cards", "direction = 'production' AND reps = 0")
    for said in PERFECT:
        await ana.says(said)
        shown += ana.screen

    assert "Try to use your word for “" in shown
    assert "la cuenta" not in "".join(line for line in shown.splitlines() if "Try to use" in line)
    assert await tutor.count("cards", "direction = 'production' AND reps = 0") < due
    assert await tutor.count("reviews", "source = 'scene' AND rating = 3") >= 3


async def test_the_list_of_scenes_says_which_one_uses_due_words(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    tutor.clock.now = local(5, 10, zone="UTC")
    await ana.says("/scenarios")
    assert "A good one now: Ordering at a café, it uses" in ana.screen
