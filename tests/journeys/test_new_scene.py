"""A teacher's new scene, never seen by a line of Python, is checked and played through the bot by messages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.authoring.starting_out import begin
from bot.scenarios.library import Library
from bot.scenarios.proving import prove
from storage.engine import Database
from tests.clock import FixedClock
from tests.journeys.conftest import Tutor, play


@pytest.fixture
async def school(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Tutor]:
    begin("bus_ticket", tmp_path)
    library = Library.load(tmp_path, thorough=True)
    assert [*library.problems, *prove(library, tmp_path)] == []
    tutor = Tutor(database, library, clock)
    await tutor.start()
    yield tutor
    await tutor.stop()


async def test_a_new_scene_is_played_to_its_end_by_messages(school: Tutor) -> None:
    ana = school.learner(name="Ana")
    await play(ana, ("Hola", "Quiero un plátano", "Una manzana, por favor"))
    assert "0,60 euros" in ana.screen
    debrief, *_ = await ana.says("Gracias, hasta luego")
    assert debrief.plain.startswith("Bus ticket: done")
    assert await school.count("scenario_progress_history") == 1
    words = {row.word for row in await school.rows("SELECT word FROM vocabulary_items")}
    assert "una manzana" in words
