"""The sweep's way to learners: each is settled in one transaction, and what is to be sent is committed with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.delivery.claims import Announced, Claims
from bot.views.reply import Reply
from scheduler.reminders import Action
from storage import outbox, prompts, users
from storage.delivery_tables import OutboxMessage
from storage.engine import Database
from storage.tables import User


class Settled(Protocol):
    """What a use case decided about one learner."""

    @property
    def action(self) -> Action:
        """Return what is done about them."""


class Prompter:
    """The desk of `scheduler.reminders.sweep`, over this database and this sender."""

    def __init__(
        self,
        database: Database,
        offer: Callable[[Sequence[OutboxMessage]], None],
        *,
        claims: Claims,
        visits: Callable[[Connection, User, bool, datetime, int], Any],
        use_case: Callable[[Any], Settled],
        view: Callable[[Any, str], Sequence[Reply]],
    ) -> None:
        self._database = database
        self._offer = offer
        self._claims = claims
        self._visits = visits
        self._use_case = use_case
        self._view = view

    async def claim(self, now: datetime, limit: int) -> Sequence[int]:
        """Return the learners whose instant has come."""
        return await self._database.run(prompts.due_users, now, limit)

    async def settle(self, user_id: int, now: datetime) -> Action:
        """Decide about one learner and queue what follows from it."""
        action, rows, announced = await self._database.run(self._settle, user_id, now)
        if announced is not None and user_id in self._claims.accept(announced):
            self._offer(rows)
        return action

    def _settle(
        self, connection: Connection, user_id: int, now: datetime
    ) -> tuple[Action, Sequence[OutboxMessage], Announced | None]:
        user = users.locked(connection, user_id)
        if user is None:
            return Action.SKIP, (), None
        visit = self._visits(connection, user, False, now, 0)  # noqa: FBT003 - the order the exchange uses as well
        result = self._use_case(visit)
        drafts = [draft for reply in self._view(result, user.native) for draft in reply.drafts(user_id)]
        if not drafts:
            return result.action, (), None
        rows = outbox.put(connection, drafts, now)
        return result.action, rows, self._claims.announce(connection, [user_id], take=True)
