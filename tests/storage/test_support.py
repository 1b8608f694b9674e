"""Facts about support levels: one a learner and language."""

import pytest

from storage import support, users
from storage.engine import Database
from tests.clock import START


@pytest.mark.both_databases
async def test_a_level_is_set_changed_and_goes_with_its_learner(database: Database) -> None:
    await database.run(users.visit, 1, "en", START)
    assert await database.run(support.level, 1, "es") is None
    for level in (2, 3):
        await database.run(support.put, 1, "es", level, START)
    await database.run(support.put, 1, "fr", 0, START)

    assert await database.run(support.level, 1, "es") == 3
    assert await database.run(support.level, 1, "fr") == 0
    await database.run(users.forget, 1)
    assert await database.run(support.level, 1, "es") is None
