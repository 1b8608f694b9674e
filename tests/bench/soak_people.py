"""Learners who play, review, press what is long gone, send what nobody can read, and block the bot now and then."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.scenarios.library import SHIPPED, read_answers
from tests.bench.soak_server import Weather
from tests.fake_telegram import FakeMessage
from tests.journeys.conftest import PERFECT
from tests.journeys.learner import Learner, World

SCENES = ("cafe_order", "hotel_checkin", "food_market", "pharmacy")
COMMANDS = ("/review", "/words", "/progress", "/scenarios", "/continue", "/hint", "/help", "/feedback", "/timezone")
JUNK = ("👍👍👍", "a" * 4000, "<b>&amp;", "'; DROP TABLE users; --", "\u202eabc", "?", "no sé", "¿Perdone?", "3")
PATIENCE = 90.0
THINKING = (0.4, 1.6)


@dataclass
class Diary:
    """What all learners did, so that it can be held against the tables at the end."""

    texts: dict[int, list[int]] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)
    blockers: set[int] = field(default_factory=set)
    unanswered: list[str] = field(default_factory=list)


class Person:
    """One learner at their telephone, until told to stop."""

    def __init__(self, fake: Weather, diary: Diary, number: int, random: Random) -> None:
        self.id = 7_000_000_000 + number
        self._fake, self._diary, self._random = fake, diary, random
        self._hand = Learner(World(fake, _at_once), self.id, "Ana", "en")
        self._lines: list[str] = []
        fake.chats.setdefault(self.id, [])
        fake.heard[self.id] = asyncio.Event()

    async def live(self, stop: asyncio.Event) -> None:
        """Do one thing after another."""
        await self.says("/start")
        while not stop.is_set():
            await asyncio.sleep(self._random.uniform(*THINKING))
            await self._act()

    async def says(self, *texts: str) -> None:
        """Type something, or several things at once, and wait until it is answered."""
        expected = self._fake.answered.get(self.id, 0) + len(texts)
        for text in texts:
            update = self._fake.new_update(message=self._hand.message(text))
            self._diary.texts.setdefault(self.id, []).append(update["update_id"])
        await self._answered(expected, texts[0][:20])

    async def _act(self) -> None:
        chance = self._random.random()
        if chance < 0.55:
            await self._speak()
        elif chance < 0.72:
            await self._press(self._fake.shown(self.id)[-1:])
        elif chance < 0.78:
            await self._press(self._fake.shown(self.id)[:-1])
        elif chance < 0.90:
            await self.says(self._random.choice(COMMANDS))
        elif chance < 0.95:
            await self.says(*self._random.sample(JUNK, 3))
        elif chance < 0.98:
            await self._sends_a_sticker()
        elif chance < 0.985:
            await self._block_for_a_while()

    async def _speak(self) -> None:
        if not self._lines:
            scene = self._random.choice(SCENES)
            self._lines = list(PERFECT) if scene == "cafe_order" else _lines(scene, self._random)
            await self.says(f"/start play_{scene}")
            return
        await self.says(self._lines.pop(0))

    async def _press(self, messages: Sequence[FakeMessage]) -> None:
        pressable = [message for message in messages if message.buttons]
        if not pressable:
            return
        message = self._random.choice(pressable)
        button = self._random.choice(message.buttons)
        query = self._hand.query(self._fake.new_query(), button["callback_data"], message)
        times = 2 if self._random.random() < 0.2 else 1
        for _ in range(times):
            self._diary.others.add(self._fake.new_update(callback_query=query)["update_id"])

    async def _sends_a_sticker(self) -> None:
        body = self._hand.message("x")
        del body["text"]
        expected = self._fake.answered.get(self.id, 0) + 1
        update = self._fake.new_update(message=body | {"sticker": _STICKER})
        self._diary.others.add(update["update_id"])
        await self._answered(expected, "a sticker")

    async def _block_for_a_while(self) -> None:
        self._diary.blockers.add(self.id)
        self._fake.blocked.add(self.id)
        self._membership("member", "kicked")
        await asyncio.sleep(3)
        # Whatever was on its way meanwhile is refused; what they write afterwards is answered.
        self._fake.blocked.discard(self.id)
        self._membership("kicked", "member")
        await asyncio.sleep(2)

    def _membership(self, before: str, after: str) -> None:
        update = self._fake.new_update(my_chat_member=self._hand._member(before, after))
        self._diary.others.add(update["update_id"])

    async def _answered(self, expected: int, what: str) -> None:
        event = self._fake.heard[self.id]
        try:
            async with asyncio.timeout(PATIENCE):
                while self._fake.answered.get(self.id, 0) < expected:
                    event.clear()
                    await event.wait()
        except TimeoutError:
            if self.id not in self._diary.blockers:
                self._diary.unanswered.append(f"learner {self.id}: {what!r} got no answer within {PATIENCE:.0f} s")


class Sleeper(Person):
    """A learner who only wakes when the day's reminder comes, and answers it."""

    async def live(self, stop: asyncio.Event) -> None:
        """Answer the prompt once it is there, each in a way of their own."""
        event = self._fake.heard[self.id]
        while not stop.is_set() and not self._fake.answered.get(self.id):
            event.clear()
            waiting = [asyncio.ensure_future(each.wait()) for each in (event, stop)]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for each in waiting:
                each.cancel()
        await asyncio.sleep(self._random.uniform(*THINKING))
        if stop.is_set():
            return
        await self.says("/scenarios")
        if self._random.random() < 0.5:
            await self._press(self._fake.shown(self.id)[-1:])
        else:
            await self.says("la cuenta")
        if self._random.random() < 0.5:
            await self.says("/review")


class Tourist(Person):
    """A learner who plays one scene and leaves: what a process keeps of it once it was read, it keeps from then on."""

    async def visit(self, scene: str) -> None:
        """Play a scene from its first turn to its last, asking for help at each."""
        await self.says("/start")
        await self.says(f"/start play_{scene}")
        for line in _lines(scene, self._random):
            await self.says(line)
            await self.says("/hint")


_STICKER: dict[str, Any] = {
    "file_id": "f", "file_unique_id": "u", "width": 9, "height": 9, "is_animated": False, "is_video": False,
    "type": "regular",
}  # fmt: skip


def _lines(scene: str, random: Random) -> list[str]:
    """Return a line for each turn of a scene in the author's order, some of them not quite right."""
    by_turn: dict[str, list[str]] = {}
    for case in read_answers(SHIPPED / scene / "es.answers.jsonl"):
        by_turn.setdefault(case.turn, []).append(case.text)
    return [random.choice(texts) for texts in by_turn.values()]


async def _at_once() -> None:
    """Wait for nothing: people here watch their own chats."""
