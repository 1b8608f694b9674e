"""How the two queues and the reminders stand: the few figures an operator's alarms go by, in cheap reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from storage.delivery_tables import InboxStatus, InboxUpdate, OutboxMessage, OutboxStatus, Priority
from storage.memory_tables import PromptSchedule
from storage.rows import table

_inbox, _outbox, _schedule = table(InboxUpdate), table(OutboxMessage), table(PromptSchedule)
# What has run out is not waited for; it leaves the queue when its turn comes.
_current = or_(_outbox.c.expires_at.is_(None), _outbox.c.expires_at > bindparam("now"))
_undone = select(func.count(), func.min(_inbox.c.received_at)).where(_inbox.c.status == InboxStatus.NEW)
_unsent = select(
    func.count(),
    func.min(_outbox.c.created_at),
    func.min(_outbox.c.created_at).filter(_outbox.c.priority == Priority.REPLY),
).where(_outbox.c.status.in_((OutboxStatus.PENDING, OutboxStatus.SENDING)), _current)
_overdue = select(func.min(_schedule.c.next_at)).where(_schedule.c.next_at <= bindparam("now"))


@dataclass(frozen=True, kw_only=True)
class Queues:
    """How much waits, and since when the longest-waiting has; nothing waits where there is no instant."""

    undone: int
    undone_since: datetime | None
    unsent: int
    unsent_since: datetime | None
    reply_unsent_since: datetime | None
    prompt_due_since: datetime | None


def look(connection: Connection, now: datetime) -> Queues:
    """Return how the queues stand now."""
    undone, undone_since = connection.execute(_undone).one()
    unsent, unsent_since, reply_unsent_since = connection.execute(_unsent, {"now": now}).one()
    return Queues(
        undone=undone,
        undone_since=undone_since,
        unsent=unsent,
        unsent_since=unsent_since,
        reply_unsent_since=reply_unsent_since,
        prompt_due_since=connection.scalar(_overdue, {"now": now}),
    )
