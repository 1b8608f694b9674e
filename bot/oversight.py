"""What watches the bot at work: answers for the operator's probes, and judgements for the admins' alarms."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from starlette.routing import Route

from bot.delivery.alarms import Alarms
from bot.health import Health
from bot.metrics import Metrics
from bot.pulse import Pulse
from bot.services import incidents
from scheduler.reminders import Action
from storage.engine import Database

STARTING, STOPPING = "starting", "stopping"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is looked at beside the queues."""

    metrics: Metrics
    clock: Callable[[], datetime]
    telegram: Callable[[], Awaitable[bool]]
    data_dir: Path | None
    sweep_every: timedelta
    refused: Sequence[str]


class Oversight:
    """Knows in which phase the process is, when it last swept, and how its queues and its disk stand."""

    def __init__(self, database: Database, alarms: Alarms, watched: Watched) -> None:
        self.phase = STARTING
        self._alarms = alarms
        self._watched = watched
        self._pulse = Pulse(database, watched.clock)
        self._swept_at = watched.clock()

    def routes(self) -> list[Route]:
        """Return the addresses at which an operator may ask."""
        watched = self._watched
        health = Health(
            self._pulse, watched.metrics, watched.clock, phase=lambda: self.phase, telegram=watched.telegram
        )
        return health.routes()

    def swept(self, tally: Mapping[Action, int]) -> None:
        """Note that a sweep is through, and what it decided."""
        self._swept_at = self._watched.clock()
        self._watched.metrics.decided(tally)

    async def look(self) -> None:
        """Judge whether anything is wrong that admins must hear of."""
        watched = self._watched
        readings = incidents.Readings(
            queues=await self._pulse.look(),
            swept_at=self._swept_at,
            sweep_every=watched.sweep_every,
            disk=await asyncio.to_thread(_room, watched.data_dir) if watched.data_dir else None,
            refused=watched.refused,
        )
        await self._alarms.look(incidents.judge(readings, watched.clock()))


def _room(folder: Path) -> tuple[int, int]:
    """Return how many bytes are free, and how many there are, on the disk of a folder that may not be there yet."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    usage = shutil.disk_usage(there)
    return usage.free, usage.total
