"""Several processes on one PostgreSQL database: each serves the chats it has claimed, one of them leads.

A chat is claimed as a whole, so that its updates are handled and its messages sent in order by one process. What is
stored for a chat of another process is told to it by a note; a look around once a second finds what a note missed, the
chats that nobody serves, and those of a process that died.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import psycopg
from sqlalchemy import Connection

from bot.delivery.backoff import pauses
from bot.delivery.claims import Announced
from bot.delivery.lanes import Lanes
from bot.delivery.sender import Sender
from storage import claims, inbox, outbox
from storage.claims import NOBODY, Claimed
from storage.connecting import is_outage, outage
from storage.delivery_tables import InboxUpdate, OutboxMessage
from storage.engine import Database
from storage.presence import Note, Presence

LOOK_SECONDS = 1.0
REST_SECONDS = 5.0  # how long an idle chat stays ours: the next message of a scene then needs no claim
STRAY = timedelta(seconds=2)
FAIR = 1.1  # how much more than its share a process may serve before it gives up idle chats to the others
TAKEN_AT_ONCE = 8  # so that one process cannot take everything that comes in at one moment
_HIGHEST_NUMBER = 2**31 - 1

_log = logging.getLogger("tertulia.crew")


@dataclass(kw_only=True, eq=False)
class _Held:
    """One chat of ours: the news we have seen, and since when nothing is left to do in it."""

    news: int
    idle_since: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one transaction does: chats let go, chats taken, and everything that waits in them brought."""

    me: int
    bring: frozenset[int] = frozenset()
    let_go: Claimed = field(default_factory=dict)
    around: bool = False
    cover: bool = False


@dataclass(frozen=True, kw_only=True)
class _Seen:
    let_go: frozenset[int]
    taken: int
    served: int
    held: Claimed
    undone: Sequence[InboxUpdate]
    unsent: Sequence[OutboxMessage]


