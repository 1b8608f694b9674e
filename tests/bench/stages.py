"""Tertulia under a stop-watch: CPU time by stage, taken by wrapping its functions from outside.

`python -m tests.bench.stages` is `python -m bot run` with the watch on: at SIGUSR1 it writes what was spent since the
last one to stages.json in its working directory. A stage's time is its thread's CPU time without the stages inside it;
waiting, for the disk or for the other thread, is nobody's time. The watch itself costs a microsecond or two a call.
"""

import importlib
import json
import signal
import sys
import threading
import types
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from time import process_time_ns, thread_time_ns
from typing import Any

from tests.bench.report import table

FILE = "stages.json"
REST = "loop, threads, sockets and all else"
# Where a stage begins. A tree that has no function of that name is measured without it.
STAGES: Mapping[str, Sequence[str]] = {
    "receive": ("bot.delivery.receiver:Receiver._receive", "bot.delivery.webhook:Webhook._take"),
    "inbox rows": ("storage.inbox:accept", "bot.delivery.intake:Intake._store"),
    "lanes": ("bot.delivery.lanes:Lanes._work",),
    "parse": ("telegram:Update.de_json",),
    "dispatch": ("bot.delivery.dispatch:Dispatch.handle",),
    "exchange": ("bot.delivery.exchange:Exchange.reply", "bot.delivery.exchange:Exchange._play"),
    "use case": ("bot.services.hearing:hear", "bot.services.practice:play", "bot.services.enrolment:welcome"),
    "dialogue, grading": ("bot.scenarios.dialogue:answer", "bot.scenarios.dialogue:start"),
    "next screen": ("bot.services.turns:view",),
    "memory": ("bot.services.vocabulary:meet", "bot.services.completion:complete_scenario"),
    "render": ("bot.views.heard:heard", "bot.views.dialogue:opened", "bot.views.onboarding:welcomed"),
    "statements": (
        "storage.statements:Prepared.__call__",
        "sqlalchemy:Connection.execute",
        "sqlalchemy:Connection.exec_driver_sql",
    ),
    "outbox rows": ("storage.outbox:put",),
    "transaction": ("storage.engine:Database._transact", "storage.group:GroupCommit._commit"),
    "send": ("bot.delivery.sender:Sender._send", "bot.delivery.sender:Sender._answer"),
    "HTTP of a send": ("bot.delivery.transport:AiohttpRequest.send",),
    "receipts": ("bot.delivery.receipts:Receipts._write_soon", "bot.delivery.receipts:_settle"),
}


class _Hand(threading.local):
    """One thread's watch: the stages it is in, innermost last."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.last = 0


class Watch:
    """CPU time by stage, over all threads; a stage inside another takes its time from it."""

    def __init__(self) -> None:
        self._hand = _Hand()
        self.spent = dict.fromkeys(STAGES, 0)
        self._begun = process_time_ns()

    def enter(self, stage: str) -> None:
        """Let the calling thread's time count for a stage from here on."""
        hand, now = self._hand, thread_time_ns()
        if hand.inside:
            self.spent[hand.inside[-1]] += now - hand.last
        hand.inside.append(stage)
        hand.last = now

    def leave(self) -> None:
        """Let it count for the stage around this one again."""
        hand, now = self._hand, thread_time_ns()
        self.spent[hand.inside.pop()] += now - hand.last
        hand.last = now

    def read(self) -> dict[str, int]:
        """Return the nanoseconds since the last reading, with what no stage claims under REST."""
        now = process_time_ns()
        told = dict(self.spent)
        for stage in self.spent:
            self.spent[stage] = 0
        told[REST] = max(0, now - self._begun - sum(told.values()))
        self._begun = now
        return told

    def over(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and is timed."""
        if iscoroutinefunction(function):

            @wraps(function)
            async def stepwise(*args: Any, **named: Any) -> Any:
                return await self._steps(stage, function(*args, **named))

            return stepwise

        @wraps(function)
        def timed(*args: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return function(*args, **named)
            finally:
                self.leave()

        return timed

    @types.coroutine
    def _steps(self, stage: str, coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Drive a coroutine, timing each step from one wait to the next."""
        value: Any = None
        error: BaseException | None = None
        while True:
            self.enter(stage)
            try:
                asked = coroutine.send(value) if error is None else coroutine.throw(error)
            except StopIteration as end:
                return end.value
            finally:
                self.leave()
            try:
                value, error = (yield asked), None
            except BaseException as raised:  # noqa: BLE001 - handed to the coroutine, cancellation too
                value, error = None, raised


def wrap(watch: Watch) -> None:
    """Put the watch over every function of every stage that this tree has."""
    importlib.import_module("bot.starting")
    for stage, places in STAGES.items():
        for place in places:
            module, _, path = place.partition(":")
            try:
                owner: Any = importlib.import_module(module)
            except ModuleNotFoundError:
                continue
            *outer, name = path.split(".")
            for each in outer:
                owner = getattr(owner, each, None)
            if hasattr(owner, name):
                _replace(owner, name, stage, watch)


def _replace(owner: Any, name: str, stage: str, watch: Watch) -> None:
    old = vars(owner)[name]
    if isinstance(old, classmethod):
        setattr(owner, name, classmethod(watch.over(stage, old.__func__)))
        return
    new = watch.over(stage, old)
    setattr(owner, name, new)
    # Modules that imported it by name hold it too.
    for module in [each for key, each in sys.modules.items() if key.partition(".")[0] in {"bot", "storage"}]:
        if vars(module).get(name) is old:
            setattr(module, name, new)


def profile(columns: Mapping[str, tuple[Mapping[str, int], int]]) -> str:
    """Write microseconds a turn by stage, a kind of load a column: what was spent, over how many turns."""
    rows = [("us CPU a turn", *columns)]
    stages = dict.fromkeys(stage for spent, _ in columns.values() for stage in spent)
    for stage in stages:
        figures = [spent.get(stage, 0) / 1000 / max(1, turns) for spent, turns in columns.values()]
        if any(figures):
            rows.append((stage, *(f"{figure:.0f}" for figure in figures)))
    totals = [sum(spent.values()) / 1000 / max(1, turns) for spent, turns in columns.values()]
    return table([*rows, ("sum", *(f"{total:.0f}" for total in totals))])


def main() -> None:
    """Run Tertulia with the watch on."""
    from bot.__main__ import main as run  # noqa: PLC0415 - importing it is part of the start

    watch = Watch()
    wrap(watch)
    signal.signal(signal.SIGUSR1, lambda *_: _write(watch))
    sys.argv = ["tertulia", "run"]
    run()


def _write(watch: Watch) -> None:
    new = Path(FILE + ".new")
    new.write_text(json.dumps(watch.read()))
    new.rename(FILE)


if __name__ == "__main__":
    main()
