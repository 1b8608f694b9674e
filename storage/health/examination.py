"""The whole examination: every check in its own transaction, read-only; repairs in one transaction a kind.

A new promise is one more `Check` in a module below; a row planted in tests/bot/operations shows that it is found.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import configure_mappers

from storage.connecting import repeated
from storage.delivery_tables import InboxUpdate, OutboxMessage
from storage.health import file, learners, memory, queues, references, reminders, scenes, sittings
from storage.health.check import Check, Finding, Look, look_for
from storage.rows import table
from storage.tables import User

# The order matters for repairs: settings before plans, cards before plans that follow from them.
CHECKS: tuple[Check, ...] = (
    *file.CHECKS,
    *references.CHECKS,
    *learners.CHECKS,
    *scenes.CHECKS,
    *sittings.CHECKS,
    *memory.CHECKS,
    *queues.CHECKS,
    *reminders.CHECKS,
)
_users, _inbox, _outbox = table(User), table(InboxUpdate), table(OutboxMessage)
# Each is the end of an index, so that the newest is found at once in a table of any size.
_SIGNS = (
    select(func.max(_users.c.last_seen_at)),
    select(_inbox.c.received_at).order_by(_inbox.c.update_id.desc()).limit(1),
    select(_outbox.c.created_at).order_by(_outbox.c.id.desc()).limit(1),
)


def examine(engine: Engine, now: datetime, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Run every check, each on a view of the tables that stands still, and tell what it came to."""
    configure_mappers()  # rows become values without the ORM's constructor, which would have done this
    for check in checks:
        with _reading(engine) as connection:
            finding = look_for(check, look_at(connection, now))
        yield finding  # outside: whoever is told may want the connection for a repair


def mend(engine: Engine, finding: Finding, now: datetime) -> Finding:
    """Rebuild what a finding found, and look again in the same transaction; nothing changes if that fails."""
    check, repair = finding.check, finding.check.repair
    if repair is None or not finding.count:
        return finding

    def transaction() -> Finding:
        with engine.begin() as connection:
            look = look_at(connection, now)
            repair(look)
            return look_for(check, look)

    return repeated(transaction)  # the bot may be at work meanwhile


def look_at(connection: Connection, now: datetime) -> Look:
    """Return a look at the tables with the last sign of life that is in them."""
    signs = [sign for newest in _SIGNS if (sign := connection.scalar(newest)) is not None]
    return Look(connection=connection, now=now, alive_at=min(now, max(signs, default=now)))


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection
