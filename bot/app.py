"""The composition root: the only module that knows everybody, and the order in which they start and stop."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection
from starlette.routing import Route
from telegram.error import TelegramError

from bot.context import Desk
from bot.delivery.alarms import Alarms
from bot.delivery.budget import Budget
from bot.delivery.claims import Claims, Solo
from bot.delivery.contact import Contact
from bot.delivery.dispatch import Dispatch, build_application
from bot.delivery.exchange import Exchange, Wording
from bot.delivery.gathering import Gathering
from bot.delivery.intake import Intake
from bot.delivery.lanes import Lanes
from bot.delivery.prompter import Prompter
from bot.delivery.receiver import Receiver
from bot.delivery.registration import Registration
from bot.delivery.sender import Sender
from bot.delivery.transport import Api, QuietRequest, kind
from bot.delivery.webhook import Posts, Webhook
from bot.handlers.messages import register
from bot.health import FINE
from bot.metrics import Metrics
from bot.oversight import STOPPING, Oversight, Watched
from bot.scenarios.library import Library
from bot.services import housekeeping, prompting
from bot.services.prompting import Prompted
from bot.services.visit import Visit
from bot.views import incidents as incidents_view
from bot.views import notices, onboarding
from bot.views import review as review_view
from bot.views.reply import Reply
from bot.views.texts import SOURCE_LANGUAGE, Catalogues, Texts
from scheduler import reminders
from scheduler.reminders import Action
from storage.delivery_tables import InboxUpdate
from storage.engine import Database
from storage.tables import User

# All of a stop must fit into the 30 seconds that a container is given: see also Clockwork and Receipts.
DOOR_SECONDS = 3.0
LANES_SECONDS = 8.0
SENDER_SECONDS = 6.0
_CLEANING = timedelta(minutes=5)
_MOST_PAGES = 200  # in one go: a backlog must not keep the prompts waiting

_log = logging.getLogger("tertulia")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What differs between Telegram, a terminal and a test: transports, clock, chance and limits."""

    request: QuietRequest
    polling: QuietRequest
    root: str
    token: str
    clock: Callable[[], datetime]
    random: Random = field(default_factory=Random)
    budget: Budget = field(default_factory=Budget)
    admin_ids: frozenset[int] = frozenset()
    posts: Posts | None = None
    """Where Telegram brings updates to; without it they are asked for."""
    metrics: Metrics = field(default_factory=Metrics)
    data_dir: Path | None = None
    sweep_every: timedelta = timedelta(seconds=30)
    shares: bool = False
    """Whether other processes may serve learners on the same database: PostgreSQL only."""


