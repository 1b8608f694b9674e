"""Which chat is next: a queue for each, at most one row of a chat under way, the most urgent ready chat first."""

import asyncio
import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from storage.delivery_tables import OutboxMessage

BURST = 5


@dataclass(kw_only=True, eq=False)
class Chat:
    """What waits for one chat; `busy` while its head is under way or held back, `sending` only in the first case.

    It is also held back while what was sent last is `unreceipted`.
    """

    id: int
    rows: deque[OutboxMessage] = field(default_factory=deque)
    busy: bool = False
    sending: bool = False
    unreceipted: bool = False
    left: bool = False
    # When its bucket will be full again, in the loop's time; it may run ahead by the burst.
    full_at: float = 0.0
    waits: Iterator[float] | None = None


class Chats:
    """The queues of all chats that have something to send or sent something a moment ago."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._chats: dict[int, Chat] = {}
        self._ready: list[tuple[int, int, Chat]] = []
        self._some_ready = asyncio.Event()
        self._order = count()

    def __len__(self) -> int:
        return len(self._chats)

    def add(self, row: OutboxMessage) -> Chat:
        """Put a row at the end of its chat's queue, and return that."""
        chat = self._chats.get(row.chat_id)
        if chat is None:
            chat = self._chats[row.chat_id] = Chat(id=row.chat_id)
        chat.rows.append(row)
        chat.left = False
        if not chat.busy:
            self._push(chat)
        return chat

    async def ready(self) -> None:
        """Wait until some chat may send."""
        await self._some_ready.wait()

    def take(self) -> Chat | None:
        """Return the most urgent chat that may send, now busy; its head is what to send."""
        taken = None
        while self._ready and taken is None:
            chat = heapq.heappop(self._ready)[2]
            # A chat is pushed again when something more urgent joins it, so an older entry may be spent.
            taken = None if chat.busy or not chat.rows else chat
        if not self._ready:
            self._some_ready.clear()
        if taken is not None:
            taken.busy = taken.sending = True
        return taken

    def release(self, chat: Chat, wait: float = 0.0) -> None:
        """Let a chat send again, not before `wait` seconds have passed and its own budget allows."""
        chat.sending = False
        # Counted when Telegram has certainly seen it: a call that was slow must not make the next ones come too soon.
        chat.full_at = max(chat.full_at, _now()) + self._interval
        held = max(wait, chat.full_at - (BURST - 1) * self._interval - _now())
        if held > 0:
            asyncio.get_running_loop().call_later(held, self._free, chat)
        else:
            self._free(chat)

    def forget(self) -> list[OutboxMessage]:
        """Drop and return every row that is not under way: another process sends it from now on."""
        dropped: list[OutboxMessage] = []
        for chat in self._chats.values():
            under_way = 1 if chat.sending else 0
            dropped.extend(list(chat.rows)[under_way:])
            chat.rows, chat.left = deque(list(chat.rows)[:under_way]), True
        return dropped

    def _free(self, chat: Chat) -> None:
        chat.busy = False
        if chat.rows:
            self._push(chat)
        elif chat.full_at <= _now():
            self._chats.pop(chat.id, None)
        else:
            # Kept until its bucket is full, or a new queue would start with a new burst.
            chat.busy = True
            asyncio.get_running_loop().call_at(chat.full_at, self._free, chat)

    def _push(self, chat: Chat) -> None:
        urgency = min(row.priority for row in chat.rows)
        heapq.heappush(self._ready, (urgency, next(self._order), chat))
        self._some_ready.set()


def _now() -> float:
    return asyncio.get_running_loop().time()
