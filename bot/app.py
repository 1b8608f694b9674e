"""The composition root: the only module that knows everybody, and the order in which they start and stop."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.context import Desk
from bot.delivery.dispatch import Dispatch, build_application
from bot.delivery.exchange import Exchange, Wording
from bot.delivery.lanes import Lanes
from bot.delivery.prompter import Prompter
from bot.delivery.receiver import Receiver
from bot.delivery.sender import Budget, Sender
from bot.delivery.transport import Api, kind
from bot.handlers.messages import register
from bot.scenarios.library import Library
from bot.services import housekeeping, prompting
from bot.services.prompting import Prompted
from bot.services.visit import Visit
from bot.views import notices, onboarding
from bot.views import review as review_view
from bot.views.reply import Reply
from bot.views.texts import SOURCE_LANGUAGE, Catalogues, Texts
from scheduler import reminders
from scheduler.reminders import Action
from storage.engine import Database
from storage.tables import User

LANES_SECONDS = 10.0
SENDER_SECONDS = 8.0
_CLEANING = timedelta(minutes=5)
_MOST_PAGES = 200  # in one go: a backlog must not keep the prompts waiting

_log = logging.getLogger("tertulia")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What differs between Telegram, a terminal and a test: transports, clock, chance and limits."""

    request: BaseRequest
    polling: BaseRequest
    root: str
    token: str
    clock: Callable[[], datetime]
    random: Random = field(default_factory=Random)
    budget: Budget = field(default_factory=Budget)
    admin_ids: frozenset[int] = frozenset()


class App:
    """The assembled bot: updates in, replies and reminders out."""

    def __init__(self, database: Database, library: Library, around: Surroundings) -> None:
        self.database = database
        self._library = library
        self._around = around
        self._catalogues = Catalogues.load()
        self._api = Api(around.request, around.polling, around.root, around.token)
        self.sender = Sender(self._api, database, around.clock, budget=around.budget, random=around.random)
        self._exchange = self._build_exchange()
        self._dispatch = self._build_dispatch()
        self.lanes = Lanes(self._dispatch.handle, random=around.random)
        self.receiver = Receiver(self._api, database, around.clock, self.lanes.take, random=around.random)
        self._prompter = self._build_prompter()
        self._cleaned_at: datetime | None = None

    async def start(self) -> None:
        """Take up what an earlier run left: undone updates are handled, unsent messages sent."""
        await self._dispatch.start()
        await self.sender.start()
        await self.lanes.replay(self.database)

    async def announce(self) -> None:
        """Tell Telegram that updates are polled for and which commands there are; failing at it stops nothing."""
        await self._try("deleteWebhook")
        for language in sorted(self._catalogues.languages()):
            described = onboarding.descriptions(self._catalogues.texts(language))
            commands = [{"command": name, "description": text} for name, text in described.items()]
            # The source language is what Telegram shows where it has none of the reader's own.
            own = {} if language == SOURCE_LANGUAGE else {"language_code": language}
            await self._try("setMyCommands", commands=commands, **own)

    async def settled(self) -> None:
        """Wait until every update taken so far is handled and every message is sent."""
        while not (self.lanes.idle.is_set() and self.sender.idle.is_set()):
            await self.lanes.idle.wait()
            await self.sender.idle.wait()

    async def sweep(self) -> None:
        """Tidy up what was left idle, then prompt whoever is due."""
        now = self._around.clock()
        await self._tidy(now, housekeeping.end_idle_sittings, housekeeping.park_idle_scenes)
        if self._cleaned_at is None or abs(now - self._cleaned_at) >= _CLEANING:
            self._cleaned_at = now
            await self._tidy(now, housekeeping.forget_updates, housekeeping.forget_messages)
        tally = await reminders.sweep(self._prompter, self._around.clock)
        if tally:
            _log.info("Prompts: %s", ", ".join(f"{action} {number}" for action, number in sorted(tally.items())))

    async def _tidy(self, now: datetime, *steps: Callable[[Connection, datetime], int]) -> None:
        """Run steps page by page, so that nobody's turn waits for more than a page; what is left over waits itself."""
        for step in steps:
            for _ in range(_MOST_PAGES):
                if await self.database.run(step, now) < housekeeping.PAGE:
                    break

    async def stop(self) -> None:
        """Finish what was begun and let go; what is not finished in time is safe where it is stored."""
        finished = await self.lanes.drain(LANES_SECONDS)
        sent = await self.sender.drain(SENDER_SECONDS)
        if not (finished and sent):
            _log.warning("Stopped with work left: the next start takes it up.")
        await self._dispatch.stop()
        # After a refused token python-telegram-bot was never initialised, and would leave the pools open.
        for pool in (self._around.request, self._around.polling):
            await pool.shutdown()

    async def _try(self, method: str, **params: Any) -> None:
        try:
            await self._api.call(method, **params)
        except TelegramError as error:
            _log.warning("Telegram did not take %s: %s", method, kind(error))

    def _build_exchange(self) -> Exchange[Visit, Texts]:
        wording = Wording(texts_for=self._catalogues.texts, error_view=notices.error, apology=notices.apology)
        return Exchange(self.database, self._around.clock, self.sender.offer, visits=self._visit, wording=wording)

    def _build_dispatch(self) -> Dispatch:
        around = self._around
        application = build_application(around.request, around.polling, around.root, around.token)
        desk = Desk(exchange=self._exchange, database=self.database, clock=around.clock, admin_ids=around.admin_ids)
        desk.put_on(application.bot_data)
        return Dispatch(application, self._exchange, register=register, random=around.random)

    def _build_prompter(self) -> Prompter:
        return Prompter(
            self.database, self.sender.offer, visits=self._visit, use_case=prompting.settle, view=self._prompt
        )

    def _visit(self, connection: Connection, user: User, is_new: bool, now: datetime, update_id: int) -> Visit:  # noqa: FBT001 - the exchange fixes the order
        return Visit(
            connection=connection, user=user, is_new=is_new, now=now, update_id=update_id, library=self._library
        )

    def _prompt(self, result: Prompted, native: str) -> Sequence[Reply]:
        texts = self._catalogues.texts(native)
        views: dict[Action, Callable[[Prompted, Texts], Reply]] = {
            Action.SEND: review_view.prompt,
            Action.GOODBYE: review_view.goodbye,
        }
        view = views.get(result.action)
        return [] if view is None else [view(result, texts)]


async def cancelled(task: asyncio.Task[Any]) -> None:
    """End a task and wait until it is gone."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