class Crew:
    """This process's place among the others; it survives the loss of the database under a new number."""

    alone = False

    def __init__(self, database: Database, lanes: Lanes, sender: Sender, *, random: Random) -> None:
        self._database = database
        self._lanes = lanes
        self._sender = sender
        self._random = random
        self._presence = Presence(database.url, self._number())
        self._held: dict[int, _Held] = {}
        self._bring: set[int] = set()
        self._workers = 0
        self._served = 0
        self._cover = False
        self._awake = asyncio.Event()
        self._leads = asyncio.Event()
        self._follows = asyncio.Event()
        self._follows.set()

    def announce(self, connection: Connection, chats: Collection[int], *, take: bool = False) -> Announced:
        """Say in this transaction that something waits in chats; the process that serves one is told."""
        ours, fresh = claims.announce(connection, chats, me=self._presence.number, take_free=take or self._workers == 1)
        return Announced(ours=ours, fresh=fresh)

    def accept(self, announced: Announced) -> Collection[int]:
        """Hand on what is new in chats of which everything before is known; bring the rest from the tables."""
        direct = [chat for chat, news in announced.ours.items() if self._is_next(chat, news, announced.fresh)]
        self._ask_for(announced.ours.keys() - direct)
        return frozenset(direct)

    async def start(self) -> None:
        """Need nothing: what an earlier run left belongs to nobody, and is claimed."""

    async def run(self) -> None:
        """Serve for ever: whoever loses the database has lost its chats, and joins again under a new number."""
        while True:
            try:
                await self._serve()
            except (psycopg.Error, OSError) as error:
                _log.warning("The other processes cannot be seen (%s); trying again.", type(error).__name__)
            await self._stand_down()
            await asyncio.sleep(next(pauses(self._random)))

    async def lead(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do the work whenever this process leads, and stop it when it does not; an error of the work is raised."""
        while True:
            await self._leads.wait()
            working, following = asyncio.create_task(work()), asyncio.create_task(self._follows.wait())
            try:
                await asyncio.wait((working, following), return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    return working.result()
            finally:
                for task in (working, following):
                    task.cancel()
                await asyncio.gather(working, following, return_exceptions=True)

    async def stop(self) -> None:
        """Leave: our chats and the lead are free at once."""
        await self._stand_down()

    async def _serve(self) -> None:
        await self._presence.join()
        listening = asyncio.create_task(self._listen())
        try:
            while not listening.done():
                standing = await self._presence.look()
                self._workers = standing.workers
                self._set_lead(leads=standing.leads)
                await self._survey(around=True)
                await self._until_look(listening)
            await listening
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _until_look(self, listening: asyncio.Task[None]) -> None:
        """Answer notes until it is time to look around again."""
        end = asyncio.get_running_loop().time() + LOOK_SECONDS
        while not listening.done() and (left := end - asyncio.get_running_loop().time()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), left)
                await self._survey()

    async def _listen(self) -> None:
        async for note in self._presence.notes():
            self._hear(note)

    def _hear(self, note: Note) -> None:
        if note.worker == self._presence.number:
            self._ask_for(note.chats)
        elif note.worker == NOBODY:
            self._awake.set()

    async def _survey(self, *, around: bool = False) -> None:
        """Look, and look again at once while there is more to take than one process should take in one go."""
        while True:
            self._awake.clear()
            bring, self._bring = frozenset(self._bring), set()
            idle = self._idle() if around else {}
            look = _Look(
                me=self._presence.number,
                bring=bring,
                let_go={chat: held.news for chat, held in idle.items()},
                around=around,
                cover=around and self._cover,
            )
            try:
                seen = await self._database.run(_carry_out, look)
            except Exception as error:
                self._bring |= bring
                if not is_outage(error):
                    raise
                _log.warning("The database does not answer: %s. What waits is looked for again.", outage(error))
                return
            self._cover = self._cover and not around
            self._served = seen.served if around else self._served
            await self._take_up(seen, idle)
            if seen.taken < TAKEN_AT_ONCE:
                return
            around = False

    async def _take_up(self, seen: _Seen, idle: dict[int, _Held]) -> None:
        for chat in seen.let_go:
            if self._held.get(chat) is idle[chat]:
                del self._held[chat]
        for chat, news in seen.held.items():
            known = self._held.setdefault(chat, _Held(news=news))
            known.news, known.idle_since = max(known.news, news), None
        self._sender.offer(seen.unsent)
        await self._lanes.take(seen.undone)

    def _is_next(self, chat: int, news: int, fresh: frozenset[int]) -> bool:
        held = self._held.get(chat)
        if chat in fresh:
            self._held[chat] = _Held(news=news)
            return True
        if held is None or news != held.news + 1:
            return False
        held.news, held.idle_since = news, None
        return True

    def _idle(self) -> dict[int, _Held]:
        """Return the chats in which nothing has been left to do for a while; above our share, for a moment."""
        now, surplus = asyncio.get_running_loop().time(), self._surplus()
        idle: dict[int, _Held] = {}
        for chat, held in self._held.items():
            if self._lanes.serves(chat) or self._sender.serves(chat):
                held.idle_since = None
                continue
            held.idle_since = held.idle_since or now
            if now - held.idle_since >= REST_SECONDS or len(idle) < surplus:
                idle[chat] = held
        return idle

    def _surplus(self) -> int:
        """Return how many chats we serve above our share."""
        if self._workers <= 1:
            return 0
        share = max(self._served, len(self._held)) / self._workers
        return max(0, len(self._held) - int(FAIR * share) - 1)

    def _ask_for(self, chats: Collection[int]) -> None:
        if chats:
            self._bring.update(chats)
            self._awake.set()

    def _set_lead(self, *, leads: bool) -> None:
        if leads and not self._leads.is_set():
            _log.info("This process leads: what only one may do, such as prompting, is its task.")
            self._cover = True
        (self._leads.set if leads else self._leads.clear)()
        (self._follows.clear if leads else self._follows.set)()

    async def _stand_down(self) -> None:
        """Forget what is not begun: from this moment another process may serve it."""
        self._set_lead(leads=False)
        self._held.clear()
        self._bring.clear()
        self._lanes.forget()
        self._sender.forget()
        await self._presence.leave()
        self._presence = Presence(self._database.url, self._number())

    def _number(self) -> int:
        return self._random.randint(1, _HIGHEST_NUMBER)


def _carry_out(connection: Connection, look: _Look) -> _Seen:
    if look.around:
        claims.free_dead(connection)
    if look.cover:
        claims.cover(connection)
    let_go = claims.let_go(connection, look.me, look.let_go) if look.let_go else frozenset()
    taken = claims.take(connection, look.me, TAKEN_AT_ONCE)
    bring = look.bring | (claims.strays(connection, look.me, STRAY) if look.around else frozenset())
    held = {**(claims.news(connection, look.me, bring) if bring else {}), **taken}
    return _Seen(
        let_go=let_go,
        taken=len(taken),
        served=claims.count(connection) if look.around else 0,
        held=held,
        undone=inbox.undone_of(connection, held) if held else (),
        unsent=outbox.unsent_of(connection, held) if held else (),
    )
