"""What leaves: strict order in a chat, replies before prompts before broadcasts overall, within the token's budget."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from random import Random

from bot.delivery.backoff import pauses
from bot.delivery.budget import Budget, allowance
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
ROWS_REMEMBERED = 2_000

_log = logging.getLogger("tertulia.sender")


class Sender:
    """Sends committed rows and writes down what became of each; `idle` is set while nothing is left to do."""

    def __init__(
        self,
        api: Api,
        database: Database,
        clock: Callable[[], datetime],
        *,
        budget: Budget,
        random: Random,
        concluded: Callable[[OutboxMessage, Receipt], None] = lambda _row, _receipt: None,
    ) -> None:
        self._concluded = concluded
        self._database = database
        self._clock = clock
        self._random = random
        self._courier = Courier(api, database)
        self._receipts = Receipts(database, self._written, random=random, within=budget.receipts_within)
        self._chats = Chats(budget.per_chat)
        self._allowance = allowance(budget, database)
        self._connections = asyncio.Semaphore(CONNECTIONS)
        self._tasks: set[asyncio.Task[None]] = set()
        # Rows in hand with their chats: what is read from the tables again must not be sent again.
        self._in_hand: dict[int, int] = {}
        self._rows_of: Counter[int] = Counter()
        self._written_lately: dict[int, None] = {}
        self._unreceipted: dict[int, Chat] = {}
        self.idle = asyncio.Event()
        self.idle.set()

    async def resume(self) -> None:
        """Take up everything that an earlier run left unsent, whatever the chat."""
        after = 0
        while page := await self._database.run(outbox.unsent, after=after, limit=PAGE):
            after = page[-1].id
            self.offer(page)

    async def start(self) -> None:
        """Send whatever is offered from now on."""
        self._spawn(self._pump())

    def serves(self, chat_id: int) -> bool:
        """Tell whether anything of a chat is unsent, or sent without a written receipt."""
        return self._rows_of[chat_id] > 0

    def offer(self, rows: Sequence[OutboxMessage]) -> None:
        """Take committed rows that are not in hand yet; a pressed button is answered at once, outside every order."""
        for row in rows:
            if row.id in self._in_hand or row.id in self._written_lately:
                continue
            self._expect(row)
            if row.status is OutboxStatus.SENDING:
                # A crash came between the commit and the answer: nobody knows whether it arrived.
                self._conclude(row, Outcome(status=OutboxStatus.EXPIRED, reason="ambiguous"))
            elif row.action is Action.ANSWER:
                self._spawn(self._answer(row))
            elif self._chats.add(row).unreceipted:
                self._receipts.hurry()

    def forget(self) -> None:
        """Leave what is not under way to whoever serves the chats from now on."""
        for row in self._chats.forget():
            self._let_go(row.id)

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
            await self._acquire()
            chat = self._chats.take()
            if chat is None:
                self._connections.release()
            else:
                self._spawn(self._send(chat))

    async def _acquire(self) -> None:
        for pause in pauses(self._random):
            try:
                await self._allowance.acquire()
            except Exception as error:  # noqa: BLE001 - a shared budget is kept in the database, which may be away
                _log.warning("The sending budget cannot be read (%s).", type(error).__name__)
                await asyncio.sleep(pause)
            else:
                return

    async def _send(self, chat: Chat) -> None:
        try:
            outcome = await self._attempt(chat.rows[0])
        finally:
            self._connections.release()
        if outcome.gone or (outcome.status is None and chat.left):
            self._let_go(chat.rows.popleft().id)
            self._chats.release(chat)
            return
        if outcome.status is None:
            chat.waits = chat.waits or pauses(self._random)
            self._chats.release(chat, next(chat.waits) if outcome.wait is None else outcome.wait)
            return
        chat.waits = None
        row, chat.sending = chat.rows.popleft(), False
        # Its next row waits for the receipt: so a crash leaves one message of a chat at most that may come twice.
        self._unreceipted[row.id], chat.unreceipted = chat, True
        self._conclude(row, outcome)
        if chat.rows:
            self._receipts.hurry()
        if outcome.unreachable:
            self._give_up(chat)

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
        if not await self._database.run(outbox.leaving, row.id):
            return Outcome(status=None, gone=True)
        outcome = await self._courier.carry(row)
        if outcome.status is None:
            await self._database.run(outbox.settle, [self._receipt(row, OutboxStatus.PENDING, outcome)])
        return outcome

    def _conclude(self, row: OutboxMessage, outcome: Outcome) -> None:
        assert outcome.status is not None  # noqa: S101 - callers have seen that it is final
        receipt = self._receipt(row, outcome.status, outcome)
        self._receipts.add(receipt)
        self._concluded(row, receipt)
        if outcome.status is OutboxStatus.DEAD:
            _log.warning("Row %s will not be sent: %s", row.id, outcome.reason)

    def _give_up(self, chat: Chat) -> None:
        self._receipts.unreachable(chat.id)
        while chat.rows:
            self._conclude(chat.rows.popleft(), Outcome(status=OutboxStatus.DEAD, reason="unreachable"))

    def _receipt(self, row: OutboxMessage, status: OutboxStatus, outcome: Outcome) -> Receipt:
        return Receipt(
            id=row.id,
            status=status,
            at=self._clock(),
            message_id=outcome.message_id,
            reason=outcome.reason,
            prompt_id=row.prompt_id,
            forget=row.forget,
        )

    def _expect(self, row: OutboxMessage) -> None:
        self._in_hand[row.id] = row.chat_id
        self._rows_of[row.chat_id] += 1
        self.idle.clear()

    def _written(self, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            self._written_lately[receipt.id] = None
            chat = self._unreceipted.pop(receipt.id, None)
            if chat is not None:
                chat.unreceipted = False
                self._chats.release(chat)
            self._let_go(receipt.id)
        while len(self._written_lately) > ROWS_REMEMBERED:
            del self._written_lately[next(iter(self._written_lately))]

    def _let_go(self, row_id: int) -> None:
        chat_id = self._in_hand.pop(row_id, None)
        if chat_id is not None:
            self._rows_of[chat_id] -= 1
            if not self._rows_of[chat_id]:
                del self._rows_of[chat_id]
        if not self._in_hand:
            self.idle.set()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
