"""The café in each of its branches, by typed messages alone; and what is left of a scene played badly."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.running import CONTENT
from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

PLANS: dict[str, Any] = YAML(typ="safe").load((CONTENT / "cafe_order" / "es.plans.yaml").read_text())["plans"]
NONSENSE = "qwxz brrk"


def answers(plan: str) -> list[str]:
    return [said for _turn, said in PLANS[plan]["says"]]


@pytest.mark.both_databases
@pytest.mark.parametrize("plan", PLANS)
async def test_each_branch_leaves_one_completion_one_session_words_and_turns(
    tutor: Tutor, ana: Learner, plan: str
) -> None:
    await play(ana, answers(plan))

    assert await tutor.count("scenario_progress_history") == 1
    assert await tutor.count("learning_sessions", "session_type = 'scenario' AND ended_at IS NOT NULL") == 1
    assert await tutor.count("learning_sessions") == 1
    words = await tutor.count("vocabulary_items", "source_type = 'scenario' AND source_id = 'cafe_order'")
    assert words == await tutor.count("vocabulary_items") > 5
    assert await tutor.count("cards") >= words
    turns = await tutor.rows("SELECT turn_id, utterance FROM scenario_turns ORDER BY id")
    assert [tuple(turn) for turn in turns] == [tuple(said) for said in PLANS[plan]["says"]]
    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.completion_score, done.success_rate) == (100, 100)
    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert session.items_studied == session.items_correct + session.items_incorrect
    assert session.items_incorrect == 0
    assert await tutor.count("inbox", "status <> 'done'") == 0
    assert await tutor.count("outbox", "status <> 'sent'") == 0


async def test_each_typed_text_gets_exactly_one_new_message(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    for said in PERFECT[:-1]:
        before = len(tutor.fake.chats[ana.id])
        shown = await ana.says(said)
        assert len(shown) == 1
        assert len(tutor.fake.chats[ana.id]) == before + 2


async def test_the_last_answer_gets_the_debrief_and_once_in_a_life_the_clock_question(ana: Learner) -> None:
    await play(ana, PERFECT[:-1])

    debrief, clock = await ana.says(PERFECT[-1])
    assert debrief.plain.startswith("Ordering at a café: done")
    assert len(debrief.plain.splitlines()) <= 8
    assert clock.plain.startswith("Is it 10:00")
    await ana.presses("Play it again")
    for said in PERFECT[:-1]:
        await ana.says(said)
    assert len(await ana.says(PERFECT[-1])) == 1


@pytest.mark.both_databases
async def test_nonsense_to_the_end_leaves_an_ended_session_and_nothing_to_learn(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    while "the scene is over" not in ana.screen:
        await ana.says(NONSENSE)

    assert await tutor.count("scenario_progress_history") == 0
    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert session.ended_at is not None
    assert (session.items_correct, session.items_incorrect) == (0, 8)
    for table in ("vocabulary_items", "vocabulary_contexts", "cards", "reviews"):
        assert await tutor.count(table) == 0
    (run,) = await tutor.rows("SELECT status FROM scenario_runs")
    assert run.status == "not_completed"
    assert await tutor.count("scenario_turns") == 16
    assert "Order a drink" in ana.screen
    assert "Say how you'd like to pay" in ana.screen
    assert len(ana.screen.splitlines()) <= 8
    assert ana.buttons == ["My lines", "Play it again", "I was right"]  # the last answer, too, may be contested


async def test_a_scene_not_completed_keeps_the_words_of_its_last_answer_too(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:6])
    await ana.presses("More")
    await ana.presses("Skip")
    debrief, _clock = await ana.says(PERFECT[-1])

    assert "the scene is over" in debrief.plain
    words = {row.word for row in await tutor.rows("SELECT word FROM vocabulary_items")}
    assert {"igualmente", "hasta luego"} <= words


async def test_my_lines_put_a_natural_one_beside_what_nobody_understood(ana: Learner) -> None:
    await play(ana, (NONSENSE, NONSENSE, *PERFECT[1:]))
    await ana.presses("My lines")

    assert f"You: {NONSENSE}\n→ Hola, buenos días." in ana.screen
    assert f"{NONSENSE} ✓" not in ana.screen
    assert "You: Para tomar aquí, por favor ✓" in ana.screen


async def test_a_more_natural_line_orders_what_the_learner_ordered(ana: Learner) -> None:
    await play(
        ana, ("Hola", "Aquí", "una café", "solo", "un cruasan", "tostada", "No", "La cuenta", "tarjeta", "Adiós")
    )
    await ana.presses("My lines")

    lines = ana.screen.splitlines()
    assert lines[lines.index("You: una café") + 1] == "→ ¿Me pone un café, por favor?"
    assert lines[lines.index("You: un cruasan") + 1] == "→ un cruasán"
    assert lines[lines.index("You: tostada") + 1] == "→ Entonces, una tostada con tomate, por favor."
    assert "You: solo ✓" in lines


async def test_my_words_mark_a_word_as_known_and_back(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.presses("My words")
    assert "por favor" in ana.buttons

    await ana.presses("por favor")
    assert "✓ por favor" in ana.buttons
    assert await tutor.count("vocabulary_items", "known") == 1
    await ana.presses("✓ por favor")
    assert await tutor.count("vocabulary_items", "known") == 0


async def test_playing_again_adds_no_word_twice(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    words = await tutor.count("vocabulary_items")
    await ana.presses("Play it again")
    for said in PERFECT:
        await ana.says(said)

    assert await tutor.count("vocabulary_items") == words
    assert await tutor.count("scenario_progress_history") == 2
