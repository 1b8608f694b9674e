"""What a typed text answers: a reply to a message beats what was asked last, which beats nothing."""

from typing import Any

from bot.errors import NotAnswerableError, StaleButtonError
from bot.services import clock, drills, enrolment, practice, review
from bot.services.leaving import park_open
from bot.services.visit import Visit
from storage import outbox, runs, users


def hear(visit: Visit, text: str, reply_to: int | None = None) -> Any:
    """Take a typed text to where it belongs and return what came of it."""
    replied = _replied_to(visit, reply_to)
    target = replied or visit.user.awaiting or _scene_they_are_in(visit)
    if target is None:
        return _without_question(visit)
    kind, _, number = target.partition(":")
    if kind == clock.AWAITING_ZONE:
        return clock.choose_named(visit, text)
    if kind == clock.AWAITING_CLOCK:
        return clock.answer_typed(visit, text)
    try:
        if kind == "run":
            return practice.answer(visit, int(number), text, pointing=replied is not None)
        if kind == drills.AWAITING_DRILL:
            return drills.type_out(visit, int(number), text)
        return review.answer_text(visit, int(number), text)
    except StaleButtonError:
        if replied is not None:
            raise
        raise NotAnswerableError from None


def _without_question(visit: Visit) -> Any:
    """Begin with a learner who has never played: greet them, or open their first scene once they are on their way."""
    if runs.has_played(visit.connection, visit.user.id):
        raise NotAnswerableError
    return enrolment.begin(visit)


def cancel(visit: Visit) -> None:
    """Stop waiting for an answer; a scene waits where it is."""
    park_open(visit)
    users.change(visit.connection, visit.user.id, awaiting=None)


def _scene_they_are_in(visit: Visit) -> str | None:
    """Return the open scene: something asked in between has been dealt with, and the scene goes on."""
    run = runs.open_run(visit.connection, visit.user.id)
    return f"run:{run.id}" if run is not None else None


def _replied_to(visit: Visit, message_id: int | None) -> str | None:
    """Return the turn or question a message belongs to, by the slot it was sent for."""
    if message_id is None:
        return None
    slot = outbox.slot_of_message(visit.connection, visit.user.id, message_id)
    kind, _, rest = (slot or "").partition(":")
    number = rest.partition(":")[0]
    return f"{kind}:{number}" if kind in {"run", "question"} and number.isdecimal() else None
