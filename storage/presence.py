"""A worker among others on one PostgreSQL database: known while it lives, leading if it holds the leader's lock.

Both are advisory locks of one open transaction, so that they end with the process however it ends, and so that they
hold behind a pooler that hands out connections by the transaction. Notes (LISTEN) come on a second connection; a pooler
may swallow them, which is why everybody looks by themselves once a second as well.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from storage.claims import CHANNEL, WORKERS
from storage.connecting import PROMPTLY

LEADER = 7_237_419  # any fixed number, but another one than the migration's lock
_WORKERS_ALIVE = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a worker is at this moment: the leader or not, and how many there are."""

    leads: bool
    workers: int


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something waits in chats of a worker; the worker 0 means: in chats that nobody serves yet."""

    worker: int
    chats: tuple[int, ...]


class Presence:
    """One worker's place; `psycopg.OperationalError` from any call means that it has lost it."""

    def __init__(self, url: str, number: int) -> None:
        self._url = url
        self.number = number
        self._place: psycopg.AsyncConnection[Any] | None = None
        self._ear: psycopg.AsyncConnection[Any] | None = None

    async def join(self) -> None:
        """Become known to the others, and hear what they say from now on."""
        self._ear = await psycopg.AsyncConnection.connect(self._url, autocommit=True, **PROMPTLY)
        await self._ear.execute(f"LISTEN {CHANNEL}".encode())
        self._place = await psycopg.AsyncConnection.connect(self._url, **PROMPTLY)
        await self._place.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if not await self._ask("SELECT pg_try_advisory_xact_lock(%s, %s)", WORKERS, self.number):
            raise psycopg.OperationalError("another worker has this number")

    async def look(self) -> Standing:
        """Ask for the leader's lock, and count who is there."""
        leads = bool(await self._ask("SELECT pg_try_advisory_xact_lock(%s)", LEADER))
        return Standing(leads=leads, workers=int(await self._ask(_WORKERS_ALIVE, WORKERS)))

    async def notes(self) -> AsyncIterator[Note]:
        """Yield what other workers tell, for as long as the connection lives."""
        assert self._ear is not None  # noqa: S101 - joined before
        async for said in self._ear.notifies():
            note = _read(said.payload)
            if note is not None:
                yield note

    async def leave(self) -> None:
        """Give up the place; both locks are free at once."""
        for connection in (self._place, self._ear):
            if connection is not None:
                with suppress(psycopg.Error, OSError):
                    await asyncio.wait_for(connection.close(), 2)
        self._place = self._ear = None

    async def _ask(self, query: str, *values: int) -> Any:
        assert self._place is not None  # noqa: S101 - joined before
        row = await (await self._place.execute(query.encode(), values)).fetchone()
        return row[0] if row else None


def _read(payload: str) -> Note | None:
    worker, _, chats = payload.partition(":")
    try:
        return Note(worker=int(worker), chats=tuple(int(chat) for chat in chats.split(",") if chat))
    except ValueError:
        return None  # somebody else's use of the channel
