"""Words and progress: evidence, not points."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.services.errors import Trend
from bot.services.progress import ProgressReport, count_words, word_state
from bot.services.vocabulary import WordList
from bot.views.practice_presses import IKnow
from bot.views.reply import Button, Reply, escape, foreign, shortened
from bot.views.texts import Texts
from bot.views.wording import rows, short_day

_WORDS_SHOWN = 40
_MARKS = {"new": "○", "learning": "◐", "known": "●"}
_BUTTON_TEXT = 40


def words(result: WordList, _: Texts) -> Reply:
    """List words with how far each has come."""
    if not result.words:
        return Reply(text=_("You have no words yet. They come from the scenes you play: /scenarios"))
    counts = count_words(result.words)
    head = _("{new} new ○ · {learning} learning ◐ · {known} known ●").format(
        new=counts.new, learning=counts.learning, known=counts.known
    )
    shown = result.words[-_WORDS_SHOWN:]
    lines = [
        f"{_MARKS[word_state(word)]} <b>{foreign(word.item.word)}</b> – {escape(word.item.translation)}"
        for word in shown
    ]
    hidden = len(result.words) - len(shown)
    more = _.ngettext("and {n} earlier one", "and {n} earlier ones", hidden) if hidden else ""
    return Reply(text="\n".join((head, "", *lines, *filter(None, (more,)))))


def run_words(result: WordList, _: Texts) -> Reply:
    """List the words of one scene; a press on a word says that it is known."""
    listed = words(result, _)
    if not result.words:
        return listed
    buttons = [
        Button(
            text=("✓ " if word.item.known else "") + shortened(word.item.word, _BUTTON_TEXT),
            data=IKnow(result.run_id or 0, word.item.id).encode(),
        )
        for word in result.words[-_WORDS_SHOWN:]
    ]
    how = _("Press a word you already know: it will not be asked.")
    return Reply(text=f"{listed.text}\n\n{how}", keyboard=rows(buttons, 2), slot=f"words:{result.run_id or 0}")


def run_words_again(result: WordList, _: Texts) -> Reply:
    """List the words of a scene again, in their place, after a press."""
    return replace(run_words(result, _), edit=True)


def progress(report: ProgressReport, _: Texts) -> Reply:
    """Show the last completions and sittings, the time spent, and the words."""
    if not report.sessions and not report.completions:
        return Reply(text=_("Nothing yet: your first scene is a few minutes away. /scenarios"))
    counts = report.words
    minutes = _.ngettext("{n} minute in all", "{n} minutes in all", report.minutes)
    known = _("Words: {new} new, {learning} learning, {known} known").format(
        new=counts.new, learning=counts.learning, known=counts.known
    )
    scenes = [_("<b>Scenes finished</b>"), *_completions(report, _)] if report.completions else []
    sittings = [_("<b>Sessions</b>"), *_sessions(report, _)] if report.sessions else []
    errors = [_("<b>What slips</b>"), *(_trend(one, _) for one in report.errors)] if report.errors else []
    parts = ([f"{minutes} · {known}"], scenes, errors, sittings)
    return Reply(text="\n\n".join("\n".join(part) for part in parts if part))


def _trend(trend: Trend, _: Texts) -> str:
    """Tell how often an error was made last month and this month."""
    label = escape(shortened(trend.label, _BUTTON_TEXT))
    if not trend.before:
        return _("{label}: {now} this month").format(label=label, now=trend.now)
    return _("{label}: {before} → {now} this month").format(label=label, before=trend.before, now=trend.now)


def _completions(report: ProgressReport, _: Texts) -> list[str]:
    return [
        _("{day}: {title}, score {score}").format(
            day=short_day(done.completed_at.astimezone(ZoneInfo(report.zone)), _),
            title=escape(report.titles.get(done.scenario_id, done.scenario_id)),
            score=done.completion_score,
        )
        for done in report.completions
    ]


def _sessions(report: ProgressReport, _: Texts) -> list[str]:
    kinds = {
        "scenario": _("scene"),
        "vocabulary_review": _("review"),
        "content_study": _("practice"),
        "conversation": _("conversation"),
    }
    return [
        _("{day}: {kind}, {right} of {all} right").format(
            day=short_day(one.started_at.astimezone(ZoneInfo(report.zone)), _),
            kind=kinds[one.session_type],
            right=one.items_correct,
            all=one.items_studied,
        )
        for one in report.sessions
    ]
