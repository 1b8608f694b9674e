"""The way from something being wrong to an admin's chat: remembered and queued in one transaction, so told once."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.claims import Announced, Claims
from bot.services import incidents
from bot.services.incidents import Change, Kind
from bot.views.reply import Reply
from storage import outbox, users
from storage.delivery_tables import OutboxMessage
from storage.engine import Database

FALLBACK_LANGUAGE = "en"

_log = logging.getLogger("tertulia.alarms")

Told = tuple[Sequence[Change], Sequence[OutboxMessage], Announced | None]


class Alarms:
    """Tells every admin what has begun and what is over; where there are no admins, the log does."""

    def __init__(
        self,
        database: Database,
        offer: Callable[[Sequence[OutboxMessage]], None],
        clock: Callable[[], datetime],
        *,
        claims: Claims,
        admin_ids: Collection[int],
        view: Callable[[Change, str], Reply],
    ) -> None:
        self._database = database
        self._offer = offer
        self._clock = clock
        self._claims = claims
        self._admin_ids = sorted(admin_ids)
        self._view = view
        self._suspected: frozenset[Kind] = frozenset()

    async def look(self, found: Mapping[Kind, str]) -> None:
        """Take what is wrong now; what is so at two looks running is told, for a start or a burst passes by itself."""
        confirmed = {kind: detail for kind, detail in found.items() if kind in self._suspected}
        self._suspected = frozenset(found)
        await self._tell(lambda connection, now: incidents.note(connection, confirmed, now))

    async def begin(self, kind: Kind, detail: str) -> None:
        """Tell at once that something is wrong; the detail must hold no secret."""
        await self._tell(lambda connection, now: incidents.note(connection, {kind: detail}, now))

    async def end(self, kind: Kind) -> None:
        """Tell that something is over, if it was told before."""
        await self._tell(lambda connection, now: incidents.end(connection, kind, now))

    async def _tell(self, use_case: Callable[[Connection, datetime], Sequence[Change]]) -> None:
        changes, rows, announced = await self._database.run(self._queue, use_case, self._clock())
        for change in changes:
            _log.warning("Incident %s: %s %s", "over" if change.over else "begun", change.kind, change.detail)
        ours = self._claims.accept(announced) if announced is not None else ()
        self._offer([row for row in rows if row.chat_id in ours])

    def _queue(
        self, connection: Connection, use_case: Callable[[Connection, datetime], Sequence[Change]], now: datetime
    ) -> Told:
        changes = use_case(connection, now)
        if not changes:
            return (), (), None
        drafts = []
        for admin_id in self._admin_ids:
            admin = users.get(connection, admin_id)
            native = admin.native if admin else FALLBACK_LANGUAGE
            drafts += [draft for change in changes for draft in self._view(change, native).drafts(admin_id)]
        if not drafts:
            return changes, (), None
        rows = outbox.put(connection, drafts, now)
        return changes, rows, self._claims.announce(connection, self._admin_ids, take=True)
