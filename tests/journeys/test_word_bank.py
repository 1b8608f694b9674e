"""The words tapped together to an answer, and how help fades as a learner manages without it."""

import json
from typing import Any

import pytest

from storage import support
from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

WORDS = ["para", "aquí", "tomar", "por", "favor"]
TAPPED = ("para", "tomar", "aquí")


async def stored(tutor: Tutor) -> dict[str, Any]:
    (run,) = await tutor.rows("SELECT state FROM scenario_runs ORDER BY id DESC LIMIT 1")
    return dict(json.loads(run.state) if isinstance(run.state, str) else run.state)


async def set_support(tutor: Tutor, learner: Learner, level: int) -> None:
    await tutor.database.run(support.put, learner.id, "es", level, tutor.clock())


async def test_tapped_words_build_the_answer_and_it_counts_as_helped(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.presses("Hint")
    assert ana.buttons[:5] == WORDS
    screen = ana.newest
    for word in TAPPED:
        await ana.presses(word)
    assert ana.newest is screen
    assert "Your answer: Para tomar aquí …" in ana.screen
    assert ana.buttons[:4] == ["por", "favor", "Undo", "Say it"]

    await ana.presses("Say it")

    assert "¿Qué le pongo?" in ana.screen
    turn = (await tutor.rows("SELECT * FROM scenario_turns ORDER BY id"))[-1]
    assert (turn.utterance, turn.verdict, turn.quality) == ("Para tomar aquí", "ok", 50)
    assert await tutor.count("cards", "direction = 'production' AND due_on IS NULL") == 0


async def test_a_tapped_word_can_be_taken_away_again(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.presses("Hint")
    await ana.presses("favor")
    await ana.presses("Undo")

    assert ana.buttons[:5] == WORDS
    assert "Words that help: " in ana.screen
    assert "Undo" not in ana.buttons


async def test_fast_taps_are_all_heard_and_a_double_one_once(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.presses("Hint")
    message = ana.newest
    data = {button["text"]: button["callback_data"] for button in message.buttons}
    for word in (*TAPPED, "aquí"):
        tutor.fake.new_update(callback_query=ana.query(tutor.fake.new_query(), data[word], message))
    await ana.causes(callback_query=ana.query(tutor.fake.new_query(), data["aquí"], message))

    assert "Your answer: Para tomar aquí …" in ana.screen


async def test_who_types_instead_is_heard_and_the_tapped_words_are_gone(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.presses("Hint")
    await ana.presses("favor")
    message = ana.newest
    data = next(button["callback_data"] for button in message.buttons if button["text"] == "Say it")
    await ana.says(PERFECT[1])
    assert "¿Qué le pongo?" in ana.screen

    await ana.taps(data, message)

    assert "¿Qué le pongo?" in ana.screen
    assert len((await stored(tutor))["outcomes"]) == 2


async def test_past_the_last_help_there_is_a_kind_word(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    for _ in range(3):
        await ana.says("/hint")
    assert "That is all the help there is" not in ana.screen
    await ana.says("/hint")

    assert "That is all the help there is" in ana.screen
    assert "Say it like this: Para tomar aquí" in ana.screen


async def test_a_usual_turn_has_two_buttons_and_the_rest_unfolds_in_its_place(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    usual = ana.newest
    assert ana.buttons == ["Hint", "More…"]

    await ana.presses("More")
    assert ana.newest is usual
    assert ana.buttons == [
        "Repeat", "Slower", "Translate", "Words", "Skip", "Pause", "Step back", "Hint", "Less",
    ]  # fmt: skip
    await ana.presses("Less")
    assert ana.buttons == ["Hint", "More…"]
    assert await tutor.count("scenario_turns") == 2


@pytest.mark.parametrize(
    ("button", "shows"),
    [
        ("Slower", "¿Qué … le … pongo?"),
        ("Translate", "All right. What can I get you?"),
        ("Words", "Muy bien – all right, very well"),
        ("Repeat", "Muy bien. ¿Qué le pongo?"),
    ],
)
async def test_the_line_is_said_again_for_free(tutor: Tutor, ana: Learner, button: str, shows: str) -> None:
    await play(ana, PERFECT[:2])
    await ana.presses("More")
    await ana.presses(button)

    assert shows in ana.screen
    assert ("tg-spoiler" in ana.newest.text) == (button != "Translate")
    for said in PERFECT[2:]:
        await ana.says(said)
    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.completion_score, done.success_rate) == (100, 100)


@pytest.mark.both_databases
async def test_a_play_without_help_raises_the_level_and_one_full_of_help_lowers_it(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    assert [tuple(row) for row in await tutor.rows("SELECT language, level FROM support_levels")] == [("es", 2)]

    await ana.says("/play cafe_order")
    while "Play it again" not in [button["text"] for button in ana.newest.buttons]:
        await ana.presses("More")
        await ana.presses("Skip")

    assert [row.level for row in await tutor.rows("SELECT level FROM support_levels")] == [1]


async def test_at_the_lowest_level_the_words_come_with_the_turn(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await set_support(tutor, ana, 0)
    await ana.says("/play cafe_order")
    await ana.says(PERFECT[0])
    assert ana.buttons[:5] == WORDS

    await ana.says(PERFECT[1])

    assert (await stored(tutor))["outcomes"][1]["quality"] == 100


async def test_at_the_second_level_nothing_comes_unasked_and_letters_come_first(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await set_support(tutor, ana, 2)
    await ana.says("/play cafe_order")
    await ana.says(PERFECT[0])
    await ana.says("mesa para dos")
    assert "¿Perdone?" in ana.screen
    assert "Words that help" not in ana.screen

    await ana.presses("Hint")

    assert "First letters: P___ t____ a___" in ana.screen


async def test_at_the_highest_level_help_is_only_there_for_who_looks_for_it(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await set_support(tutor, ana, 3)
    await ana.says("/play cafe_order")
    await ana.says(PERFECT[0])
    assert ana.buttons == ["More…"]

    await ana.presses("More")
    await ana.presses("Hint")

    assert "First letters: " in ana.screen
