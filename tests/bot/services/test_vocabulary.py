"""What a meeting in a scene does to a word's cards."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from bot.scenarios.dialogue import How, Meeting
from bot.services.vocabulary import meet
from scheduler.memory import Rating
from storage import reviews
from tests.bot.services.conftest import ANA, Desk

START = datetime(2026, 11, 2, 10, tzinfo=UTC)
CARD = "cafe"


def met(desk: Desk, how: How) -> None:
    visit = desk.visit()
    scene = visit.library.scene("cafe_order", "es", "en")
    meet(visit, scene, [Meeting(card_id=CARD, how=how, own_line="un café")])


def test_an_error_counts_against_a_word_that_was_only_ever_typed(
    opened: Callable[[datetime], AbstractContextManager[Desk]],
) -> None:
    with opened(START) as desk:
        for how in (How.TYPED, How.TYPED, How.ERROR):
            met(desk, how)
            desk.now += timedelta(days=2)

        logged = [(Rating(row.rating), row.user_id) for card in (1, 2) for row in reviews.log_of(desk.connection, card)]
    assert logged == [(Rating.GOOD, ANA), (Rating.AGAIN, ANA)]
