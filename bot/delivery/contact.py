"""When Telegram was last heard of, and the one question that finds out when it has been quiet."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.delivery.transport import Ambiguous, Api, NotSent

QUIET_SECONDS = 120.0
ASK_AGAIN_SECONDS = 15.0
PATIENCE_SECONDS = 3.0

Counted = Callable[[str, str, float], None]


class Contact:
    """Watches every call; a quiet time is ended by a getMe, at most once in a while however often one asks."""

    def __init__(self, counted: Counted = lambda _method, _outcome, _seconds: None) -> None:
        self._counted = counted
        self._heard_at: float | None = None
        self._asked_at: float | None = None

    def heard(self) -> None:
        """Note that Telegram is there."""
        self._heard_at = _now()

    def called(self, method: str, seconds: float, error: TelegramError | None) -> None:
        """Note a call and what came of it: a refusal is a sign of life too."""
        what = outcome(error)
        self._counted(method, what, seconds)
        if what not in {"not_sent", "ambiguous", "failed"}:
            self.heard()

    async def is_there(self, api: Api) -> bool:
        """Tell whether Telegram was heard of lately, asking it where it was not."""
        if not self._is_recent(self._heard_at, QUIET_SECONDS) and not self._is_recent(
            self._asked_at, ASK_AGAIN_SECONDS
        ):
            self._asked_at = _now()
            with suppress(TelegramError, TimeoutError):  # a refusal was noted as a sign of life, silence was not
                await asyncio.wait_for(api.call("getMe"), PATIENCE_SECONDS)
        return self._is_recent(self._heard_at, QUIET_SECONDS)

    @staticmethod
    def _is_recent(at: float | None, seconds: float) -> bool:
        return at is not None and _now() - at < seconds


def outcome(error: TelegramError | None) -> str:
    """Name what came of a call, in few words."""
    if error is None:
        return "ok"
    if isinstance(error, RetryAfter):
        return "too_many"
    if isinstance(error, NotSent):
        return "not_sent"
    if isinstance(error, Ambiguous):
        return "ambiguous"
    known = not isinstance(error, NetworkError) or isinstance(error, BadRequest | InvalidToken)
    return "refused" if known else "failed"


def _now() -> float:
    return asyncio.get_running_loop().time()
