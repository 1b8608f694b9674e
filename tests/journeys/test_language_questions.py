"""Questions about the language in the middle of a scene: answered from what is known, free of charge."""

import pytest

from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

DRINK = "¿Qué le pongo?"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("¿cómo se dice the bill?", "“the bill” in Spanish: la cuenta"),
        ("How do I say juice?", "“juice” in Spanish: un zumo de naranja"),
        ("what is toast in Spanish", "“toast” in Spanish: una tostada"),
        ("¿qué significa llevar?", "para llevar means: to take away"),
        ("what does desea mean?", "desea means: would you like"),
        ("¿Qué quiere decir «pongo»?", "What can I get you?"),
    ],
)
async def test_what_is_asked_is_answered_and_the_line_stands_again(
    tutor: Tutor, ana: Learner, asked: str, told: str
) -> None:
    await play(ana, PERFECT[:2])
    (shown,) = await ana.says(asked)

    assert told.casefold() in shown.plain.casefold()
    assert DRINK in shown.plain
    for said in PERFECT[2:]:
        await ana.says(said)
    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.completion_score, done.success_rate) == (100, 100)
    (session,) = await tutor.rows("SELECT items_studied FROM learning_sessions")
    assert session.items_studied == len(PERFECT)


@pytest.mark.parametrize("asked", ["¿cómo se dice straw?", "how do you say straw in Spanish?", "what does brrk mean"])
async def test_a_word_nobody_knows_gets_a_kind_word(tutor: Tutor, ana: Learner, asked: str) -> None:
    await play(ana, PERFECT[:2])
    await ana.says(asked)

    assert "Good question" in ana.screen
    assert DRINK in ana.screen
    assert "Words that help" not in ana.screen
    assert await tutor.count("scenario_turns", "verdict = 'aside'") == 1


async def test_a_word_sent_as_a_reply_to_the_line_is_explained(ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    line = ana.newest
    await ana.says("pongo", reply_to=line)

    assert "What can I get you?" in ana.screen
    await ana.says("un té", reply_to=line)
    assert "comer" in ana.screen


async def test_an_answer_that_looks_like_a_question_is_an_answer(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    await ana.says("¿Qué tiene para beber?")

    assert "Tenemos café" in ana.screen
    assert await tutor.count("scenario_turns", "verdict = 'aside'") == 0


async def test_not_having_understood_is_no_question_about_a_word(ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    await ana.says("¿Qué significa eso?")

    assert "All right. What can I get you?" in ana.screen
    assert "Good question" not in ana.screen


@pytest.mark.parametrize("sent", ["\N{SLIGHTLY SMILING FACE}", "\N{HOT BEVERAGE}\ufe0f\N{HOT BEVERAGE}\ufe0f"])
async def test_pictures_get_a_kind_word_and_the_turn_stays(tutor: Tutor, ana: Learner, sent: str) -> None:
    await play(ana, PERFECT[:2])
    await ana.says(sent)

    assert "here it takes words" in ana.screen
    assert DRINK in ana.screen
    for said in PERFECT[2:]:
        await ana.says(said)
    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert done.success_rate == 100


async def test_pictures_without_end_do_not_hold_the_scene_for_ever(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    for _ in range(4):
        await ana.says("\N{SLIGHTLY SMILING FACE}")

    assert "You could say: Para tomar aquí" in ana.screen


@pytest.mark.parametrize("content", [
    {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                 "is_animated": False, "is_video": False}},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
    {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]},
])  # fmt: skip
async def test_what_is_no_text_gets_a_kind_word_and_the_turn_stays(ana: Learner, content: dict[str, object]) -> None:
    await play(ana, PERFECT[:2])
    await ana.sends(**content)
    assert "I can only read text" in ana.screen

    await ana.says(PERFECT[2])

    assert "comer" in ana.screen
