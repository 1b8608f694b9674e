"""Learners: settings that the clock can work with, and typed text that goes to something still standing."""

from collections.abc import Iterator, Sequence

from sqlalchemy import String, and_, cast, or_, select, update
from sqlalchemy.sql import ColumnElement, FromClause

from scheduler import calendar
from scheduler.memory import RETENTION_MAX, RETENTION_MIN
from storage.health.check import Check, Look, rows, streamed
from storage.memory_tables import Question, QuestionStatus
from storage.rows import table
from storage.runs import UNFINISHED
from storage.tables import LearningSession, ScenarioRun, SessionType, User

_LAST_HOUR = 23

_users = table(User)
_runs = table(ScenarioRun)
_questions = table(Question)
_sessions = table(LearningSession)
_hours = {"prompt_hour": 9, "quiet_starts": 21, "quiet_ends": 8}


def _impossible(name: str) -> ColumnElement[bool]:
    return ~_users.c[name].between(0, _LAST_HOUR)


_retention = ~_users.c.desired_retention.between(RETENTION_MIN, RETENTION_MAX)


def _strange_zones(look: Look) -> Sequence[str]:
    """Return the zones that learners have and this machine does not know."""
    return [zone for zone in look.connection.execute(select(_users.c.zone).distinct()).scalars() if not _known(zone)]


def _known(zone: str) -> bool:
    try:
        calendar.zone(zone)
    except ValueError:
        return False
    return True


def _unusable(look: Look) -> Iterator[int | str]:
    strange = _users.c.zone.in_(_strange_zones(look))
    yield from streamed(look, select(_users.c.id).where(or_(strange, _retention, *map(_impossible, _hours))))


def _as_at_first(look: Look) -> None:
    """Set what cannot be worked with back to what everybody begins with; the zone is to be confirmed again."""
    strange = _users.c.zone.in_(_strange_zones(look))
    look.connection.execute(update(_users).where(strange).values(zone="UTC", zone_confirmed=False, clock_asked=False))
    look.connection.execute(update(_users).where(_retention).values(desired_retention=0.9))
    for name, hour in _hours.items():
        look.connection.execute(update(_users).where(_impossible(name)).values({name: hour}))


def _leads_nowhere(kind: str, to: FromClause, *stands: ColumnElement[bool]) -> ColumnElement[bool]:
    named = _users.c.awaiting == f"{kind}:" + cast(to.c.id, String)
    held = select(to.c.id).where(to.c.user_id == _users.c.id, named, *stands)
    return and_(_users.c.awaiting.startswith(f"{kind}:", autoescape=True), ~held.exists())


_unanswerable = or_(
    _leads_nowhere("run", _runs, _runs.c.status.in_(UNFINISHED)),
    _leads_nowhere("question", _questions, _questions.c.status == QuestionStatus.OPEN),
    _leads_nowhere("drill", _sessions, _sessions.c.session_type == SessionType.CONTENT_STUDY),
)


def _await_nothing(look: Look) -> None:
    look.connection.execute(update(_users).where(_unanswerable).values(awaiting=None))


CHECKS = (
    Check(name="settings", broken="learners with settings no clock can work with", find=_unusable, repair=_as_at_first),
    Check(
        name="awaiting",
        broken="learners whose typed text would go to what is over, or not theirs",
        find=rows(select(_users.c.id).where(_unanswerable)),
        repair=_await_nothing,
    ),
)
