"""Whatever a learner does, in whatever order: the log is the truth, counts add up, nothing is due before its review."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.services import practice, prompting, review, schedule, second_thoughts
from bot.services.remembering import memory_of, rebuilt
from storage import cards, prompts, reviews
from storage.health.check import look_for
from storage.health.examination import CHECKS, look_at
from storage.memory_tables import Card, Question, Review
from storage.rows import every, table
from tests.bot.services.conftest import ANA, Desk

START = datetime(2026, 11, 2, 10, tzinfo=UTC)
LINES = ("Hola", "Para tomar aquí", "Un café con leche, por favor", "una café", "No, nada más, gracias")
ACTIONS = st.sampled_from(
    ("begin", "right", "right", "wrong", "hint", "undo", "contest", "go on", "enough", "try", "later", "not today",
     "prompt", "scene", "zone")
)  # fmt: skip
STEPS = st.lists(st.tuples(ACTIONS, st.sampled_from((0, 0, 0, 0, 1, 2, 7)), st.integers(0, 90)), max_size=40)


def newest(desk: Desk, where: str = "TRUE") -> Any:
    query = f"SELECT id, form, body FROM questions WHERE {where} ORDER BY id DESC LIMIT 1"  # noqa: S608 - a test's own
    return desk.connection.execute(text(query)).first()


def right(desk: Desk) -> None:
    found = every(Question, desk.connection.execute(table(Question).select().where(table(Question).c.status == "open")))
    if found:
        question = found[-1]
        wanted = question.body["translation" if question.form == "choice" else "gap"]
        desk.do(review.answer_text, question.id, wanted)


def on_newest(use_case: Callable[..., Any], where: str, *details: Any) -> Callable[[Desk], None]:
    def act(desk: Desk) -> None:
        found = newest(desk, where)
        if found is not None:
            desk.do(use_case, found.id, *details)

    return act


def undo(desk: Desk) -> None:
    last = desk.connection.execute(text("SELECT max(id) FROM reviews WHERE source <> 'undo'")).scalar()
    if last is not None:
        desk.do(second_thoughts.take_back, last)


def scene(desk: Desk) -> None:
    view = desk.do(practice.play_anew, "cafe_order")
    for line in LINES:
        desk.do(practice.answer, view.run_id, line)


def travel(desk: Desk) -> None:
    zones = ("Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu")
    desk.do(schedule.set_zone, zones[desk.now.minute % len(zones)])


def prompt(desk: Desk) -> None:
    planned = prompts.schedule_of(desk.connection, ANA).next_at
    desk.now = max(desk.now, planned or desk.now)
    desk.do(prompting.settle)


DEEDS: dict[str, Callable[[Desk], Any]] = {
    "begin": lambda desk: desk.do(review.begin),
    "right": right,
    "wrong": on_newest(review.answer_text, "status = 'open'", "zzzz"),
    "hint": on_newest(review.hint, "status = 'open'"),
    "undo": undo,
    "contest": on_newest(second_thoughts.contest, "status = 'answered'"),
    "go on": lambda desk: desk.do(review.go_on),
    "enough": on_newest(review.enough, "status = 'answered'"),
    "try": lambda desk: desk.do(review.preview),
    "later": on_newest(review.later, "status = 'open'"),
    "not today": on_newest(review.not_today, "status = 'open'"),
    "prompt": prompt,
    "scene": scene,
    "zone": travel,
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_any_history_leaves_cards_that_their_log_rebuilds_and_counts_that_add_up(
    opened: Callable[..., Any], steps: list[tuple[str, int, int]]
) -> None:
    with opened(START) as desk:
        scene(desk)
        desk.now += timedelta(days=1)
        for action, days, minutes in steps:
            desk.now += timedelta(days=days, minutes=minutes)
            DEEDS[action](desk)
            assert_sittings_add_up(desk)
            assert_a_card_is_asked_once_at_a_time(desk)
        assert_cards_follow_from_their_log(desk)
        assert_nothing_is_found_amiss(desk)


def assert_a_card_is_asked_once_at_a_time(desk: Desk) -> None:
    twice = text("SELECT card_id FROM questions WHERE status = 'open' GROUP BY card_id HAVING count(*) > 1")
    assert desk.connection.execute(twice).all() == []
    prompted = text("SELECT count(*) FROM questions WHERE status = 'open' AND from_prompt")
    assert desk.connection.execute(prompted).scalar_one() <= 1


def assert_cards_follow_from_their_log(desk: Desk) -> None:
    visit = desk.visit()
    for card in every(Card, desk.connection.execute(table(Card).select())):
        assert rebuilt(visit, card) == memory_of(card)
        assert card.reviewed_on is None or card.due_on > card.reviewed_on
        assert card.due_on >= card.first_due_on or card.reps > 0
    counted = Counter(
        (row.card_id, row.reviewed_on)
        for card in cards.due(desk.connection, ANA, desk.now.date() + timedelta(days=9999))
        for row in _log(desk, card.id)
    )
    assert all(number == 1 for number in counted.values())


def assert_nothing_is_found_amiss(desk: Desk) -> None:
    # The sweep that ends sittings and the queue that prompts leave by do not run here.
    checks = [check for check in CHECKS if check.name not in {"sitting-end", "ledger"}]
    found = [look_for(check, look_at(desk.connection, desk.now)) for check in checks]
    assert [(one.check.name, one.examples) for one in found if one.count] == []


def _log(desk: Desk, card_id: int) -> list[Review]:
    return list(reviews.log_of(desk.connection, card_id))


def assert_sittings_add_up(desk: Desk) -> None:
    for row in desk.connection.execute(text("SELECT * FROM learning_sessions")):
        assert row.items_studied == row.items_correct + row.items_incorrect
        assert min(row.items_correct, row.items_incorrect) >= 0
    counted = text(
        "SELECT s.id FROM learning_sessions s WHERE s.session_type = 'vocabulary_review' AND ("
        " items_correct <> (SELECT count(*) FROM questions q WHERE q.session_id = s.id AND q.right IS TRUE) OR"
        " items_incorrect <> (SELECT count(*) FROM questions q WHERE q.session_id = s.id AND q.right IS FALSE))"
    )
    assert desk.connection.execute(counted).all() == []
