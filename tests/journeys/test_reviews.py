"""Reviews in the chat: what is asked, how it is judged, when it comes back, and how a sitting ends."""

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
    until_gap,
)


@pytest.mark.both_databases
async def test_a_right_answer_moves_the_card_and_joins_a_sitting(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    before = await card(tutor, question.card_id)
    await answers_right(tutor, ana)

    after = await card(tutor, question.card_id)
    assert after.due_at > before.due_at
    assert (after.reps, after.lapses, str(after.reviewed_on)) == (1, 0, "2026-11-03")
    (review,) = await reviews(tutor, ana)
    assert (review.rating, review.source, review.question_id) == (3, "prompt", question.id)
    (session,) = await tutor.rows("SELECT * FROM learning_sessions WHERE session_type = 'vocabulary_review'")
    assert (session.items_studied, session.items_correct, session.ended_at) == (1, 1, None)
    assert await tutor.count("review_prompts", "answered_at IS NOT NULL") == 1
    assert "7 more, about 2 minutes." in ana.screen
    assert ana.buttons[:2] == ["Go on", "Enough for today"]


async def test_enough_ends_the_sitting_with_a_summary_once(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    await answers_right(tutor, ana)
    await ana.presses("Enough")
    assert ana.screen.startswith("Done: 1 of 1 right.")
    (ended,) = await tutor.rows("SELECT ended_at FROM learning_sessions WHERE session_type = 'vocabulary_review'")

    tutor.clock.advance(hours=30)
    await ana.presses("Enough")

    assert ana.screen.startswith("Done: 1 of 1 right.")
    assert await tutor.rows("SELECT ended_at FROM learning_sessions WHERE session_type = 'vocabulary_review'") == [
        ended
    ]


async def test_going_on_asks_one_by_one_until_the_summary(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    await answers_right(tutor, ana)
    await ana.presses("Go on")
    for _ in range(7):
        assert len(await questions(tutor, ana, "status = 'open'")) == 1
        await answers_right(tutor, ana)

    assert "Done: 8 of 8 right." in ana.screen
    assert len({row.card_id for row in await reviews(tutor, ana)}) == 8
    (session,) = await tutor.rows("SELECT * FROM learning_sessions WHERE session_type = 'vocabulary_review'")
    assert session.ended_at is not None
    await ana.says("/review")
    assert ana.screen == "Nothing is due now. The next word comes tomorrow."


async def test_a_wrong_card_comes_back_at_the_end_until_right_once(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await keep_due(tutor, 2)
    wrong = await prompted(tutor, ana)
    await answers_wrong(tutor, ana)
    assert "Right" not in ana.screen
    assert "Not quite" in ana.screen
    assert "2 more" in ana.screen
    after = await card(tutor, wrong.card_id)
    await ana.presses("Go on")
    await answers_right(tutor, ana)
    for _ in range(2):
        assert (await standing(tutor, ana)).card_id == wrong.card_id
        await answers_wrong(tutor, ana)
    await answers_right(tutor, ana)

    assert "Done: 2 of 5 right." in ana.screen
    log = await reviews(tutor, ana)
    assert [(row.rating, row.source) for row in log] == [
        (1, "prompt"),
        (3, "review"),
        (1, "practice"),
        (1, "practice"),
        (3, "practice"),
    ]
    assert await card(tutor, wrong.card_id) == after
    assert after.due_on is not None
    assert str(after.due_on) > "2026-11-03"


async def test_right_with_a_hint_is_hard_and_the_hint_never_gives_all_away(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    question = await until_gap(tutor, ana)
    for _ in range(20):
        await ana.presses("Hint")
    assert question.body["gap"] not in ana.screen
    assert "·" in ana.screen

    await answers_right(tutor, ana)

    review = (await reviews(tutor, ana))[-1]
    assert (review.question_id, review.rating, review.help_level) == (question.id, 2, 20)


async def test_a_missing_accent_and_a_slip_are_right_and_marked(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))
    noted = []
    for day in (3, 4, 5):
        tutor.clock.now = local(day, 10, zone=TOKYO)
        await ana.says("/review")
        noted += await _with_slips(tutor, ana)

    assert {row.rating for row in await reviews(tutor, ana)} == {3}
    assert any("With its accents" in text and "<u>é</u>" in text for text in noted)
    assert any("small slip" in text and "<u>" in text for text in noted)


async def _with_slips(tutor: Tutor, ana: Learner) -> list[str]:
    noted = []
    while open_now := await questions(tutor, ana, "status = 'open'"):
        gap = open_now[0].body["gap"]
        if open_now[0].form == "gap" and "é" in gap:
            await ana.says(gap.replace("é", "e"))
            noted.append(ana.newest.text)
        elif open_now[0].form == "gap" and "cuenta" in gap:
            await ana.says("cuneta")
            noted.append(ana.newest.text)
        else:
            await answers_right(tutor, ana)
    return noted


async def test_double_taps_never_count_twice(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana, day=4)
    await ana.presses("I don't know")
    card_shown = ana.newest
    (go_on, *_rest) = [button["callback_data"] for button in card_shown.buttons]
    await ana.taps(go_on, card_shown)
    asked = await standing(tutor, ana)
    await ana.taps(go_on, card_shown)
    assert (await standing(tutor, ana)).id == asked.id
    assert len(await questions(tutor, ana, "status = 'open'")) == 1

    give_up = next(button for button in ana.newest.buttons if "know" in button["text"])
    await ana.taps(give_up["callback_data"])
    await ana.taps(give_up["callback_data"])

    assert ana.toast == "That one is settled already."
    assert len(await reviews(tutor, ana)) == 2
    (session,) = await tutor.rows("SELECT * FROM learning_sessions WHERE session_type = 'vocabulary_review'")
    assert (session.items_studied, session.items_incorrect) == (2, 2)


async def test_a_reply_to_an_older_question_beats_what_was_asked_last(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    asked = ana.newest
    await ana.says("/play cafe_order")
    body = question.body
    await ana.says(body["gap"] if question.form == "gap" else body["translation"], reply_to=asked)

    assert "Right." in ana.screen
    assert await tutor.count("scenario_turns") == len(PERFECT)


async def test_nothing_due_says_when(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/review")
    assert ana.screen == "There are no words to review yet. Play a scene first: /scenarios"
    await settles_in(ana)
    await ana.says("/review")

    assert ana.screen == "Nothing is due now. The next word comes tomorrow."
    assert await tutor.count("learning_sessions", "session_type = 'vocabulary_review'") == 0


async def test_review_twice_asks_the_same_question_again(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    tutor.clock.now = local(3, 10, zone=TOKYO)
    await ana.says("/review")
    first = await standing(tutor, ana)
    await ana.says("/review")

    assert (await standing(tutor, ana)).id == first.id
    assert await tutor.count("questions") == 1
