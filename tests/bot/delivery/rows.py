"""The two queues as tests look at them: every row, oldest first; and a database that will not take a batch."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage import inbox
from storage.delivery_tables import InboxUpdate, OutboxMessage
from storage.rows import every, table


def inbox_rows(connection: Connection) -> Sequence[InboxUpdate]:
    """Return the inbox."""
    updates = table(InboxUpdate)
    return every(InboxUpdate, connection.execute(select(updates).order_by(updates.c.update_id)))


def outbox_rows(connection: Connection) -> Sequence[OutboxMessage]:
    """Return the outbox."""
    outbox = table(OutboxMessage)
    return every(OutboxMessage, connection.execute(select(outbox).order_by(outbox.c.id)))


def storing_fails(monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Let the database refuse so many batches of updates, whoever stores them."""
    failures = iter([True] * times)

    def refusing(store: Callable[..., Any]) -> Callable[..., Any]:
        def refused(*args: Any) -> Any:
            if next(failures, False):
                raise OSError
            return store(*args)

        return refused

    for name in ("accept", "keep"):
        monkeypatch.setattr(inbox, name, refusing(getattr(inbox, name)))
