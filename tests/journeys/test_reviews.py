"""Reviews in the chat: what is asked, how it is judged, when it comes back, and how a sitting ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from storage import cards, vocabulary
from storage.memory_tables import Card, Direction, SourceType, VocabularyItem
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


@pytest.mark.both_databases
async def test_no_more_than_eight_new_words_and_one_direction_of_a_word_a_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    for day in (14, 15):
        tutor.clock.now = local(day, 10, zone=TOKYO)
        await ana.says("/review")
        while await questions(tutor, ana, "status = 'open'"):
            await answers_right(tutor, ana)

    rows = await tutor.rows("SELECT r.reviewed_on, c.item_id, c.reps FROM reviews r JOIN cards c ON c.id = r.card_id")
    days = [str(row.reviewed_on) for row in rows]
    assert days.count("2026-11-14") == 8
    assert len({(row.reviewed_on, row.item_id) for row in rows}) == len(rows)
    new = [str(row[0]) for row in await tutor.rows("SELECT min(reviewed_on) FROM reviews GROUP BY card_id")]
    assert max(new.count(day) for day in new) == 8


async def test_no_more_than_twenty_reviews_a_day_and_the_surest_first(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await tutor.database.run(_learn_thirty, ana.id)
    await prompted(tutor, ana, day=20)
    assert ana.screen.startswith("Welcome back. Five easy ones?")
    stabilities = []
    while open_now := await questions(tutor, ana, "status = 'open'"):
        stabilities.append((await card(tutor, open_now[0].card_id)).stability)
        await answers_right(tutor, ana)
        if "Go on" in ana.buttons:
            await ana.presses("Go on")

    assert len(stabilities) == 20
    assert stabilities == sorted(stabilities, reverse=True)
    assert await tutor.count("reviews") == 20
    tutor.clock.advance(minutes=40)
    await ana.says("/review")
    assert ana.screen.startswith("Nothing is due now.")


def _learn_thirty(connection: Connection, user_id: int) -> None:
    """Give a learner thirty words that were reviewed before a long break."""
    then, before = datetime(2026, 10, 1, 10, tzinfo=UTC), date(2026, 10, 2)
    for number in range(30):
        item, _ = vocabulary.add(
            connection,
            VocabularyItem(
                user_id=user_id, language="es", word=f"palabra{number}", translation=f"word {number}",
                gap=f"palabra{number}", sentence=f"Digo palabra{number} hoy.", sentence_translation="",
                source_type=SourceType.MANUAL, source_id="mine", source_key=f"w{number}", created_at=then,
            ),
        )  # fmt: skip
        cards.add(
            connection,
            Card(
                item_id=item.id, user_id=user_id, direction=Direction.PRODUCTION, stability=5.0 + number,
                difficulty=5.0, first_due_on=before, due_on=date(2026, 11, 5), due_at=then, reviewed_on=before,
                reps=3, lapses=9, created_at=then,
            ),
        )  # fmt: skip


async def test_the_first_good_of_recognition_opens_production(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    await ana.presses("Hola")
    for answer in PERFECT[1:]:
        await ana.says(answer)
        if "¿" not in ana.screen:
            break
    await ana.says(f"/timezone {TOKYO}")
    only_heard = "SELECT * FROM cards c WHERE direction = 'recognition' AND item_id NOT IN (SELECT item_id FROM cards WHERE direction = 'production')"  # noqa: E501 - one query
    heard = {row.item_id for row in await tutor.rows(only_heard)}
    for day in (3, 4, 5):
        tutor.clock.now = local(day, 10, zone=TOKYO)
        await ana.says("/review")
        while await questions(tutor, ana, "status = 'open'"):
            await answers_right(tutor, ana)

    items = await tutor.rows("SELECT id FROM vocabulary_items WHERE recognition_only = false")
    opened = {row.item_id for row in await tutor.rows("SELECT item_id FROM cards WHERE direction = 'production'")}
    assert {row.id for row in items} <= opened
    assert heard


async def test_from_the_third_review_on_another_sentence_is_used(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await ana.says("/play cafe_order")
    for answer in ("Hola", "Para tomar aquí", "Buenas, un café con leche por favor"):
        await ana.says(answer)
    await ana.says("/quit")
    seen: dict[int, set[str]] = {}
    own = False
    for days in range(1, 90, 3):
        tutor.clock.now = local(2, 10, zone=TOKYO) + timedelta(days=days)
        await ana.says("/review")
        while open_now := await questions(tutor, ana, "status = 'open'"):
            seen.setdefault(open_now[0].card_id, set()).add(open_now[0].body["sentence"])
            own = own or "You once said:" in ana.screen
            await answers_right(tutor, ana)

    assert max(len(sentences) for sentences in seen.values()) > 1
    assert own


async def test_a_due_word_said_in_a_scene_counts_as_its_review_once_a_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    words = await tutor.count("vocabulary_items")
    tutor.clock.now = local(3, 8, zone=TOKYO)
    for _ in range(2):
        await ana.says("/play cafe_order")
        for answer in PERFECT:
            await ana.says(answer)

    log = await reviews(tutor, ana)
    assert {(row.rating, row.source) for row in log} == {(3, "scene")}
    assert len({row.card_id for row in log}) == len(log) > 3
    assert await tutor.count("vocabulary_items") == words
    for row in log:
        assert date.fromisoformat(str((await card(tutor, row.card_id)).due_on)) > date(2026, 11, 3)


@pytest.mark.both_databases
async def test_tomorrows_question_tried_today_moves_nothing_and_comes_tomorrow(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await ana.presses("See tomorrow's question now")
    tried = await standing(tutor, ana)
    await ana.presses("See tomorrow's question now")
    assert (await standing(tutor, ana)).id == tried.id
    before = await card(tutor, tried.card_id)
    await answers_right(tutor, ana)

    assert "only a first look" in ana.screen
    assert await card(tutor, tried.card_id) == before
    assert [row.source for row in await reviews(tutor, ana)] == ["practice"]
    asked = await prompted(tutor, ana)
    assert asked.card_id == tried.card_id


async def test_a_leech_is_asked_like_any_other(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await keep_due(tutor, 1)
    for days in range(1, 13):
        tutor.clock.now = local(2, 10, zone=TOKYO) + timedelta(days=days)
        await ana.says("/review")
        if await questions(tutor, ana, "status = 'open'"):
            await answers_wrong(tutor, ana)
            await answers_right(tutor, ana)

    (worst,) = await tutor.rows("SELECT max(lapses) FROM cards")
    assert worst[0] >= 8
    assert "Done" in ana.screen or "Nothing" in ana.screen
