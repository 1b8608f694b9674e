"""What admins are told when something is wrong with the running of the bot, and when it is over."""

from bot.services.incidents import Change, Kind
from bot.views.reply import Reply, escape, shortened
from bot.views.texts import Texts
from storage.delivery_tables import Priority

_LONGEST = 200


def change(result: Change, _: Texts) -> Reply:
    """Word what has begun, with what to do, or that it is over."""
    text = _over(result.kind, _) if result.over else _begun(result.kind, _)
    # After the learners' own answers: where the outbox is what is slow, this must not make it slower.
    return Reply(text=text.format(detail=escape(shortened(result.detail, _LONGEST))), priority=Priority.PROMPT)


def _begun(kind: Kind, _: Texts) -> str:
    match kind:
        case Kind.BACKUP:
            return _("The backup failed: {detail}. The bot goes on. The log says more; then run: tertulia backup")
        case Kind.PROMPTS:
            return _(
                "Reminders have stopped: the last were looked after {detail} minutes ago. The log says why; "
                "a restart does no harm."
            )
        case Kind.DISK:
            return _("The disk is nearly full: {detail} MB are left for the data. Please make room soon.")
        case Kind.INBOX:
            return _("Learners are waiting: the oldest message has not been handled for {detail} minutes. See the log.")
        case Kind.OUTBOX:
            return _(
                "Answers are late: the oldest has not been sent for {detail} minutes. If Telegram is down, "
                "they leave as soon as it is back."
            )
        case Kind.CONTENT:
            return _("Content was refused at the start: {detail}. tertulia content check says what to mend.")


def _over(kind: Kind, _: Texts) -> str:
    match kind:
        case Kind.BACKUP:
            return _("The backup works again.")
        case Kind.PROMPTS:
            return _("Reminders go out again.")
        case Kind.DISK:
            return _("The disk has room again.")
        case Kind.INBOX:
            return _("Learners' messages are handled without delay again.")
        case Kind.OUTBOX:
            return _("Answers are sent without delay again.")
        case Kind.CONTENT:
            return _("All content is accepted again.")
