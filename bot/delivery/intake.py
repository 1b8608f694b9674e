"""How updates are stored, whichever way they came: all of a batch in one transaction, each of them once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.claims import Announced, Claims
from storage import inbox
from storage.claims import NOBODY
from storage.delivery_tables import InboxStatus, InboxUpdate
from storage.engine import Database
from storage.inbox import RawUpdate
from storage.rows import new


class Intake:
    """The way into the inbox, shared by polling and webhook."""

    def __init__(self, database: Database, claims: Claims, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._claims = claims
        self._clock = clock

    async def store(self, updates: Sequence[RawUpdate]) -> Sequence[InboxUpdate]:
        """Store a batch in one transaction; return those that are new and ours to handle, in order."""
        if not updates:
            return ()
        now = self._clock()
        once = {each.update_id: each for each in updates}
        unknown, announced = await self._database.run(self._store, tuple(once.values()), now)
        ours = self._claims.accept(announced)
        return [
            new(InboxUpdate, **asdict(once[update_id]), status=InboxStatus.NEW, received_at=now)
            for update_id in sorted(unknown)
            if _place(once[update_id]) in ours
        ]

    def _store(self, connection: Connection, updates: Sequence[RawUpdate], now: datetime) -> tuple[set[int], Announced]:
        unknown = inbox.accept(connection, updates, now)
        chats = {_place(each) for each in updates if each.update_id in unknown}
        if not chats:
            return unknown, Announced(ours={}, fresh=frozenset())
        return unknown, self._claims.announce(connection, chats)


def _place(update: RawUpdate) -> int:
    return NOBODY if update.chat_id is None else update.chat_id
