"""The doctor: every promise is looked over while the bot runs, and what follows from the rest is rebuilt on demand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from bot.operations.backup import reason
from storage import schema
from storage.connecting import engine_for
from storage.health.check import Check, Finding
from storage.health.examination import CHECKS, examine, mend
from storage.lockfile import LockedError, LockFile
from storage.schema import NewerDatabaseError


class DoctorError(Exception):
    """The database cannot be looked over; the one line says why."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a check came to, and what is left of it after the repair; without one, both are the same."""

    found: Finding
    left: Finding

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong any more."""
        return not self.left.count


def look_over(
    database_url: str, now: datetime, *, repair: bool = False, checks: Sequence[Check] = CHECKS
) -> Iterator[Told]:
    """Run every check and tell what it came to; with `repair`, mend what can be, one transaction a kind."""
    url = make_url(database_url)
    try:
        with _alone(url) if repair else nullcontext(), _opened(url, repair=repair) as engine:
            _is_ours(engine)
            for finding in examine(engine, now, checks):
                yield Told(found=finding, left=mend(engine, finding, now) if repair else finding)
    except (OSError, NewerDatabaseError, LockedError) as error:
        raise DoctorError(reason(error)) from None
    except DBAPIError as error:
        cause = error.orig if isinstance(error.orig, Exception) else error
        raise DoctorError(f"the database cannot be read: {reason(cause)}") from None


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    """Keep the bot out of an SQLite file meanwhile; on PostgreSQL the rows that are mended are locked."""
    if url.get_backend_name() == "sqlite" and Path(url.database or "").exists():
        with LockFile.beside(Path(url.database or "")):
            yield
    else:
        yield


@contextmanager
def _opened(url: URL, *, repair: bool) -> Iterator[Engine]:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise DoctorError(f"there is no database at {url.database}")
    engine = engine_for(url, reading=not repair)
    try:
        yield engine
    finally:
        engine.dispose()


def _is_ours(engine: Engine) -> None:
    found = schema.revision(engine)
    if found is None:
        raise DoctorError("the database holds no tables of Tertulia")
    if found != schema.newest():
        raise DoctorError("the database is of an older version, and is brought up to date when the bot starts")
