"""The daily backup of a running bot: one a day across restarts, beside its work, reported when it fails."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.operations import shelf
from bot.operations.backup import SQLITE, BackupError, Made, Order, back_up
from bot.operations.postgres import StoppedError
from bot.operations.shelf import Series

LOOK_SECONDS = 900.0
_DAY = timedelta(days=1)

_log = logging.getLogger("tertulia")


async def _nobody(*_told: str) -> None:
    """Tell nobody but the log."""


@dataclass(frozen=True, kw_only=True)
class Reports:
    """Whom a daily backup is reported to: each failure with its reason, and each success."""

    on_failure: Callable[[str], Awaitable[None]] = _nobody
    on_success: Callable[[], Awaitable[None]] = _nobody


class DailyBackup:
    """Back an SQLite database up once a day; `tick` is called now and then and does nothing while there is no need."""

    def __init__(
        self,
        database_url: str,
        folder: Path,
        keep: int,
        clock: Callable[[], datetime],
        reports: Reports | None = None,
    ) -> None:
        self._stopping = threading.Event()
        self._order = Order(
            database_url=database_url,
            folder=folder,
            keep=keep,
            series=Series.DAILY,
            stopped=self._stopping.is_set,
        )
        self._clock = clock
        self._reports = reports or Reports()
        self._failed = False

    async def tick(self) -> None:
        """Make the day's backup if there is none yet; a cancelled one is broken off and leaves nothing behind."""
        now = self._clock()
        if not await asyncio.to_thread(self._is_due, now):
            return
        self._stopping.clear()
        try:
            await self._succeeded(await asyncio.to_thread(back_up, self._order, now))
        except BackupError as error:
            await self._fail(str(error))
        except StoppedError:
            _log.info("The daily backup was broken off; the next start makes it.")
        finally:
            # The thread outlives a cancelled task, and must not hold the end of the process up.
            self._stopping.set()

    def _is_due(self, now: datetime) -> bool:
        # One from the future was made before the clock was set back, and says nothing about this day.
        made = [each.at for each in shelf.kept(self._order.folder, Series.DAILY, SQLITE) if each.at <= now]
        return not made or now - made[-1] >= _DAY

    async def _succeeded(self, made: Made) -> None:
        _log.info("Daily backup: %s", made.path)
        self._failed = False
        await self._reports.on_success()

    async def _fail(self, detail: str) -> None:
        if not self._failed:
            _log.error("Daily backup: %s", detail)
        self._failed = True
        await self._reports.on_failure(detail)
