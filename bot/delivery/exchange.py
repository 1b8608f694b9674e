"""The one composition every handler goes through: the turn, its reply and "inbox done" are one transaction."""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from telegram import Update

from bot.delivery.arrival import Arrival
from bot.errors import NotYoursError, TutorError
from bot.views.reply import Reply
from storage import inbox, outbox, users
from storage.delivery_tables import Action, InboxUpdate, OutboxMessage
from storage.engine import Database
from storage.outbox import Draft
from storage.tables import User

MOST_ATTEMPTS = 3
ANSWER_SECONDS = 15
REACTION_SECONDS = 60
FALLBACK_LANGUAGE = "en"
FRAMES = 6

Visit = TypeVar("Visit")
Texts = TypeVar("Texts")
UseCase = Callable[..., Any]
View = Callable[[Any, Texts], Reply | Sequence[Reply]]

_log = logging.getLogger("tertulia.exchange")


@dataclass(frozen=True, kw_only=True)
class Wording(Generic[Texts]):
    """The words delivery itself needs: a language's texts, and the replies to an error and to a failure of ours."""

    texts_for: Callable[[str], Texts]
    error_view: Callable[[TutorError, Texts], Reply | Sequence[Reply]]
    apology: Callable[[Texts], Reply]


@dataclass(frozen=True, kw_only=True)
class _Turn:
    row: InboxUpdate = field(repr=False)
    arrival: Arrival
    use_case: UseCase
    args: tuple[Any, ...] = field(repr=False)
    view: View[Any]
    now: datetime


