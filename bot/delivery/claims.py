"""Which chats this process serves: what the ways in and the ways out ask, whoever answers."""

from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.delivery.lanes import Lanes
from bot.delivery.sender import Sender
from storage.claims import NOBODY, Claimed
from storage.engine import Database


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What announcing chats said: those that are ours with their news, and those nobody knew of before."""

    ours: Claimed
    fresh: frozenset[int]


class Claims(Protocol):
    """The port; `announce` is called inside a transaction that stores something for chats, `accept` once it is kept."""

    @property
    def alone(self) -> bool:
        """Tell whether every chat is ours, and what is run later is committed later."""

    def announce(self, connection: Connection, chats: Collection[int], *, take: bool = False) -> Announced:
        """Say that something waits in chats; with `take` those that nobody serves become ours."""

    def accept(self, announced: Announced) -> Collection[int]:
        """Return the chats whose new rows may be handed on at once; what waits in the others is brought in order."""

    async def start(self) -> None:
        """Take up what an earlier run left."""

    async def run(self) -> None:
        """Keep in step with the other processes until cancelled."""

    async def lead(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do some work for as long as this process is the one that does it."""

    async def stop(self) -> None:
        """Let go of everything."""


class Solo:
    """One process on a database of its own: every chat is ours, and we lead."""

    def __init__(self, database: Database, lanes: Lanes, sender: Sender) -> None:
        self._database = database
        self._lanes = lanes
        self._sender = sender
        self.alone = not database.shared

    def announce(self, connection: Connection, chats: Collection[int], *, take: bool = False) -> Announced:
        """Say nothing to anybody."""
        return Announced(ours=dict.fromkeys(chats, NOBODY), fresh=frozenset(chats))

    def accept(self, announced: Announced) -> Collection[int]:
        """Hand on everything."""
        return announced.ours

    async def start(self) -> None:
        """Take up unsent messages, then undone updates, in the order they came."""
        await self._sender.resume()
        await self._lanes.replay(self._database)

    async def run(self) -> None:
        """Have nobody to keep in step with."""

    async def lead(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do the work."""
        await work()

    async def stop(self) -> None:
        """Hold nothing."""
