"""Learners as a transcript sees them: they say and press, and read what comes back."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from tests.fake_telegram import FakeMessage, FakeTelegram


class World:
    """The learners of one fake Telegram; `settled` waits until the bot has nothing left to do."""

    def __init__(self, fake: FakeTelegram, settled: Callable[[], Awaitable[Any]]) -> None:
        self.fake = fake
        self._settled = settled

    def learner(self, *, id: int = 7_000_000_001, name: str = "Ana", language_code: str | None = "en") -> "Learner":  # noqa: A002 - Telegram's word
        """Return a learner with an empty chat."""
        self.fake.chats.setdefault(id, [])
        return Learner(self, id, name, language_code)

    async def settle(self) -> None:
        """Wait until every update is confirmed and everything that follows from it is done."""
        await self.fake.confirmed.wait()
        await self._settled()


class Learner:
    """Somebody with a Telegram account, in a private chat with the bot."""

    def __init__(self, world: World, id: int, name: str, language_code: str | None) -> None:  # noqa: A002 - as above
        self.id = id
        self._world = world
        self._fake = world.fake
        self._person = {"id": id, "is_bot": False, "first_name": name}
        if language_code is not None:
            self._person["language_code"] = language_code
        self.toast: str | None = None

    async def says(self, text: str, *, reply_to: FakeMessage | None = None) -> list[FakeMessage]:
        """Type a message and return what changed on the screen: messages new or edited."""
        return await self._after(message=self.message(text, reply_to=reply_to))

    async def presses(self, label: str) -> list[FakeMessage]:
        """Press the button whose text holds `label`, in the newest message that has one."""
        for message in reversed(self._mine()):
            for button in message.buttons:
                if label.lower() in button["text"].lower():
                    return await self.taps(button["callback_data"], message)
        shown = [button["text"] for message in self._mine() for button in message.buttons]
        raise AssertionError(f"no button says {label!r}; there are {shown}")

    async def taps(self, data: str, message: FakeMessage | None = None) -> list[FakeMessage]:
        """Send a button's data, be it stale or somebody else's."""
        query = self._fake.new_query()
        shown = await self._after(callback_query=self.query(query, data, message or self._mine()[-1]))
        self.toast = self._fake.toasts.get(query)
        return shown

    async def sends(self, **content: Any) -> list[FakeMessage]:
        """Send a message that is no text: a sticker, a photo, a voice."""
        body = {"message_id": self._fake.next_message_id(), "date": self._date(), **self._place(), **content}
        return await self._after(message=body)

    async def causes(self, **content: Any) -> list[FakeMessage]:
        """Let Telegram send an update of any kind."""
        return await self._after(**content)

    async def blocks(self) -> None:
        """Block the bot."""
        self._fake.blocked.add(self.id)
        await self._after(my_chat_member=self._member("member", "kicked"))

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self._fake.blocked.discard(self.id)
        await self._after(my_chat_member=self._member("kicked", "member"))

    @property
    def screen(self) -> str:
        """Return the newest message as the learner reads it."""
        return self.newest.plain

    @property
    def newest(self) -> FakeMessage:
        """Return the message that was sent or changed last."""
        return [message for message in self._fake.changes if message.chat_id == self.id][-1]

    @property
    def buttons(self) -> list[str]:
        """Return the texts of the buttons under the newest message."""
        return [button["text"] for button in self.newest.buttons]

    def message(self, text: str, *, reply_to: FakeMessage | None = None) -> dict[str, Any]:
        """Return a message of theirs as the Bot API describes it."""
        said = FakeMessage(
            message_id=self._fake.next_message_id(), chat_id=self.id, text=text, markup=None, sent_at=0, mine=False
        )
        self._fake.chats[self.id].append(said)
        body = {"message_id": said.message_id, "date": self._date(), "text": text, **self._place()}
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return body | ({"reply_to_message": reply_to.as_json()} if reply_to else {})

    def query(self, query: str, data: str, message: FakeMessage) -> dict[str, Any]:
        """Return a pressed button as the Bot API describes it."""
        return {
            "id": query, "from": self._person, "message": message.as_json(), "chat_instance": "1", "data": data,
        }  # fmt: skip

    def _place(self) -> dict[str, Any]:
        return {"from": self._person, "chat": {"id": self.id, "type": "private", "first_name": "x"}}

    def _member(self, before: str, after: str) -> dict[str, Any]:
        status = {"kicked": {"until_date": 0}, "member": {}}
        bot = {"id": 123456, "is_bot": True, "first_name": "Tertulia"}
        old, new = ({"user": bot, "status": each, **status[each]} for each in (before, after))
        return {"date": self._date(), "old_chat_member": old, "new_chat_member": new, **self._place()}

    def _date(self) -> int:
        now: datetime = self._fake.now()
        return int(now.timestamp())

    def _mine(self) -> list[FakeMessage]:
        return [message for message in self._fake.chats[self.id] if message.mine]

    async def _after(self, **content: Any) -> list[FakeMessage]:
        seen = len(self._fake.changes)
        self._fake.new_update(**content)
        await self._world.settle()
        return [message for message in self._fake.changes[seen:] if message.chat_id == self.id]
