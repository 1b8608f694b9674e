"""Facts about the soak's verdict: each thing it promises to see, it sees."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from storage import inbox, outbox, runs
from storage.delivery_tables import Action, OutboxStatus
from storage.engine import Database
from storage.inbox import RawUpdate
from storage.outbox import Draft, Receipt
from storage.tables import RunStatus, ScenarioTurn
from tests.bench.soak_checks import breaches
from tests.bench.soak_people import Diary
from tests.bench.soak_program import seed_sleepers
from tests.bench.soak_server import Weather
from tests.clock import START
from tests.storage.learners import ANA, a_card, a_run

Harm = Callable[[Connection], None]


def played(connection: Connection) -> None:
    """Leave what one text leaves that was taken, played and answered."""
    update = RawUpdate(update_id=5, chat_id=ANA, body="{}")
    inbox.accept(connection, [update], START)
    inbox.done(connection, inbox.row_of(update, START), START)
    a_card(connection)
    add_turn(connection, a_run(connection), 5)
    answer(connection, 11)


def add_turn(connection: Connection, run: int, update_id: int) -> None:
    runs.add_turn(
        connection,
        ScenarioTurn(
            run_id=run, user_id=ANA, update_id=update_id, turn_id="greet", utterance="Hola", verdict="ok", slots={},
            layer="accepted", help_level=0, latency_seconds=1, said_at=START,
        ),
    )  # fmt: skip


def answer(connection: Connection, message_id: int) -> None:
    (row,) = outbox.put(connection, [Draft(chat_id=ANA, payload={"text": "hola"})], START)
    outbox.settle(connection, [Receipt(id=row.id, status=OutboxStatus.SENT, at=START, message_id=message_id)])


def execute(statement: str) -> Harm:
    def harm(connection: Connection) -> None:
        connection.execute(text(statement))

    return harm


def play_again(connection: Connection) -> None:
    add_turn(connection, a_run(connection, RunStatus.QUIT), 5)


def answer_in_disorder(connection: Connection) -> None:
    answer(connection, 7)


def leave_unsent(connection: Connection) -> None:
    outbox.put(connection, [Draft(chat_id=ANA, action=Action.STRIP)], START)


COMPLETION = (
    "INSERT INTO scenario_progress_history (user_id, scenario_id, progress_id, language, started_at, completed_at, "
    "duration_seconds, phases_completed, total_phases, vocabulary_mastered, objectives_completed, success_rate, "
    "completion_score, passed) SELECT user_id, scenario_id, id, language, started_at, started_at, 1, 1, 1, '[]', '[]', "
    "90, 90, true FROM scenario_runs"
)
HARMS: dict[str, Harm] = {
    "1 updates were lost": execute("DELETE FROM inbox"),
    "1 updates are undone": execute("UPDATE inbox SET status = 'new'"),
    "1 good updates were set aside": execute("UPDATE inbox SET status = 'dead'"),
    "1 rows of the outbox are not settled": leave_unsent,
    "1 updates were played twice": play_again,
    "1 turns belong to no update": execute("UPDATE scenario_turns SET update_id = 77"),
    "wrote 1 texts and was answered 0 times": execute("DELETE FROM outbox"),
    "were given up": execute("UPDATE outbox SET status = 'dead'"),
    "are out of order": answer_in_disorder,
    "has no session": execute(COMPLETION),
    "is not what its log says": execute("UPDATE cards SET reps = 3"),
}


@pytest.fixture
def diary() -> Diary:
    return Diary(texts={ANA: [5]})


async def test_a_soak_in_which_all_went_well_has_no_breach(database: Database, diary: Diary) -> None:
    await database.run(played)
    assert await database.run(lambda connection: list(breaches(connection, Weather(), diary))) == []


@pytest.mark.parametrize("breach", HARMS)
async def test_a_harm_is_seen(database: Database, diary: Diary, breach: str) -> None:
    await database.run(played)
    await database.run(HARMS[breach])
    found = await database.run(lambda connection: list(breaches(connection, Weather(), diary)))
    assert [one for one in found if breach in one]


@pytest.mark.parametrize("hour", [0, 11, 12, 23])
async def test_it_is_noon_where_the_sleepers_live_whatever_the_hour(database: Database, hour: int) -> None:
    now = datetime(2026, 11, 2, hour, 30, tzinfo=UTC)
    await database.run(seed_sleepers, [ANA], now, 60.0)
    (zone,) = await database.run(lambda connection: connection.execute(text("SELECT zone FROM users")).one())
    ahead = 12 - hour
    assert zone == f"Etc/GMT{-ahead:+d}".replace("+0", "-0")
