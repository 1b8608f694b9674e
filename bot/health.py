"""What an operator, a container or Prometheus may ask: does the process live, can it work, and what has it counted."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.addresses import HEALTH, METRICS, READINESS
from bot.metrics import CONTENT_TYPE, Metrics
from bot.pulse import Pulse
from storage.queues import Queues

INBOX_AGE = timedelta(minutes=2)
OUTBOX_AGE = timedelta(minutes=5)
FINE = "ok"


class Health:
    """The operator's questions and where their answers come from; no answer holds a secret or a learner's word."""

    def __init__(
        self,
        pulse: Pulse,
        metrics: Metrics,
        clock: Callable[[], datetime],
        *,
        phase: Callable[[], str],
        telegram: Callable[[], Awaitable[bool]],
    ) -> None:
        self._pulse = pulse
        self._metrics = metrics
        self._clock = clock
        self._phase = phase
        self._telegram = telegram

    def routes(self) -> list[Route]:
        """Return the three addresses."""
        return [Route(HEALTH, self._live), Route(READINESS, self._ready), Route(METRICS, self._measured)]

    async def parts(self) -> dict[str, str]:
        """Return each part that must work with `ok`, or with what is wrong."""
        queues = await self._queues()
        now = self._clock()
        return {
            "process": self._phase(),
            "database": FINE if queues else "does not answer",
            "telegram": FINE if await self._telegram() else "does not answer",
            "inbox": _aged(queues.undone_since, now, INBOX_AGE) if queues else "unknown",
            "outbox": _aged(queues.reply_unsent_since, now, OUTBOX_AGE) if queues else "unknown",
        }

    async def _live(self, _request: Request) -> Response:
        return JSONResponse({"status": FINE})

    async def _ready(self, _request: Request) -> Response:
        parts = await self.parts()
        if all(word == FINE for word in parts.values()):
            return JSONResponse({"status": FINE, "parts": parts})
        return JSONResponse({"status": "not ready", "parts": parts}, status_code=HTTPStatus.SERVICE_UNAVAILABLE)

    async def _measured(self, _request: Request) -> Response:
        queues = await self._queues()
        return Response(self._metrics.render(queues, self._clock()), media_type=CONTENT_TYPE)

    async def _queues(self) -> Queues | None:
        try:
            return await self._pulse.look()
        except (TimeoutError, SQLAlchemyError, OSError):
            return None


def _aged(since: datetime | None, now: datetime, most: timedelta) -> str:
    age = now - since if since is not None else timedelta()
    return FINE if age < most else f"the oldest has waited for {age // timedelta(seconds=1)} s"
