"""An event loop whose clock jumps: whenever nothing but timers is left to wait for, the next one is due at once."""

import asyncio
from collections.abc import Callable
from typing import Any

TICK = 1e-6


class StuckError(RuntimeError):
    """Everybody waits for somebody else; a real loop would hang here for ever."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop on which a pause of an hour takes no time; work on other threads is waited for, as it takes real time."""

    def __init__(self) -> None:
        self._virtual = 0.0
        self._elsewhere = 0
        super().__init__()

    def time(self) -> float:
        """Return the seconds that have passed on this loop's own clock."""
        return self._virtual

    def run_in_executor(  # type: ignore[override]  # whatever is handed over comes back
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Run a function on a thread; until it is back, time stands still."""
        self._elsewhere += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._returned)
        return future

    async def shutdown_default_executor(self) -> None:
        """Wait for the default threads, which say so from a thread that nobody counts."""
        self._elsewhere += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._elsewhere -= 1

    def _returned(self, _future: object) -> None:
        self._elsewhere -= 1

    def _run_once(self) -> None:
        if not self._ready and not self._elsewhere and not self._stopping:  # type: ignore[attr-defined]
            self._jump()
        super()._run_once()  # type: ignore[misc]

    def _jump(self) -> None:
        due = [timer.when() for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        if not due:
            raise StuckError("nothing is ready, no timer is set and no thread is at work")
        # Always a little onwards, as a real clock: rounding must not leave a timer due and not due for ever.
        self._virtual = max(self._virtual + TICK, min(due))
