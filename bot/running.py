"""Running the bot until somebody ends it: on Telegram, or in a terminal."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from bot.app import App, Surroundings, cancelled
from bot.console.request import ROOT, TOKEN, ConsoleRequest
from bot.console.terminal import TypedLines, locale_language, open_console
from bot.delivery.budget import Budget
from bot.delivery.transport import AiohttpRequest
from bot.health import AddressTakenError, HealthServer
from bot.scenarios.library import SHIPPED, Library
from bot.settings import Settings
from scheduler.jobs import Clockwork
from storage import inbox
from storage.engine import Database

CONTENT = SHIPPED
FORCED = 130
Ending = Callable[[], Coroutine[Any, Any, Any]]

_log = logging.getLogger("tertulia")


def now() -> datetime:
    """Return the present instant; the one place where a clock is read."""
    return datetime.now(UTC)


async def run_on_telegram(settings: Settings) -> None:
    """Serve learners on Telegram until a signal comes; a second signal ends the process at once."""
    assert settings.telegram_token is not None  # noqa: S101 - the command line has checked it
    around = Surroundings(
        request=AiohttpRequest(),
        polling=AiohttpRequest(connections=2),
        root=settings.bot_api_url,
        token=settings.telegram_token.get_secret_value(),
        clock=now,
        budget=Budget(per_second=settings.send_per_second, per_chat=settings.send_per_chat),
        admin_ids=settings.admin_ids,
    )
    async with _opened(settings, "tertulia") as database:
        app = App(database, load_library(settings), replace(around, shares=database.shared))
        await _serve(app, await _listen(settings), settings, _stopped)


async def chat_in_terminal(settings: Settings) -> None:
    """Serve one learner at the terminal until they leave; the same bot, on a database of its own."""
    console = open_console()
    async with _opened(settings, "console") as database:
        request = ConsoleRequest(
            console,
            TypedLines(0, console),
            lambda: app.settled(),  # noqa: PLW0108 - the app is assembled only after its transport
            clock=now,
            first_update_id=await database.run(inbox.newest_id) + 1,
            language_code=locale_language(os.environ),
        )
        around = Surroundings(
            request=request,
            polling=request,
            root=ROOT,
            token=TOKEN,
            clock=now,
            random=Random(),  # noqa: S311 - spreads retries, guards nothing
            budget=Budget(per_second=0, per_chat=0),
            admin_ids=settings.admin_ids,
        )
        app = App(database, load_library(settings), around)
        console.print("Tertulia in your terminal. Type /start, answer by typing, press a button by its number.")
        console.print("/quit or Ctrl-D ends the chat.")
        health = await _listen(settings, needed=False)
        await _serve(app, health, settings, lambda: _first(request.ended.wait(), _stopped()))


def load_library(settings: Settings) -> Library:
    """Read the scenes that come with the program and the operator's own, saying which cannot be used."""
    library = Library.load(CONTENT, *([settings.content_dir] if settings.content_dir else []))
    for problem in library.problems:
        (_log.error if problem.fatal else _log.warning)("Content: %s", problem)
    return library


@asynccontextmanager
async def _opened(settings: Settings, name: str) -> AsyncIterator[Database]:
    database = Database(settings.database(name))
    try:
        await database.open()
        yield database
    finally:
        await database.close()


async def _serve(app: App, health: HealthServer | None, settings: Settings, ended: Ending) -> None:
    """Run all roles until `ended` comes back or the receiver gives up, then finish in order."""
    until = asyncio.create_task(ended())
    starting = asyncio.create_task(app.start())
    try:
        await asyncio.wait((until, starting), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            await _work(app, settings, until)
    finally:
        await cancelled(starting)
        await cancelled(until)
        await app.stop()
        if health is not None:
            await health.stop()


async def _work(app: App, settings: Settings, until: asyncio.Task[Any]) -> None:
    clockwork = Clockwork({"sweep": (app.sweep, settings.sweep_seconds)})
    together = asyncio.create_task(app.claims.run())
    receiving = asyncio.create_task(app.claims.lead(app.receiver.run))
    ticking = asyncio.create_task(app.claims.lead(lambda: _tick(clockwork)))
    announcing = asyncio.create_task(app.announce())
    try:
        await asyncio.wait((until, receiving, ticking), return_when=asyncio.FIRST_COMPLETED)
        for task in (receiving, ticking):
            if task.done():
                task.result()
    finally:
        for task in (receiving, ticking, announcing, together):
            await cancelled(task)


async def _tick(clockwork: Clockwork) -> None:
    """Let the jobs tick until cancelled; what is running then is finished."""
    await clockwork.start()
    try:
        await asyncio.Event().wait()
    finally:
        await clockwork.stop()


async def _listen(settings: Settings, *, needed: bool = True) -> HealthServer | None:
    server = HealthServer(settings.listen)
    try:
        address = await server.start()
    except AddressTakenError as error:
        if needed and settings.listen_is_explicit:
            raise
        # In the terminal a busy default port is nobody's concern; a chosen one is worth a line.
        (_log.warning if settings.listen_is_explicit else _log.info)(
            "No health check: %s. TUTOR_LISTEN chooses another address.", error
        )
        return None
    _log.info("Health check at http://%s:%d/healthz", address.host, address.port)
    return server


async def _stopped() -> None:
    """Wait for SIGINT or SIGTERM; from then on another one ends the process with a failure."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()

    def stop() -> None:
        if stopping.is_set():
            os._exit(FORCED)
        stopping.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    await stopping.wait()
    _log.info("Stopping: finishing what was begun. A second signal ends it at once.")


async def _first(*waiting: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.create_task(one) for one in waiting]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            await cancelled(task)
