"""Rows for tests of storage: one learner with a word, a card, a question and a run."""

from sqlalchemy import Connection

from storage import cards, questions, runs, users, vocabulary
from storage.memory_tables import (
    Card,
    Direction,
    Question,
    QuestionForm,
    QuestionStatus,
    SourceType,
    VocabularyItem,
)
from storage.tables import RunStatus, ScenarioRun
from tests.clock import START

ANA = 7_000_000_001


def a_card(connection: Connection) -> int:
    """Return a card of Ana's, who is enrolled with it."""
    users.visit(connection, ANA, "en", START)
    item, _ = vocabulary.add(
        connection,
        VocabularyItem(
            user_id=ANA,
            language="es",
            word="la cuenta",
            translation="the bill",
            gap="la cuenta",
            sentence="La cuenta, por favor",
            sentence_translation="The bill, please",
            source_type=SourceType.SCENARIO,
            source_id="cafe_order",
            source_key="cuenta",
            created_at=START,
        ),
    )
    today = START.date()
    card, _ = cards.add(
        connection,
        Card(
            item_id=item.id,
            user_id=ANA,
            direction=Direction.PRODUCTION,
            first_due_on=today,
            due_on=today,
            due_at=START,
            created_at=START,
        ),
    )
    return card.id


def a_question(connection: Connection, status: QuestionStatus = QuestionStatus.OPEN) -> int:
    """Return a question about Ana's card."""
    return questions.ask(
        connection,
        Question(
            user_id=ANA,
            card_id=a_card(connection),
            form=QuestionForm.GAP,
            body={},
            status=status,
            from_prompt=True,
            asked_at=START,
        ),
    )


def a_run(connection: Connection, status: RunStatus = RunStatus.OPEN) -> int:
    """Return a run of Ana's."""
    users.visit(connection, ANA, "en", START)
    return runs.start(
        connection,
        ScenarioRun(
            user_id=ANA,
            scenario_id="cafe_order",
            language="es",
            native="en",
            pack_version=1,
            state={},
            status=status,
            started_at=START,
            asked_at=START,
            last_turn_at=START,
        ),
    )
