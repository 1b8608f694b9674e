"""Reviews over days: caps, sentences that change, words said in scenes, and a question tried ahead of its day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from storage import cards, vocabulary
from storage.memory_tables import Card, Direction, SourceType, VocabularyItem
from tests.journeys.conftest import PERFECT, Tutor, local, play
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


async def test_a_word_that_can_be_said_already_is_not_asked_the_easier_way_again(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    before = await tutor.count("cards")
    await ana.says("/play cafe_order")
    for line in ("Hola", "Aquí", "¿qué tiene?", "un té", "no, gracias", "La cuenta, por favor", "Efectivo", "Adiós"):
        await ana.says(line)

    (cafe,) = await tutor.rows("SELECT id FROM vocabulary_items WHERE word = 'el café'")
    assert await tutor.count("cards", "item_id = :item", item=cafe.id) == 1
    assert await tutor.count("cards") >= before


async def test_a_waiting_prompt_looked_at_but_not_answered_is_no_sitting(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    await ana.says("/review")

    assert await tutor.count("learning_sessions", "session_type = 'vocabulary_review'") == 0
    await answers_right(tutor, ana)
    assert await tutor.count("learning_sessions", "session_type = 'vocabulary_review'") == 1
