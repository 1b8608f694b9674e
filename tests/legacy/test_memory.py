"""Facts about brought-over memory: its log rebuilds it, and what was learnt here is never disturbed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.services import review, second_thoughts
from bot.services.questions import Asked
from bot.services.remembering import Recall, memory_of, rate, rebuilt
from bot.services.visit import Visit
from bot.services.vocabulary import open_card
from scheduler.memory import Rating
from storage import cards, learning_sessions, users, vocabulary
from storage.memory_tables import Card, Direction, Question, ReviewSource, SourceType, VocabularyItem
from storage.rows import every, only, table
from tests import shipped
from tests.legacy import old_database
from tests.legacy.conftest import Operator, tally
from tests.legacy.old_database import ANA

pytestmark = pytest.mark.both_databases
_cards, _items, _questions = table(Card), table(VocabularyItem), table(Question)
SHARED = "palabra0"  # stands in both old tables, and is Ana's


def visit(connection: Connection, operator: Operator) -> Visit:
    user, is_new = users.visit(connection, ANA, "en", operator.now)
    return Visit(
        connection=connection, user=user, is_new=is_new, now=operator.now, update_id=1, library=shipped.library()
    )


async def with_ana(operator: Operator, deed: Callable[[Visit], Any]) -> Any:
    return await operator.database.run(lambda connection: deed(visit(connection, operator)))


def words(here: Visit) -> dict[str, list[Card]]:
    items = every(VocabularyItem, here.connection.execute(_items.select().where(_items.c.user_id == ANA)))
    return {
        item.word: list(every(Card, here.connection.execute(_cards.select().where(_cards.c.item_id == item.id))))
        for item in items
    }


def assert_rebuilt(here: Visit) -> int:
    found = [card for each in words(here).values() for card in each]
    for card in found:
        assert rebuilt(here, card) == memory_of(card)
        assert card.reviewed_on is None or card.due_on > card.reviewed_on
    return len(found)


def answers_rightly(here: Visit) -> Any:
    asked = review.begin(here)
    assert isinstance(asked, Asked)
    question = only(Question, here.connection.execute(_questions.select().where(_questions.c.id == asked.question_id)))
    wanted = question.body["translation" if question.form == "choice" else "gap"]
    return review.answer_text(here, question.id, wanted)


async def test_what_was_brought_over_is_what_its_log_rebuilds(operator: Operator) -> None:
    await operator.imports(old_database.after(operator.folder / "old.db"))
    assert await with_ana(operator, assert_rebuilt) > 50
    remembered = await operator.rows("SELECT stability, first_stability FROM cards WHERE reps > 0")
    assert len(remembered) > 50
    assert all(row.stability == row.first_stability > 0 for row in remembered)


async def test_a_review_moves_the_memory_on_and_undoing_it_brings_the_old_one_back(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    before = await with_ana(operator, words)
    operator.now += timedelta(minutes=5)
    answered = await with_ana(operator, answers_rightly)
    (moved,) = await operator.rows("SELECT card_id FROM reviews WHERE id = :id", id=answered.review_id)
    now = {card.id: card for each in (await with_ana(operator, words)).values() for card in each}
    was = {card.id: card for each in before.values() for card in each}[moved.card_id]

    assert now[moved.card_id].stability > was.stability
    assert (now[moved.card_id].first_stability, now[moved.card_id].reps) == (was.stability, was.reps + 1)
    assert await with_ana(operator, assert_rebuilt)

    await with_ana(operator, lambda here: second_thoughts.take_back(here, answered.review_id))
    again = {card.id: card for each in (await with_ana(operator, words)).values() for card in each}
    assert memory_of(again[moved.card_id]) == memory_of(was)
    assert await with_ana(operator, assert_rebuilt)


async def test_a_card_reviewed_here_keeps_its_memory(operator: Operator) -> None:
    def learns(here: Visit) -> Card:
        card = known_here(here)
        return rate(here, card, Recall(rating=Rating.GOOD, source=ReviewSource.REVIEW)).card

    learnt = await with_ana(operator, learns)
    report = await operator.imports(old_database.before(operator.folder / "old.db"))

    (kept,) = (await with_ana(operator, words))[SHARED]
    assert memory_of(kept) == memory_of(learnt)
    assert tally(report, "vocabulary_items").remarks["joined a word that was learnt here: its memory here stands"] == 1
    assert await with_ana(operator, assert_rebuilt)


async def test_a_card_that_only_waited_here_takes_the_memory_that_was_there(operator: Operator) -> None:
    await with_ana(operator, known_here)
    await operator.imports(old_database.before(operator.folder / "old.db"))
    (card,) = (await with_ana(operator, words))[SHARED]
    assert card.reps > 0
    assert card.stability is not None
    assert await with_ana(operator, assert_rebuilt)


async def test_a_word_of_both_tables_is_one_with_the_memory_of_its_later_review(operator: Operator) -> None:
    file = old_database.before(operator.folder / "old.db")
    mine = "UPDATE {} SET {} = ?, {} = 40, ease_factor = 2.5, user_id = 1, {} = 'es' WHERE {} = ?"
    old_database.change(
        file, mine.format("vocabulary_items", "last_reviewed", "repetition_interval_days", "language", "word"),
        "2025-11-20 10:00:00", SHARED,
    )  # fmt: skip
    old_database.change(
        file, mine.format("spaced_repetition_items", "last_review_date", "interval_days", "language_code", "content"),
        "2025-11-10 10:00:00", SHARED,
    )  # fmt: skip
    report = await operator.imports(file)
    (card,) = (await with_ana(operator, words))[SHARED]
    assert card.reviewed_on == date(2025, 11, 20)
    assert tally(report, "spaced_repetition_items").merged == 3


async def test_new_words_are_spread_over_the_coming_days(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    spread = await operator.rows(
        "SELECT user_id, due_on, count(*) AS cards FROM cards WHERE reps = 0 GROUP BY user_id, due_on"
    )
    assert spread
    assert all(row.cards <= 8 for row in spread)
    assert all(str(row.due_on) > operator.now.date().isoformat() for row in spread)


async def test_a_word_that_was_put_away_there_is_put_away_here(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    asleep = await operator.rows(
        "SELECT i.word FROM cards c JOIN vocabulary_items i ON i.id = c.item_id WHERE c.suspended"
    )
    assert [row.word for row in asleep] == ["cosa5"]


async def test_a_new_sitting_here_stands_before_the_old_ones(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    operator.now += timedelta(minutes=5)
    await with_ana(operator, answers_rightly)
    await operator.imports(old_database.after(operator.folder / "after.db"))
    newest = await with_ana(operator, lambda here: learning_sessions.latest(here.connection, ANA)[0])
    assert newest.source_id == "review"


def known_here(here: Visit) -> Card:
    item, _ = vocabulary.add(
        here.connection,
        VocabularyItem(
            user_id=ANA, language="es", word=SHARED, translation="word 0", gap=SHARED, sentence=SHARED,
            sentence_translation="", source_type=SourceType.SCENARIO, source_id="cafe_order", source_key="x",
            created_at=here.now,
        ),
    )  # fmt: skip
    card, _ = open_card(here, item, Direction.RECOGNITION)
    found = cards.get(here.connection, ANA, card.id)
    assert found is not None
    return found
