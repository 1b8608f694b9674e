"""Running the bot until somebody ends it: on Telegram, or in a terminal."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from bot.addresses import HEALTH
from bot.app import App, Surroundings, cancelled
from bot.delivery.budget import Budget
from bot.delivery.transport import AiohttpRequest
from bot.delivery.webhook import Posts
from bot.measured import MeasuredDatabase
from bot.metrics import Metrics
from bot.operations.daily import LOOK_SECONDS, DailyBackup, Reports
from bot.preparing import prepare
from bot.scenarios.library import SHIPPED, Library
from bot.services.incidents import Kind
from bot.serving import AddressTakenError, Server
from bot.settings import Settings
from scheduler.jobs import Clockwork
from storage import inbox
from storage.engine import Database

if TYPE_CHECKING:
    from bot.console.request import ConsoleRequest

CONTENT = SHIPPED
FORCED = 130
WATCH_SECONDS = 60
RECEIPTS_WITHIN = 0.25  # after a crash a reply may come twice whose receipt was not written yet
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
        budget=Budget(
            per_second=settings.send_per_second, per_chat=settings.send_per_chat, receipts_within=RECEIPTS_WITHIN
        ),
        admin_ids=settings.admin_ids,
        posts=_posts(settings),
        data_dir=settings.data_dir,
        sweep_every=timedelta(seconds=settings.sweep_seconds),
    )
    await prepare(settings.database("tertulia"))
    async with _opened(settings, "tertulia", around.metrics) as database:
        app = App(database, load_library(settings), replace(around, shares=database.shared))
        # What was made so far stays for good: looking through it again would stop every turn for a tenth of a second.
        gc.collect()
        gc.freeze()
        # Turns make many values and no rings of them: a tenth of the CPU went into looking for rings.
        gc.set_threshold(50_000, 20, 20)
        server = await _listen(settings, app.routes(), shared=database.shared)
        jobs = {"sweep": (app.sweep, settings.sweep_seconds), "watch": (app.oversight.look, WATCH_SECONDS)}
        clockwork = Clockwork({**jobs, **_backups(app, settings)})
        around.metrics.watch("sweep_lag_seconds", "How late the jobs here are.", lambda: clockwork.lag)
        await _serve(app, server, clockwork, _stopped)


async def chat_in_terminal(settings: Settings) -> None:
    """Serve one learner at the terminal until they leave; the same bot, on a database of its own."""
    from bot.console.request import ConsoleRequest  # noqa: PLC0415 - a bot on Telegram needs no terminal
    from bot.console.terminal import TypedLines, locale_language, open_console  # noqa: PLC0415 - as above

    console = open_console()
    metrics = Metrics()
    async with _opened(settings, "console", metrics) as database:
        request = ConsoleRequest(
            console,
            TypedLines(0, console),
            lambda: app.settled(),  # noqa: PLW0108 - the app is assembled only after its transport
            clock=now,
            first_update_id=await database.run(inbox.newest_id) + 1,
            language_code=locale_language(os.environ),
        )
        app = App(database, load_library(settings), _at_terminal(request, settings, metrics))
        console.print("Tertulia in your terminal. Type /start, answer by typing, press a button by its number.")
        console.print("/quit or Ctrl-D ends the chat.")
        server = await _listen(settings, app.routes(), needed=False)
        clockwork = Clockwork({"sweep": (app.sweep, settings.sweep_seconds)})
        await _serve(app, server, clockwork, lambda: _first(request.ended.wait(), _stopped()))


def _at_terminal(request: "ConsoleRequest", settings: Settings, metrics: Metrics) -> Surroundings:
    from bot.console.request import ROOT, TOKEN  # noqa: PLC0415 - as above

    return Surroundings(
        request=request,
        polling=request,
        root=ROOT,
        token=TOKEN,
        clock=now,
        budget=Budget(per_second=0, per_chat=0),
        admin_ids=settings.admin_ids,
        metrics=metrics,
    )


def load_library(settings: Settings) -> Library:
    """Read the scenes that come with the program and the operator's own, saying which cannot be used."""
    library = Library.load(CONTENT, *([settings.content_dir] if settings.content_dir else []))
    for problem in library.problems:
        (_log.error if problem.fatal else _log.warning)("Content: %s", problem)
    return library


@asynccontextmanager
async def _opened(settings: Settings, name: str, metrics: Metrics) -> AsyncIterator[Database]:
    database = MeasuredDatabase(settings.database(name), metrics)
    try:
        await database.open()
        yield database
    finally:
        await database.close()


def _posts(settings: Settings) -> Posts | None:
    if settings.mode != "webhook" or settings.webhook_url is None:
        return None
    return Posts(url=settings.webhook_url, path=settings.webhook_path, secret=settings.webhook_token)


async def _serve(app: App, server: Server | None, clockwork: Clockwork, ended: Ending) -> None:
    """Run all roles until `ended` comes back or the receiver gives up, then finish in order."""
    until = asyncio.create_task(ended())
    starting = asyncio.create_task(app.start())
    try:
        await asyncio.wait((until, starting), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            _log.info("Ready.")
            await _work(app, clockwork, until)
    finally:
        await cancelled(starting)
        await cancelled(until)
        await app.stop()
        if server is not None:
            await server.stop()


async def _work(app: App, clockwork: Clockwork, until: asyncio.Task[Any]) -> None:
    together = asyncio.create_task(app.claims.run())
    receiving = asyncio.create_task(app.receive())
    ticking = asyncio.create_task(app.claims.lead(lambda: _tick(clockwork)))
    announcing = asyncio.create_task(app.announce())
    try:
        await asyncio.wait((until, receiving, ticking), return_when=asyncio.FIRST_COMPLETED)
        for task in (receiving, ticking):
            if task.done():
                task.result()
    finally:
        # Nothing more is taken in or begun; what is under way then ends in App.stop.
        await asyncio.gather(*map(cancelled, (receiving, ticking, announcing)), return_exceptions=True)
        await cancelled(together)


async def _tick(clockwork: Clockwork) -> None:
    """Let the jobs tick until cancelled; what is running then is finished."""
    await clockwork.start()
    try:
        await asyncio.Event().wait()
    finally:
        await clockwork.stop()


def _backups(app: App, settings: Settings) -> dict[str, tuple[Callable[[], Coroutine[Any, Any, None]], float]]:
    """Return the job that backs an SQLite file up once a day; PostgreSQL has ways of its own."""
    if app.database.shared or not settings.backups:
        return {}
    reports = Reports(
        on_failure=lambda detail: app.alarms.begin(Kind.BACKUP, detail),
        on_success=lambda: app.alarms.end(Kind.BACKUP),
    )
    daily = DailyBackup(settings.database("tertulia"), settings.backup_dir, settings.backups, now, reports)
    return {"backup": (daily.tick, LOOK_SECONDS)}


async def _listen(
    settings: Settings, routes: Sequence[Route], *, needed: bool = True, shared: bool = False
) -> Server | None:
    # Several processes of one machine may share an address, but only where they share the work.
    server = Server(settings.listen, routes, shared=shared)
    try:
        address = await server.start()
    except AddressTakenError as error:
        if needed and (settings.listen_is_explicit or settings.mode == "webhook"):
            raise
        # In the terminal a busy default port is nobody's concern; a chosen one is worth a line.
        (_log.warning if settings.listen_is_explicit else _log.info)(
            "No health check: %s. TUTOR_LISTEN chooses another address.", error
        )
        return None
    _log.info("Health check at http://%s:%d%s", address.host, address.port, HEALTH)
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
