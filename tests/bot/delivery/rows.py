"""Every row of the two queues, oldest first, as tests look at them."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.delivery_tables import InboxUpdate, OutboxMessage
from storage.rows import every, table


def inbox_rows(connection: Connection) -> Sequence[InboxUpdate]:
    """Return the inbox."""
    inbox = table(InboxUpdate)
    return every(InboxUpdate, connection.execute(select(inbox).order_by(inbox.c.update_id)))


def outbox_rows(connection: Connection) -> Sequence[OutboxMessage]:
    """Return the outbox."""
    outbox = table(OutboxMessage)
    return every(OutboxMessage, connection.execute(select(outbox).order_by(outbox.c.id)))
