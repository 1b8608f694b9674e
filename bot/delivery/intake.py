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
        """Store a batch in one transaction and hand on, in order, those that are new and ours; `room` is for later."""
        if not updates:
            return
        now = self._clock()
        once = {each.update_id: each for each in updates}
        rows = [inbox.row_of(once[each], now) for each in sorted(once)]
        if self._claims.alone:
            await self._store_behind(rows)
        else:
            unknown, announced = await self._database.run(self._store, tuple(once.values()), now)
            ours = self._claims.accept(announced)
            self._hand_on(row for row in rows if row.update_id in unknown and _place(row.chat_id) in ours)
        self._received(len(rows))

    async def _store_behind(self, rows: Sequence[InboxUpdate]) -> None:
        """Hand on first: what is played in the very transaction that stores the rest goes in as done, written once."""
        self._hand_on(rows)
        await asyncio.sleep(0)  # the lanes come before us in the group
        await self._database.run(inbox.keep, rows)

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
