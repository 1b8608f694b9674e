"""A bot of a few lines on the whole of delivery: it repeats what is said, and obeys a few words that make it fail."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection
from telegram import Update
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from bot.delivery.budget import Budget
from bot.delivery.claims import Solo
from bot.delivery.dispatch import AnyApplication, Dispatch, build_application
from bot.delivery.exchange import Exchange, Wording
from bot.delivery.intake import Intake
from bot.delivery.lanes import Lanes
from bot.delivery.receiver import Receiver
from bot.delivery.sender import Sender
from bot.delivery.transport import Api
from bot.errors import StaleButtonError, TutorError
from bot.views.reply import Button, Reply
from storage.engine import Database
from storage.tables import User
from tests.clock import FixedClock
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram
from tests.journeys.learner import World


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What the tiny use cases receive."""

    connection: Connection
    user: User
    now: datetime
    update_id: int


class BugError(Exception):
    """A bug of ours."""


class Tiny:
    """All parts together, as bot/app.py puts them together, with one handler."""

    def __init__(
        self, fake: FakeTelegram, database: Database, clock: FixedClock, *, budget: Budget, latency: float = 0.0
    ) -> None:
        chance = Random(7)
        self.handled: list[tuple[int, str]] = []
        self.hook: Callable[[str], None] = lambda _text: None
        request, polling = FakeRequest(fake, latency=latency), FakeRequest(fake)
        self.api = Api(request, polling, ROOT, fake.token)
        self.database = database
        self.fake = fake
        self.sender = Sender(self.api, database, clock, budget=budget, random=chance)
        self.exchange: Exchange[Visit, str] = Exchange(
            database,
            clock,
            self.sender.offer,
            visits=lambda connection, user, _new, now, update_id: Visit(
                connection=connection, user=user, now=now, update_id=update_id
            ),
            wording=Wording(
                texts_for=str, error_view=_kindly, apology=lambda _texts: Reply(text="Sorry, that failed.")
            ),
        )
        application = build_application(request, polling, ROOT, fake.token)
        self.dispatch = Dispatch(application, self.exchange, register=self._register, random=chance)
        self.lanes = Lanes(self.dispatch.handle, random=chance)
        self.claims = Solo(database, self.lanes, self.sender)
        self.receiver = Receiver(self.api, Intake(database, self.claims, self.lanes, clock), random=chance)
        self._task: asyncio.Task[None] | None = None
        self.world = World(fake, self.settled)

    async def start(self) -> None:
        """Start in the order that loses nothing: what must go out, what came in, then the receiver."""
        await self.dispatch.start()
        await self.sender.start()
        await self.claims.start()
        self._task = asyncio.create_task(self.receiver.run())

    async def stop(self) -> None:
        """Stop at once, as a crash would."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.lanes.drain(0)
        await self.sender.drain(0)
        await self.dispatch.stop()

    async def settled(self) -> None:
        """Wait until everything received is handled and everything queued is sent."""
        await self.lanes.idle.wait()
        await self.sender.idle.wait()

    def _register(self, application: AnyApplication) -> None:
        application.add_handler(CommandHandler("start", self._on_start))
        application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, self._on_text))
        application.add_handler(CallbackQueryHandler(self._on_button))
        application.add_handler(ChatMemberHandler(self._on_member))

    async def _on_start(self, update: Update, _context: object) -> None:
        await self.exchange.reply(update, lambda visit: visit.user.native, view=lambda native, _: Reply(text=native))

    async def _on_text(self, update: Update, _context: object) -> None:
        assert update.message is not None
        await self.exchange.reply(update, self._hear, update.message.text, view=_say)

    async def _on_button(self, update: Update, _context: object) -> None:
        assert update.callback_query is not None
        await self.exchange.reply(update, self._hear, update.callback_query.data, view=_say)

    async def _on_member(self, update: Update, _context: object) -> None:
        """Take no notice: the update is then marked done all the same."""

    def _hear(self, visit: Visit, text: str) -> str:
        self.hook(text)
        if text == "stale":
            raise StaleButtonError
        if text == "bug":
            raise BugError("the learner said 'secret words'")
        self.handled.append((visit.user.id, text))
        return text


def _kindly(error: TutorError, _texts: str) -> Reply:
    return Reply(text=f"Kindly: {type(error).__name__}")


def _say(text: str, _texts: Any) -> Sequence[Reply]:
    """Repeat; a few words ask for a button, an edit, a stripped keyboard or a toast."""
    if text == "button":
        return (Reply(text="Press", keyboard=((Button(text="Press me", data="pressed"),),), slot="screen"),)
    if text == "pressed":
        return (Reply(text="Was pressed", slot="screen", edit=True, toast="Thanks"),)
    if text == "away":
        return (Reply(text="Gone", strip="screen"),)
    return (Reply(text=f"You said {text}"),)
