"""Learners who play a scene over and over, and a meter that times the replies they get."""

import asyncio
import json
from array import array
from collections.abc import Sequence
from time import perf_counter, time

from tests.bench.double import Double
from tests.journeys.conftest import PERFECT

FIRST_ID = 7_000_000_000
SCENE = len(PERFECT) + 1  # the command that opens the scene, then its lines
LATE_SECONDS = 1.0
_ENDLESS = 1 << 60


class Meter:
    """What was answered while it was on; an opening command is a message, only a line of the scene is a turn."""

    def __init__(self) -> None:
        self.on = False
        self.restart()

    def restart(self) -> None:
        """Forget everything."""
        self.latencies = array("d")
        self.turns = 0
        self.missed = 0

    def add(self, seconds: float, *, turn: bool) -> None:
        """Count a reply."""
        if self.on:
            self.latencies.append(seconds)
            self.turns += turn


class Learner:
    """Somebody with at most one message out; `left` is how many more they will say before they rest."""

    __slots__ = ("answered", "asked_at", "body", "id", "left", "said", "script", "waiting")

    def __init__(self, number: int, script: "Script") -> None:
        self.script = script
        self.id = FIRST_ID + number
        self.said = self.left = 0
        self.waiting = self.answered = False
        self.asked_at = 0.0
        person = {"id": self.id, "is_bot": False, "first_name": "Ana", "language_code": "en"}
        chat = {"id": self.id, "type": "private", "first_name": "Ana"}
        self.body = b'"from":%s,"chat":%s' % (json.dumps(person).encode(), json.dumps(chat).encode())


class Script:
    """A scene as a learner plays it over and over: the command that opens it, then its lines."""

    def __init__(self, scene: str, lines: Sequence[str]) -> None:
        self._first = _as_json(f"/start play_{scene}")
        self._texts = [_as_json(f"/play {scene}"), *map(_as_json, lines)]

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, said: int) -> bytes:
        """Return what is said after so many messages."""
        return self._texts[said % len(self)] if said else self._first


class Load:
    """The learners of one bot; each says the next line as soon as the reply to the last one stands in the chat."""

    def __init__(self, double: Double, learners: int, scripts: Sequence[Script] = ()) -> None:
        self.meter = Meter()
        scripts = scripts or (CAFE,)
        self.learners = [Learner(number, scripts[number % len(scripts)]) for number in range(learners)]
        self._double = double
        self._by_id = {learner.id: learner for learner in self.learners}
        self._waiting = 0
        self._resting = asyncio.Event()
        self._next = 0
        double.listener = self

    @property
    def lines(self) -> int:
        """Return how many lines of a scene were said so far, the commands that open scenes left out."""
        return sum(learner.said - -(-learner.said // len(learner.script)) for learner in self.learners)

    def arrived(self, chat_id: int) -> None:
        """Time the first message that answers a learner; what comes unasked is not a reply."""
        learner = self._by_id[chat_id]
        if learner.waiting and not learner.answered:
            learner.answered = True
            self.meter.add(perf_counter() - learner.asked_at, turn=learner.said % len(learner.script) != 1)

    def seen(self, chat_id: int) -> None:
        """Let an answered learner say the next line, or rest."""
        learner = self._by_id[chat_id]
        if not learner.answered:
            return
        learner.waiting = learner.answered = False
        self._waiting -= 1
        if learner.left:
            self._say(learner)
        elif not self._waiting:
            self._resting.set()

    async def prepare(self) -> None:
        """Let everybody finish a first scene, then stand at different lines of the second one."""
        await self.play([SCENE] * len(self.learners))
        # After a first scene comes a second message unasked, about the clock: it must not pass for a reply.
        await asyncio.sleep(LATE_SECONDS)
        await self.play([number % SCENE for number in range(len(self.learners))])

    async def play(self, messages: list[int], *, first: int = 0) -> None:
        """Let learners, from the first one on, say so many messages each, and wait until all of them rest."""
        for learner, left in zip(self.learners[first:], messages, strict=False):
            self._go(learner, left)
        await self.rest()

    def run(self) -> None:
        """Let everybody talk without end."""
        for learner in self.learners:
            self._go(learner, _ENDLESS)

    async def run_at(self, rate: float) -> None:
        """Let somebody who rests speak, so many times a second, whatever the bot does; ends when cancelled."""
        due = perf_counter()
        while True:
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            learner = self._rested()
            if learner is None:
                self.meter.missed += 1
            else:
                self._go(learner, 1)

    async def rest(self, seconds: float = 300) -> None:
        """Wait until nobody waits for a reply any more."""
        if self._waiting:
            self._resting.clear()
            await asyncio.wait_for(self._resting.wait(), seconds)

    async def hush(self, seconds: float = 30) -> None:
        """Let nobody say more, and wait for the replies that are out."""
        for learner in self.learners:
            learner.left = 0
        await self.rest(seconds)

    def _rested(self) -> Learner | None:
        for _ in self.learners:
            learner = self.learners[self._next % len(self.learners)]
            self._next += 1
            if not learner.waiting:
                return learner
        return None

    def _go(self, learner: Learner, left: int) -> None:
        learner.left = left
        if left and not learner.waiting:
            self._say(learner)

    def _say(self, learner: Learner) -> None:
        text = learner.script.text(learner.said)
        learner.said += 1
        learner.left -= 1
        learner.waiting = True
        self._waiting += 1
        content = b'"message":{"message_id":%d,"date":%d,%s,%s}' % (
            self._double.next_message_id(), int(time()), text, learner.body,
        )  # fmt: skip
        learner.asked_at = perf_counter()
        self._double.put(content)


def _as_json(text: str) -> bytes:
    said = b'"text":%s' % json.dumps(text).encode()
    if not text.startswith("/"):
        return said
    command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    return said + b',"entities":%s' % json.dumps([command]).encode()


CAFE = Script("cafe_order", PERFECT)
