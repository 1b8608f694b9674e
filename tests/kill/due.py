"""Learners to whom a reminder is owed at this very moment, written as an earlier run would have left them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from storage import cards, prompts, users, vocabulary
from storage.connecting import engine_for
from storage.memory_tables import Card, Direction, SourceType, VocabularyItem

FIRST_ID = 8_000_000_000
NOON = 12


def make_due(url: str, number: int) -> Sequence[int]:
    """Enrol so many learners with one word due, their hour just past, and return their ids."""
    engine = engine_for(make_url(url))
    ids = range(FIRST_ID, FIRST_ID + number)
    with engine.begin() as connection:
        for user_id in ids:
            _enrol(connection, user_id, datetime.now(UTC))
    engine.dispose()
    return ids


def _enrol(connection: Connection, user_id: int, now: datetime) -> None:
    long_ago = now - timedelta(days=2)
    users.visit(connection, user_id, "en", long_ago)
    # Somewhere where it is about noon, so that no date ends and no quiet hour begins while the test runs.
    zone = f"Etc/GMT{now.hour - NOON:+d}"
    users.change(connection, user_id, zone=zone, zone_confirmed=True, quiet_starts=0, quiet_ends=0)
    item, _ = vocabulary.add(connection, _word(user_id, long_ago))
    day = long_ago.date()
    cards.add(
        connection,
        Card(
            item_id=item.id,
            user_id=user_id,
            direction=Direction.PRODUCTION,
            first_due_on=day,
            due_on=day,
            due_at=long_ago,
            created_at=long_ago,
        ),
    )
    prompts.schedule_of(connection, user_id)
    at = now - timedelta(minutes=1)
    prompts.reschedule(connection, user_id, next_at=at, planned_at=at)


def _word(user_id: int, now: datetime) -> VocabularyItem:
    return VocabularyItem(
        user_id=user_id,
        language="es",
        word="la cuenta",
        translation="the bill",
        gap="la cuenta",
        sentence="La cuenta, por favor.",
        sentence_translation="The bill, please.",
        source_type=SourceType.MANUAL,
        source_id="test",
        source_key="bill",
        created_at=now,
    )
