"""How updates are stored, whichever way they came: all of a batch in one transaction, each of them once."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.claims import Announced, Claims
from bot.delivery.lanes import Lanes
from storage import inbox
from storage.claims import NOBODY
from storage.delivery_tables import InboxUpdate
from storage.engine import Database
from storage.inbox import RawUpdate


class Intake:
    """The way into the inbox and on to the lanes, shared by polling and webhook."""

    def __init__(
        self,
        database: Database,
        claims: Claims,
        lanes: Lanes,
        clock: Callable[[], datetime],
        *,
        received: Callable[[int], None] = lambda _updates: None,
    ) -> None:
        self._database = database
        self._claims = claims
        self._lanes = lanes
        self._clock = clock
        self._received = received

    async def store(self, updates: Sequence[RawUpdate]) -> None:
        """Store a batch in one transaction and hand on, in order, those that are new and ours; `room` is for later.

        Where this process is alone they are handed on before they are stored, and may be answered in the very same
        transaction: what is not stored is not played either, since its inbox row is marked first of all.
        """
        if not updates:
            return
        now = self._clock()
        once = {each.update_id: each for each in updates}
        rows = {each: inbox.row_of(raw, now) for each, raw in sorted(once.items())}
        storing = asyncio.create_task(self._database.run(self._store, tuple(once.values()), now))
        if self._claims.alone:
            self._hand_on(rows.values())
        unknown, announced = await storing
        self._received(len(unknown))
        ours = self._claims.accept(announced)
        if not self._claims.alone:
            self._hand_on(row for each, row in rows.items() if each in unknown and _place(row.chat_id) in ours)

    async def room(self) -> None:
        """Wait while too many are waiting: the rest is safe where it is."""
        await self._lanes.room()

    def _hand_on(self, rows: Iterable[InboxUpdate]) -> None:
        for row in rows:
            self._lanes.submit(row)

    def _store(self, connection: Connection, updates: Sequence[RawUpdate], now: datetime) -> tuple[set[int], Announced]:
        unknown = inbox.accept(connection, updates, now)
        chats = {_place(each.chat_id) for each in updates if each.update_id in unknown}
        if not chats:
            return unknown, Announced(ours={}, fresh=frozenset())
        return unknown, self._claims.announce(connection, chats)


def _place(chat_id: int | None) -> int:
    return NOBODY if chat_id is None else chat_id
