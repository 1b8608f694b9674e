"""How updates are stored, whichever way they came: all of a batch in one transaction, each of them once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from storage import inbox
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.engine import Database
from storage.inbox import RawUpdate


class Intake:
    """The way into the inbox, shared by polling and webhook."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def store(self, updates: Sequence[RawUpdate]) -> Sequence[InboxUpdate]:
        """Store a batch in one transaction and return, in the order of their ids, those that were not known before."""
        if not updates:
            return ()
        now = self._clock()
        unknown = await self._database.run(inbox.accept, updates, now)
        return [
            InboxUpdate.model_construct(**each.model_dump(), status=InboxStatus.NEW, attempts=0, received_at=now)
            for each in sorted(updates, key=lambda update: update.update_id)
            if each.update_id in unknown
        ]
