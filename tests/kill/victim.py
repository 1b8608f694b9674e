"""The program with one thing added: it kills itself at a named point of a message's way, after passing it some times.

KILL_AT names the point, KILL_AFTER how often it may be passed before.
"""

import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from bot.__main__ import main
from bot.delivery.intake import Intake
from bot.delivery.sender import Sender
from bot.delivery.transport import Api

POINTS = ("receive", "commit", "transaction", "send", "mark")

Method = Callable[..., Coroutine[Any, Any, Any]]


class Trap:
    """Counts the passes, and springs once."""

    def __init__(self) -> None:
        self._left = int(os.environ["KILL_AFTER"])

    def step(self) -> None:
        """Pass the point, or end here."""
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def before(method: Method, trap: Trap) -> Method:
    async def run(self: Any, what: Any, *rest: Any, **more: Any) -> Any:
        if what:
            trap.step()
        return await method(self, what, *rest, **more)

    return run


def after(method: Method, trap: Trap, *, only: str = "") -> Method:
    async def run(self: Any, what: Any, *rest: Any, **more: Any) -> Any:
        result = await method(self, what, *rest, **more)
        if what and (not only or what == only):
            trap.step()
        return result

    return run


def set_trap(point: str) -> None:
    """Put the trap where KILL_AT says."""
    trap = Trap()
    offer, written = Sender.offer, Sender._written

    def offered(self: Sender, rows: Any) -> None:
        if rows:
            trap.step()
        offer(self, rows)

    def marked(self: Sender, receipts: Any) -> None:
        if receipts:
            trap.step()
        written(self, receipts)

    if point == "receive":
        Intake.store = before(Intake.store, trap)  # type: ignore[method-assign]  # the whole point
    elif point == "commit":
        Intake.store = after(Intake.store, trap)  # type: ignore[method-assign]  # likewise
    elif point == "transaction":
        Sender.offer = offered  # type: ignore[method-assign]  # likewise
    elif point == "send":
        Api.call = after(Api.call, trap, only="sendMessage")  # type: ignore[method-assign]  # likewise
    elif point == "mark":
        Sender._written = marked  # type: ignore[method-assign]  # likewise


if __name__ == "__main__":
    if "KILL_AT" in os.environ:
        set_trap(os.environ["KILL_AT"])
    main()
