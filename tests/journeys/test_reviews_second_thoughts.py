"""Second thoughts: an unfair verdict contested, an answer taken back, and memory as if it had never been."""

import pytest

from tests.journeys.conftest import PERFECT, Tutor, local
from tests.journeys.learner import Learner
from tests.journeys.reviewing import (
    TOKYO,
    answers_right,
    answers_wrong,
    card,
    keep_due,
    prompted,
    questions,
    reviews,
    settles_in,
    standing,
)

SITTING = (
    "SELECT items_studied, items_correct, items_incorrect FROM learning_sessions"
    " WHERE session_type = 'vocabulary_review'"
)


@pytest.mark.both_databases
async def test_i_was_right_is_believed_once(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    await answers_wrong(tutor, ana)
    wronged = ana.newest
    data = next(button["callback_data"] for button in wronged.buttons if button["text"] == "I was right")
    await ana.taps(data, wronged)

    assert "counts as right" in ana.screen
    log = await reviews(tutor, ana)
    assert [(row.rating, row.source) for row in log] == [(1, "prompt"), (1, "undo"), (3, "contest")]
    assert log[1].undoes == log[0].id
    believed = await card(tutor, question.card_id)
    assert (believed.reps, believed.lapses) == (1, 0)
    assert await tutor.rows(SITTING) == [(1, 1, 0)]
    assert await tutor.count("questions", "contested") == 1

    await ana.taps(data, wronged)
    assert ana.toast == "That one is settled already."
    assert len(await reviews(tutor, ana)) == 3
    assert await tutor.rows(SITTING) == [(1, 1, 0)]


async def test_a_believed_card_is_not_asked_again(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await keep_due(tutor, 1)
    await prompted(tutor, ana)
    await answers_wrong(tutor, ana)
    await ana.presses("Go on")
    await ana.presses("I was right")

    assert "counts as right" in ana.screen
    assert "Done: 1 of 1 right." in ana.screen
    assert await questions(tutor, ana, "status = 'open'") == []


async def test_a_verdict_contested_days_later_counts_for_its_own_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    await answers_wrong(tutor, ana)
    sitting = (await tutor.rows("SELECT duration_seconds FROM learning_sessions ORDER BY id DESC"))[0]
    tutor.clock.advance(days=2)
    await tutor.app.sweep()
    await ana.presses("I was right")

    believed = await card(tutor, question.card_id)
    assert str(believed.reviewed_on) == "2026-11-03"
    assert (await tutor.rows("SELECT duration_seconds FROM learning_sessions ORDER BY id DESC"))[0] == sitting


@pytest.mark.both_databases
async def test_an_answer_taken_back_never_was(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    before = await card(tutor, question.card_id)
    await answers_wrong(tutor, ana)
    verdict = ana.newest
    await ana.presses("Undo")

    assert "Taken back." in ana.screen
    assert await card(tutor, question.card_id) == before
    assert (await standing(tutor, ana)).id == question.id
    assert await tutor.rows(SITTING) == [(0, 0, 0)]
    undo = next(button["callback_data"] for button in verdict.buttons if button["text"] == "Undo")
    await ana.taps(undo, verdict)
    assert ana.toast == "That one is settled already."

    await answers_right(tutor, ana)
    assert "Right." in ana.screen
    assert await tutor.rows(SITTING) == [(1, 1, 0)]
    assert [(row.rating, row.source) for row in await reviews(tutor, ana)] == [
        (1, "prompt"),
        (1, "undo"),
        (3, "prompt"),
    ]


async def test_an_answer_amid_a_sitting_is_taken_back_and_the_sitting_goes_on(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await keep_due(tutor, 3)
    await prompted(tutor, ana)
    await answers_right(tutor, ana)
    await ana.presses("Go on")
    second = await standing(tutor, ana)
    await answers_wrong(tutor, ana)
    third = await standing(tutor, ana)
    await ana.presses("Undo")
    assert (await questions(tutor, ana, "status = 'open'"))[0].id == second.id
    await ana.says(second.body["gap" if second.form == "gap" else "translation"])

    assert (await standing(tutor, ana)).id == third.id
    await answers_right(tutor, ana)
    assert "Done: 3 of 3 right." in ana.screen
    assert len(await questions(tutor, ana)) == 3


async def test_the_last_answer_of_a_sitting_can_be_taken_back(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await keep_due(tutor, 1)
    question = await prompted(tutor, ana)
    await answers_right(tutor, ana)
    assert "Done: 1 of 1 right." in ana.screen
    await ana.presses("Undo")
    await ana.presses("I don't know")
    assert "Done" not in ana.screen
    await ana.presses("Go on")
    assert (await standing(tutor, ana)).card_id == question.card_id
    await answers_right(tutor, ana)

    assert "Done: 1 of 2 right." in ana.screen
    assert await tutor.rows(SITTING) == [(2, 1, 1)]


async def test_a_repeat_within_the_sitting_can_be_taken_back_too(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await keep_due(tutor, 1)
    question = await prompted(tutor, ana)
    await answers_wrong(tutor, ana)
    await ana.presses("Go on")
    await answers_wrong(tutor, ana)
    after = await card(tutor, question.card_id)
    await ana.presses("Undo")
    assert "Taken back." in ana.screen
    await answers_right(tutor, ana)

    assert await card(tutor, question.card_id) == after
    assert "Done: 1 of 2 right." in ana.screen


async def test_taking_back_a_first_recognition_closes_what_it_opened(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    for answer in PERFECT[:2]:
        await ana.says(answer)
    for _ in range(3):
        await ana.presses("More")
        await ana.presses("Skip")
    await ana.says(f"/timezone {TOKYO}")
    opened = None
    for day in range(3, 9):
        tutor.clock.now = local(day, 10, zone=TOKYO)
        await ana.says("/review")
        while opened is None and await questions(tutor, ana, "status = 'open'"):
            before = await tutor.count("cards")
            await answers_right(tutor, ana)
            opened = before if await tutor.count("cards") > before else None
        if opened is not None:
            break
    assert opened is not None
    await ana.presses("Undo")

    assert await tutor.count("cards") == opened
