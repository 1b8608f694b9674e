"""How much may leave a second: what the token allows in all, kept by one process or shared by several."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from aiolimiter import AsyncLimiter

from storage import send_budget
from storage.engine import Database

# By how much one call may be longer on its way than another before more than a second's worth arrives in one second.
_SLACK_SECONDS = 0.1
_SHARE_SECONDS = 0.1  # how far ahead a process reserves: each reservation is a transaction, and an unused one is lost


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How much may leave a second, overall and in one chat; 0 means: as much as Telegram lets through.

    `receipts_within`: so many seconds what became of a message may wait for a transaction that somebody else needs.
    """

    per_second: float = 30
    per_chat: float = 1
    receipts_within: float = 0.02


class Allowance(Protocol):
    """The token's budget as the sender sees it."""

    async def acquire(self) -> None:
        """Wait until one more message may leave."""


class Unlimited:
    """No budget: only what Telegram says is obeyed."""

    async def acquire(self) -> None:
        """Wait for nothing."""


class SharedAllowance:
    """One budget for every process on a database; each reserves a few moments ahead of what it sends."""

    def __init__(self, database: Database, per_second: float) -> None:
        self._database = database
        self._interval = _interval(per_second)
        self._share = max(1, int(per_second * _SHARE_SECONDS))
        self._moments: list[float] = []

    async def acquire(self) -> None:
        """Wait for the next reserved moment; one that is past is lost, or it would crowd those of the others."""
        loop = asyncio.get_running_loop()
        while not self._moments or self._moments[0] < loop.time() - self._interval:
            wait = await self._database.run(send_budget.reserve, self._interval * self._share)
            self._moments = [loop.time() + wait + number * self._interval for number in range(self._share)]
        await asyncio.sleep(self._moments.pop(0) - loop.time())


def allowance(budget: Budget, database: Database) -> Allowance:
    """Return who keeps this budget: the database where several processes may share it."""
    if not budget.per_second:
        return Unlimited()
    if database.shared:
        return SharedAllowance(database, budget.per_second)
    return AsyncLimiter(1, _interval(budget.per_second))


def _interval(per_second: float) -> float:
    return (1 + _SLACK_SECONDS) / per_second
