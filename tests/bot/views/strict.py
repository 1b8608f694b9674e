"""A reply as Telegram would judge it, and as a learner would read it."""

from collections.abc import Iterable

from bot.views.reply import Reply
from tests.fake_checks import fault, plain


def faults(replies: Reply | Iterable[Reply]) -> list[str]:
    """Return whatever Telegram would refuse of the messages these replies make."""
    several = [replies] if isinstance(replies, Reply) else list(replies)
    drafts = [draft for reply in several for draft in reply.drafts(1) if draft.payload]
    found = (fault("sendMessage", {"chat_id": 1, **draft.payload}) for draft in drafts)
    return [wrong for wrong in found if wrong is not None]


def read(reply: Reply) -> str:
    """Return what a learner reads."""
    return plain(reply.text)


def labels(reply: Reply) -> list[list[str]]:
    """Return what the buttons say, row by row."""
    return [[button.text for button in row] for row in reply.keyboard]
