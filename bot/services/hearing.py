"""What a typed text answers: a reply to a message beats what was asked last, which beats nothing."""

from typing import Any

from bot.errors import NotAnswerableError, StaleButtonError
from bot.services import clock, practice, review
from bot.services.visit import Visit
from storage import outbox, users


def hear(visit: Visit, text: str, reply_to: int | None = None) -> Any:
    """Take a typed text to where it belongs and return what came of it."""
    target = _replied_to(visit, reply_to) or visit.user.awaiting
    if target is None:
        raise NotAnswerableError
    kind, _, number = target.partition(":")
    if kind == clock.AWAITING_ZONE:
        return clock.choose_named(visit, text)
    try:
        return (
            practice.answer(visit, int(number), text) if kind == "run" else review.answer_text(visit, int(number), text)
        )
    except StaleButtonError:
        raise NotAnswerableError from None


def cancel(visit: Visit) -> None:
    """Stop waiting for an answer."""
    users.change(visit.connection, visit.user.id, awaiting=None)


def _replied_to(visit: Visit, message_id: int | None) -> str | None:
    """Return the turn or question a message belongs to, by the slot it was sent for."""
    if message_id is None:
        return None
    slot = outbox.slot_of_message(visit.connection, visit.user.id, message_id)
    kind, _, rest = (slot or "").partition(":")
    number = rest.partition(":")[0]
    return f"{kind}:{number}" if kind in {"run", "question"} and number.isdecimal() else None
