"""Small pieces several views share: days, marked differences, lines of speech."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.scenarios.scene import Line
from bot.scenarios.segments import Segment
from bot.views.reply import Button, escape, foreign
from bot.views.texts import Texts

LEARNER_LINE = 300  # characters of a learner's own words that are ever shown back


def day(when: date, today: date, _: Texts) -> str:
    """Return a day as people say it: today, tomorrow, or its date."""
    apart = (when - today).days
    if apart <= 0:
        return _("today")
    if apart == 1:
        return _("tomorrow")
    names = _.names
    weekday, month = names.weekdays[when.weekday()], names.months[when.month - 1]
    return _("on {weekday}, {day} {month}").format(weekday=weekday, day=when.day, month=month)


def short_day(when: date, _: Texts) -> str:
    """Return a date in the fewest letters, for lists."""
    return f"{when.day} {_.names.short_months[when.month - 1]}"


def interval(when: date, today: date, _: Texts) -> str:
    """Return when something comes back: tomorrow, or in how many days."""
    if (when - today).days <= 1:
        return _("tomorrow")
    return _.ngettext("in {n} day", "in {n} days", max(1, (when - today).days))


def language_name(code: str, _: Texts) -> str:
    """Return the name of a language in the learner's own."""
    return _.names.languages.get(code, code)


def marked(segments: Iterable[Segment]) -> str:
    """Return a corrected text with the letters underlined that differed."""
    parts = (f"<u>{escape(part.text)}</u>" if part.differs else escape(part.text) for part in segments)
    return f"\u2068{''.join(parts)}\u2069"


def speech(lines: Sequence[Line], _: Texts) -> str:
    """Return what the partner says, each line with its translation under a spoiler, or open where it was asked for."""
    return "\n".join(_line(line) for line in lines)


def _line(line: Line) -> str:
    said = f"<b>{foreign(line.text)}</b>"
    if not line.translation:
        return said
    translation = escape(line.translation)
    return f"{said}\n<i>{translation}</i>" if line.open else f"{said}\n<tg-spoiler>{translation}</tg-spoiler>"


def quote(text: str) -> str:
    """Return a remark in the tutor's voice, set apart from the scene."""
    return f"<blockquote>{text}</blockquote>"


def rows(buttons: Iterable[Button], width: int) -> list[list[Button]]:
    """Return buttons in rows of at most `width`."""
    listed = list(buttons)
    return [listed[at : at + width] for at in range(0, len(listed), width)]
