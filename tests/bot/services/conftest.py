"""One learner in one open transaction: use cases run as the exchange runs them, and nothing is kept."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot.errors import TutorError
from bot.scenarios.library import Library
from bot.services.visit import Visit
from storage import users
from storage.connecting import engine_for
from tests import shipped

ANA = 7


@dataclass(kw_only=True)
class Desk:
    """A learner's connection and their clock."""

    connection: Connection
    library: Library
    now: datetime
    updates: int = 0

    def visit(self) -> Visit:
        """Return a visit of this moment."""
        self.updates += 1
        user, is_new = users.visit(self.connection, ANA, "en", self.now)
        return Visit(
            connection=self.connection,
            user=user,
            is_new=is_new,
            now=self.now,
            update_id=self.updates,
            library=self.library,
        )

    def do(self, use_case: Callable[..., Any], *details: Any) -> Any:
        """Run a use case, all or nothing; what a learner cannot do now is not done."""
        visit = self.visit()
        try:
            with self.connection.begin_nested():
                return use_case(visit, *details)
        except TutorError:
            return None


@pytest.fixture(scope="session")
def content() -> Library:
    return shipped.library()


@pytest.fixture(scope="module")
def opened(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, content: Library
) -> Iterator[Callable[..., Any]]:
    path = tmp_path_factory.mktemp("laws") / "tutor.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = engine_for(make_url(f"sqlite:///{path}"))

    @contextmanager
    def desk(now: datetime) -> Iterator[Desk]:
        with engine.connect() as connection:
            yield Desk(connection=connection, library=content, now=now)
            connection.rollback()

    yield desk
    engine.dispose()