class Exchange(Generic[Visit, Texts]):
    """Turns updates into committed replies; `visits` makes what use cases receive, `offer` takes what is to be sent."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        offer: Callable[[Sequence[OutboxMessage]], None],
        *,
        visits: Callable[[Connection, User, bool, datetime, int], Visit],
        wording: Wording[Texts],
        transacted: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._offer = offer
        self._visits = visits
        self._wording = wording
        self._transacted = transacted
        self._in_hand: dict[int, InboxUpdate] = {}
        self._taken: set[int] = set()

    def begin(self, row: InboxUpdate) -> None:
        """Know the row of an update that is about to be handled; `took` ends that."""
        self._in_hand[row.update_id] = row

    async def reply(self, update: Update | Arrival, use_case: UseCase, *args: Any, view: View[Any]) -> None:
        """Run a use case for the sender of an update and queue its reply, all or nothing, once per update."""
        arrival = Arrival.of(update) if isinstance(update, Update) else update
        row = self._in_hand[arrival.update_id]
        turn = _Turn(row=row, arrival=arrival, use_case=use_case, args=args, view=view, now=self._clock())
        started = monotonic()
        try:
            rows = await self._database.together(self._play, turn)
        except TutorError as error:
            view = self._wording.error_view
            excuse = replace(turn, use_case=_return, args=(error,), view=view)
            rows = await self._database.together(self._play, excuse)
        self._transacted(monotonic() - started)
        self._taken.add(arrival.update_id)
        self._offer(rows)

    def took(self, update_id: int) -> bool:
        """Tell, once, whether an update went through `reply`."""
        known = update_id in self._taken
        self._taken.discard(update_id)
        self._in_hand.pop(update_id, None)
        return known

    async def ignore(self, row: InboxUpdate) -> None:
        """Mark an update handled that nobody answers."""
        await self._database.together(inbox.done, row, self._clock())

    async def bury(self, row: InboxUpdate, error: Exception) -> None:
        """Set an update aside that cannot even be read."""
        _log.warning("Update %s cannot be read (%s); it is set aside.", row.update_id, type(error).__name__)
        await self._database.run(inbox.bury, row, type(error).__name__, self._clock())

    async def fail(self, row: InboxUpdate, error: Exception) -> bool:
        """Count a failed attempt; after the third set the update aside and apologise. True means: no more attempts."""
        # The error's own text may hold a learner's words; its kind and where it arose do not.
        _log.error("Update %s failed with %s at %s", row.update_id, type(error).__name__, _whence(error))
        finished, rows = await self._database.run(self._count_failure, row, type(error).__name__, self._clock())
        self._offer(rows)
        return finished

    def _play(self, connection: Connection, turn: _Turn) -> Sequence[OutboxMessage]:
        arrival = turn.arrival
        if not inbox.done(connection, turn.row, turn.now):
            # Done already, by a commit whose answer was lost: what it queued may still have to be sent.
            return outbox.unsent_of(connection, [arrival.chat_id])
        if arrival.person_id != arrival.chat_id:
            return outbox.put(connection, self._not_yours(turn), turn.now)
        user, is_new = users.visit(connection, arrival.person_id, _language(arrival.language_code), turn.now)
        if user.banned:
            return ()
        visit = self._visits(connection, user, is_new, turn.now, arrival.update_id)
        result = turn.use_case(visit, *turn.args)
        replies = _several(turn.view(result, self._texts(connection, turn, user)))
        drafts = [draft for reply in replies for draft in reply.drafts(arrival.chat_id)]
        return outbox.put(connection, [*_answer(turn, replies), *drafts, *_reactions(turn, replies)], turn.now)

    def _texts(self, connection: Connection, turn: _Turn, user: User) -> Texts:
        # A button may just have changed the language that explains; a typed text never does.
        changed = users.get(connection, user.id) if turn.arrival.query_id is not None else None
        return self._wording.texts_for((changed or user).native)

    def _not_yours(self, turn: _Turn) -> Sequence[Draft]:
        # The chat belongs to somebody else: it must neither change nor show anything but the presser's own toast.
        texts = self._wording.texts_for(_language(turn.arrival.language_code))
        return _answer(turn, _several(self._wording.error_view(NotYoursError(), texts)))

    def _count_failure(
        self, connection: Connection, row: InboxUpdate, reason: str, now: datetime
    ) -> tuple[bool, Sequence[OutboxMessage]]:
        attempts = inbox.failed(connection, row.update_id, reason)
        if 0 < attempts < MOST_ATTEMPTS:
            return False, ()
        inbox.bury(connection, row, reason, now)
        if attempts == 0 or row.chat_id is None:
            return True, ()
        user = users.get(connection, row.chat_id)
        texts = self._wording.texts_for(user.native if user else FALLBACK_LANGUAGE)
        return True, outbox.put(connection, self._wording.apology(texts).drafts(row.chat_id), now)


def _return(_visit: object, value: Any) -> Any:
    return value


def _whence(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))


def _several(replies: Reply | Sequence[Reply]) -> Sequence[Reply]:
    return (replies,) if isinstance(replies, Reply) else replies


def _language(code: str | None) -> str:
    return (code or FALLBACK_LANGUAGE).partition("-")[0].lower()


def _reactions(turn: _Turn, replies: Sequence[Reply]) -> Sequence[Draft]:
    # After the reply, so that it is never waited for.
    marks = [reply.react for reply in replies if reply.react]
    if turn.arrival.message_id is None or not marks:
        return ()
    payload = {"message_id": turn.arrival.message_id, "reaction": [{"type": "emoji", "emoji": marks[0]}]}
    expires_at = turn.now + timedelta(seconds=REACTION_SECONDS)
    return (Draft(chat_id=turn.arrival.chat_id, action=Action.REACT, payload=payload, expires_at=expires_at),)


def _answer(turn: _Turn, replies: Sequence[Reply]) -> Sequence[Draft]:
    arrival = turn.arrival
    if arrival.query_id is None:
        return ()
    toast = {"text": replies[0].toast} if replies and replies[0].toast else {}
    expires_at = turn.now + timedelta(seconds=ANSWER_SECONDS)
    payload = {"callback_query_id": arrival.query_id, **toast}
    forget = any(reply.forget for reply in replies)
    answer = Draft(chat_id=arrival.chat_id, action=Action.ANSWER, payload=payload, expires_at=expires_at, forget=forget)
    return (answer,)