class App:
    """The assembled bot: updates in, replies and reminders out."""

    def __init__(self, database: Database, library: Library, around: Surroundings) -> None:
        self.database = database
        self._library = library
        self._around = around
        self._catalogues = Catalogues.load()
        self._contact = Contact(around.metrics.called)
        self._api = Api(around.request, around.polling, around.root, around.token, called=self._contact.called)
        self.sender = Sender(
            self._api,
            database,
            around.clock,
            budget=around.budget,
            random=around.random,
            concluded=around.metrics.concluded,
        )
        self._exchange = self._build_exchange()
        self._dispatch = self._build_dispatch()
        self.lanes = Lanes(self._handle, random=around.random)
        self.claims = self._build_claims()
        self.intake = Intake(database, self.claims, self.lanes, around.clock, received=around.metrics.received)
        self._registration = Registration(self._api, random=around.random)
        self.receiver = Receiver(self._api, self.intake, random=around.random)
        self.webhook = self._build_webhook()
        self._prompter = self._build_prompter()
        self.alarms = self._build_alarms()
        self.oversight = self._build_oversight()
        self._cleaned_at: datetime | None = None

    async def start(self) -> None:
        """Take up what an earlier run left: undone updates are handled, unsent messages sent."""
        await self._dispatch.start()
        await self.sender.start()
        await self.claims.start()

    def routes(self) -> list[Route]:
        """Return what this process answers over HTTP: the operator's questions, and Telegram's posts."""
        posts = self._around.posts
        return [*self.oversight.routes(), *([self.webhook.route(posts.path)] if self.webhook and posts else [])]

    async def receive(self) -> None:
        """Take updates, asked for or brought, until cancelled; only a refused token ends it by itself."""
        posts = self._around.posts
        if self.webhook is None or posts is None:
            self.oversight.phase = FINE
            await self.claims.lead(self._poll)
            return
        self.webhook.open()
        try:
            self.oversight.phase = "Telegram has not taken the webhook yet"
            await self._registration.ask_for_posts(posts.url, posts.secret)
            self.oversight.phase = FINE
            await asyncio.Event().wait()
        finally:
            self.oversight.phase = STOPPING
            await self.webhook.close(DOOR_SECONDS)

    async def announce(self) -> None:
        """Tell Telegram which commands there are; failing at it stops nothing."""
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
        self.oversight.swept(tally)
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
        self.oversight.phase = STOPPING
        finished = await self.lanes.drain(LANES_SECONDS)
        sent = await self.sender.drain(SENDER_SECONDS)
        await self.claims.stop()
        if not (finished and sent):
            _log.warning("Stopped with work left: the next start takes it up.")
        await self._dispatch.stop()
        # After a refused token python-telegram-bot was never initialised, and would leave the pools open.
        for pool in (self._around.request, self._around.polling):
            await pool.shutdown()

    async def _poll(self) -> None:
        await self._registration.ask_for_polling()
        await self.receiver.run()

    async def _handle(self, row: InboxUpdate) -> bool:
        finished = await self._dispatch.handle(row)
        if finished:
            self._around.metrics.handled((self._around.clock() - row.received_at).total_seconds())
        return finished

    async def _try(self, method: str, **params: Any) -> None:
        try:
            await self._api.call(method, **params)
        except TelegramError as error:
            _log.warning("Telegram did not take %s: %s", method, kind(error))

    def _build_exchange(self) -> Exchange[Visit, Texts]:
        wording = Wording(texts_for=self._catalogues.texts, error_view=notices.error, apology=notices.apology)
        return Exchange(
            self.database,
            self._around.clock,
            self.sender.offer,
            visits=self._visit,
            wording=wording,
            transacted=self._around.metrics.transacted,
        )

    def _build_dispatch(self) -> Dispatch:
        around = self._around
        application = build_application(around.request, around.polling, around.root, around.token)
        desk = Desk(exchange=self._exchange, database=self.database, clock=around.clock, admin_ids=around.admin_ids)
        desk.put_on(application.bot_data)
        return Dispatch(application, self._exchange, register=register, random=around.random)

    def _build_claims(self) -> Claims:
        if self._around.shares:
            from bot.delivery.crew import Crew  # noqa: PLC0415 - PostgreSQL's driver is ten megabytes that SQLite needs not

            return Crew(self.database, self.lanes, self.sender, random=self._around.random)
        return Solo(self.database, self.lanes, self.sender)

    def _build_webhook(self) -> Webhook | None:
        if self._around.posts is None:
            return None
        gathering = Gathering(self.intake)
        return Webhook(gathering, self._around.posts.secret, heard=self._contact.heard)

    def _build_alarms(self) -> Alarms:
        return Alarms(
            self.database,
            self.sender.offer,
            self._around.clock,
            claims=self.claims,
            admin_ids=self._around.admin_ids,
            view=lambda change, native: incidents_view.change(change, self._catalogues.texts(native)),
        )

    def _build_oversight(self) -> Oversight:
        around = self._around
        watched = Watched(
            metrics=around.metrics,
            clock=around.clock,
            telegram=lambda: self._contact.is_there(self._api),
            data_dir=around.data_dir,
            sweep_every=around.sweep_every,
            refused=[problem.file for problem in self._library.problems if problem.fatal],
        )
        around.metrics.watch("lanes_backlog", "Updates on their way to a handler here.", lambda: self.lanes.waiting)
        return Oversight(self.database, self.alarms, watched)

    def _build_prompter(self) -> Prompter:
        return Prompter(
            self.database,
            self.sender.offer,
            claims=self.claims,
            visits=self._visit,
            use_case=prompting.settle,
            view=self._prompt,
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
