"""What leaves: strict order in a chat, replies before prompts before broadcasts overall, within the token's budget."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random

from aiolimiter import AsyncLimiter

from bot.delivery.backoff import pauses
from bot.delivery.chats import Chat, Chats
from bot.delivery.courier import Courier, Outcome
from bot.delivery.receipts import Receipts
from bot.delivery.transport import Api
from storage import outbox
from storage.delivery_tables import Action, OutboxMessage, OutboxStatus
from storage.engine import Database, is_outage
from storage.outbox import Receipt

PAGE = 500
CONNECTIONS = 64
LAST_RECEIPTS_SECONDS = 5.0

_log = logging.getLogger("tertulia.sender")


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How much may leave a second, overall and in one chat; 0 means: as much as Telegram lets through."""

    per_second: float = 30
    per_chat: float = 1


class Sender:
    """Sends committed rows and writes down what became of each; `idle` is set while nothing is left to do."""

    def __init__(
        self, api: Api, database: Database, clock: Callable[[], datetime], *, budget: Budget, random: Random
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._courier = Courier(api, database)
        self._receipts = Receipts(database, self._written, random=random)
        self._chats = Chats(budget.per_chat)
        self._limiter = AsyncLimiter(1, 1 / budget.per_second) if budget.per_second else None
        self._connections = asyncio.Semaphore(CONNECTIONS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def start(self) -> None:
        """Take up what an earlier run left unsent, then send whatever is offered."""
        after = 0
        while page := await self._database.run(outbox.unsent, after=after, limit=PAGE):
            after = page[-1].id
            self._expire_doubtful([row for row in page if row.status is OutboxStatus.SENDING])
            self.offer([row for row in page if row.status is not OutboxStatus.SENDING])
        self._spawn(self._pump())

    def offer(self, rows: Sequence[OutboxMessage]) -> None:
        """Take rows that were just committed; a pressed button is answered at once, outside every order."""
        self._expect(len(rows))
        for row in rows:
            if row.action is Action.ANSWER:
                self._spawn(self._answer(row))
            else:
                self._chats.add(row)

    async def drain(self, seconds: float) -> bool:
        """Wait until everything is sent; what is not in time stays for the next run."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.idle.wait(), seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._receipts.drain(LAST_RECEIPTS_SECONDS)
        return self.idle.is_set()

    async def _pump(self) -> None:
        while True:
            await self._connections.acquire()
            await self._chats.ready()
            if self._limiter is not None:
                await self._limiter.acquire()
            chat = self._chats.take()
            if chat is None:
                self._connections.release()
            else:
                self._spawn(self._send(chat))

    async def _send(self, chat: Chat) -> None:
        try:
            outcome = await self._attempt(chat.rows[0])
        finally:
            self._connections.release()
        if outcome.status is None:
            chat.waits = chat.waits or pauses(self._random)
            self._chats.release(chat, next(chat.waits) if outcome.wait is None else outcome.wait)
            return
        chat.waits = None
        self._conclude(chat.rows.popleft(), outcome)
        if outcome.unreachable:
            self._give_up(chat)
        self._chats.release(chat)

    async def _answer(self, row: OutboxMessage) -> None:
        for pause in pauses(self._random):
            outcome = await self._attempt(row)
            if outcome.status is not None:
                self._conclude(row, outcome)
                return
            await asyncio.sleep(pause if outcome.wait is None else outcome.wait)

    async def _attempt(self, row: OutboxMessage) -> Outcome:
        if row.expires_at is not None and row.expires_at <= self._clock():
            return Outcome(status=OutboxStatus.EXPIRED)
        try:
            return await (self._courier.carry(row) if row.prompt_id is None else self._carry_prompt(row))
        except Exception as error:  # noqa: BLE001 - one row must not stop the rest
            if is_outage(error):
                return Outcome(status=None)
            _log.error("Row %s cannot be sent: %s", row.id, type(error).__name__)
            return Outcome(status=OutboxStatus.DEAD, reason=type(error).__name__)

    async def _carry_prompt(self, row: OutboxMessage) -> Outcome:
        # Committed before it leaves: after a crash in between it is expired, never sent twice.
        await self._database.run(outbox.leaving, row.id)
        outcome = await self._courier.carry(row)
        if outcome.status is None:
            await self._database.run(outbox.settle, [self._receipt(row, OutboxStatus.PENDING)])
        return outcome

    def _conclude(self, row: OutboxMessage, outcome: Outcome) -> None:
        assert outcome.status is not None  # noqa: S101 - callers have seen that it is final
        receipt = self._receipt(row, outcome.status)
        self._receipts.add(receipt.model_copy(update={"message_id": outcome.message_id, "reason": outcome.reason}))
        if outcome.status is OutboxStatus.DEAD:
            _log.warning("Row %s will not be sent: %s", row.id, outcome.reason)

    def _give_up(self, chat: Chat) -> None:
        self._receipts.unreachable(chat.id)
        while chat.rows:
            self._conclude(chat.rows.popleft(), Outcome(status=OutboxStatus.DEAD, reason="unreachable"))

    def _expire_doubtful(self, rows: Sequence[OutboxMessage]) -> None:
        self._expect(len(rows))
        for row in rows:
            self._conclude(row, Outcome(status=OutboxStatus.EXPIRED, reason="ambiguous"))

    def _receipt(self, row: OutboxMessage, status: OutboxStatus) -> Receipt:
        return Receipt(id=row.id, status=status, at=self._clock(), prompt_id=row.prompt_id, forget=row.forget)

    def _expect(self, rows: int) -> None:
        self._open += rows
        if self._open:
            self.idle.clear()

    def _written(self, rows: int) -> None:
        self._open -= rows
        if not self._open:
            self.idle.set()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
