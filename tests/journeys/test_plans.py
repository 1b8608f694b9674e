"""Facts about cost: whatever learners and admins do, no statement on its way reads everybody's rows."""

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import ADMIN, Tutor, local
from tests.journeys.learner import Learner
from tests.journeys.reviewing import TOKYO, answers_wrong, prompted, settles_in
from tests.storage.plans import Explained

both = pytest.mark.both_databases

# Counted rarely, by an admin, beside the writers: all learners there are.
COUNTED_WHOLE = {"users"}


@pytest.fixture
def explained(tutor: Tutor) -> Iterator[Explained]:
    """Explain everything the bot asks its database for, and refuse what costs more the more learners there are."""
    explained = Explained(tutor.database._engine)
    reading = Explained(tutor.database._reading) if tutor.database._reading is not tutor.database._engine else explained
    yield explained
    costly = [*explained.reading_everything, *({} if reading is explained else reading.reading_everything)]
    assert [(step, statement) for step, statement in costly if step.table not in COUNTED_WHOLE] == []
    assert len(explained.steps) > 10


@both
@pytest.mark.usefixtures("explained")
async def test_a_learners_way_through_scenes_reviews_and_lists(ana: Learner) -> None:
    await settles_in(ana)
    for command in ("/scenarios", "/progress", "/words", "/help", "/feedback", "/language", "/review"):
        await ana.says(command)
    await ana.says("/start play_cafe_order")
    await ana.says("/hint")
    await ana.says("¿cómo se dice spoon?")
    await ana.says("/quit")
    await ana.blocks()
    await ana.unblocks()
    await ana.says("/delete")
    await ana.presses("Delete")


@both
@pytest.mark.usefixtures("explained")
async def test_a_reminder_and_what_follows_from_it(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    await prompted(tutor, ana)
    await answers_wrong(tutor, ana)
    await prompted(tutor, ana, day=4)
    question = ana.newest
    await ana.says("/help")
    await ana.says("zzzz", reply_to=question)


@both
@pytest.mark.usefixtures("explained")
async def test_starting_and_tidying_up(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await tutor.sweep_at(local(2, 22, 0, zone=TOKYO))
    await tutor.restart()
    await tutor.sweep_at(local(20, 12, 0, zone=TOKYO))


@both
@pytest.mark.usefixtures("explained")
async def test_an_admins_look(tutor: Tutor, ana: Learner) -> None:
    boss = tutor.learner(id=ADMIN, name="Boss")
    await ana.says("/start")
    for command in ("/admin", f"/admin user {ana.id}", f"/admin ban {ana.id}"):
        await boss.says(command)


# Not on PostgreSQL: told to use indexes on tables of one row, it walks along a whole one.
@pytest.mark.usefixtures("explained")
async def test_the_answers_learners_hold_to_be_right(tutor: Tutor, ana: Learner) -> None:
    boss = tutor.learner(id=ADMIN, name="Boss")
    await ana.says("/start")
    for _ in range(3):
        await boss.says("/admin contested")
