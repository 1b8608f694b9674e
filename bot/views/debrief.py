"""The end of a scene, like the receipt from the till, and the question what time it is."""

from datetime import datetime

from bot.services.clock import ClockQuestion, PlaceList, ZoneSet
from bot.services.completion import Debrief
from bot.services.suggesting import Suggestion
from bot.views.learner_presses import Hour, OtherTime, Place
from bot.views.practice_presses import Drill, MyLines, MyWords, Preview, Swap, WeakTurn
from bot.views.reply import Button, Reply, escape, shortened
from bot.views.scene_presses import Play
from bot.views.texts import Texts
from bot.views.wording import day, quote, rows
from storage.tables import RunKind

HOURS = (8, 9, 12, 17, 19, 20)  # none in the quiet hours, where no prompt would come
_PLACES_IN_A_ROW = 2
_LABEL_WIDTH = 14
_MISSING_SHOWN = 3
_LONGEST_LABEL = 26


def ended(told: Debrief, remark: str, _: Texts) -> list[Reply]:
    """Sum a scene up, and ask for the time where it is not known yet."""
    if told.kind != RunKind.FULL:
        return [_part_ended(told, remark, _)]
    text = _completed(told, _) if told.score.completed else _not_completed(told, _)
    summary = Reply(text="\n".join(filter(None, (quote(remark) if remark else "", text))), keyboard=_keyboard(told, _))
    return [summary] if told.clock is None else [summary, clock_question(told.clock, _)]


def clock_question(asked: ClockQuestion, _: Texts) -> Reply:
    """Ask whether a guess at the learner's clock is right."""
    now = clock(asked.local)
    text = _("Is it {now} where you are? Then your words come back at {hour}, your time.").format(
        now=now, hour=hour(asked.hour)
    )
    yes = Button(text=_("Yes, {now}").format(now=now), data=Place(asked.place).encode())
    return Reply(text=text, keyboard=[[yes, Button(text=_("No, another time"), data=OtherTime().encode())]])


def places(listed: PlaceList, _: Texts) -> Reply:
    """Offer places by the time it is there."""
    current = (
        _("It is {now} where you are ({zone}). Your words come at {hour}.").format(
            now=clock(listed.local), zone=escape(listed.zone), hour=hour(listed.hour)
        )
        if listed.zone
        else ""
    )
    ask = _("What time is it where you are? Press it, or type your city, such as <i>Madrid</i>.")
    buttons = [
        Button(text=f"{clock(local)} {city_of(str(local.tzinfo))}", data=Place(number).encode())
        for number, local in listed.places
    ]
    return Reply(text="\n".join(filter(None, (current, ask))), keyboard=rows(buttons, _PLACES_IN_A_ROW))


def zone_set(result: ZoneSet, _: Texts) -> Reply:
    """Confirm the clock, and offer another hour."""
    text = _("It is {now} where you are ({zone}). Your words come at {hour}. Would another hour be better?").format(
        now=clock(result.local), zone=escape(result.zone), hour=hour(result.hour)
    )
    buttons = [Button(text=hour(each), data=Hour(each).encode()) for each in HOURS if each != result.hour]
    return Reply(text=text, keyboard=rows(buttons, len(HOURS)))


def clock(local: datetime) -> str:
    """Return the time of day."""
    return f"{local:%H:%M}"


def hour(at: int) -> str:
    """Return a full hour."""
    return f"{at:02d}:00"


def city_of(zone: str) -> str:
    """Return the city that gives a zone its name."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _completed(told: Debrief, _: Texts) -> str:
    score = told.score
    met, missed = len(score.objectives_completed), len(score.objectives_missed)
    lines = [
        (_("Goals"), _("{met} of {all}").format(met=met, all=met + missed)),
        (_("First try"), f"{score.success_rate} %"),
        (_("Score"), str(score.completion_score)),
        (_("New words"), str(told.words)),
    ]
    title = _("<b>{title}: done</b>").format(title=escape(told.title))
    receipt = "\n".join(f"{name:<{_LABEL_WIDTH}}{value:>9}" for name, value in lines)
    return "\n".join(filter(None, (title, f"<pre>{escape(receipt)}</pre>", _words(told, _), _suggestion(told, _))))


def _words(told: Debrief, _: Texts) -> str:
    if told.words_due_on is None:
        return ""
    return _("The first word comes back {day}.").format(day=day(told.words_due_on, told.today, _))


def _suggestion(told: Debrief, _: Texts) -> str:
    """Suggest one thing and say why."""
    if told.error is not None:
        times = _.ngettext("{n} time", "{n} times", told.error.times)
        text = _("Next: a minute on <b>{label}</b>. It slipped {times} this month.")
        return text.format(label=escape(told.error.label), times=times)
    if told.weak_task:
        return _("Next: play it again. This was the hardest part: “{task}”").format(task=escape(told.weak_task))
    if told.next is not None:
        return _next(told.next, _)
    return _("Next: play it again and choose something else. The story changes with what you say.")


def _next(suggestion: Suggestion, _: Texts) -> str:
    """Name the scene to play next, and the reason."""
    title = escape(suggestion.title)
    if suggestion.due:
        reason = _.ngettext("It uses {n} word you are due for.", "It uses {n} words you are due for.", suggestion.due)
        return _("Next: <b>{title}</b>. {reason}").format(title=title, reason=reason)
    if suggestion.unfinished:
        return _("Next: <b>{title}</b>. You have begun it already.").format(title=title)
    return _("Next: <b>{title}</b>, for a change.").format(title=title)


def _part_ended(told: Debrief, remark: str, _: Texts) -> Reply:
    """Close a single turn, or a scene played in the other part, in a line or two."""
    told_off = quote(remark) if remark else ""
    again = Button(text=_("Play it again"), data=Play(told.scenario_id).encode())
    right, all_lines = told.score.items_correct, told.score.items_correct + told.score.items_incorrect
    if told.kind == RunKind.SWAPPED:
        text = _("<b>{title}</b>, from the other side: {right} of {all} lines right at once.").format(
            title=escape(told.title), right=right, all=all_lines
        )
        mine = Button(text=_("My lines"), data=MyLines(told.run_id).encode())
        return Reply(text="\n".join(filter(None, (told_off, text))), keyboard=[[mine, again]])
    sits = all_lines > 0 and not told.score.weak_turns
    text = _("That turn is yours now.") if sits else _("Good that you tried it again.")
    return Reply(text="\n".join(filter(None, (told_off, text))), keyboard=[[again]])


def _not_completed(told: Debrief, _: Texts) -> str:
    missing = told.missing[:_MISSING_SHOWN] or tuple(filter(None, (told.weak_task,)))
    title = _("<b>{title}: the scene is over</b>").format(title=escape(told.title))
    tasks = " ".join(_("“{task}”").format(task=escape(task)) for task in missing)
    lacking = _("Still missing: {tasks}").format(tasks=tasks) if missing else ""
    return "\n".join(filter(None, (title, _("Play it again: you know the way now."), lacking)))


def _keyboard(told: Debrief, _: Texts) -> list[list[Button]]:
    first = [Button(text=_("My lines"), data=MyLines(told.run_id).encode())]
    if told.words:
        first.append(Button(text=_("My words"), data=MyWords(told.run_id).encode()))
    second = [Button(text=_("Play it again"), data=Play(told.scenario_id).encode())]
    if told.words:
        second.append(Button(text=_("See tomorrow's question now"), data=Preview(told.run_id).encode()))
    return [first, second, *_offers(told, _)]


def _offers(told: Debrief, _: Texts) -> list[list[Button]]:
    """Offer what can be played otherwise: the hardest turn, the other part, an error's drill, another scene."""
    third = [
        Button(text=_("The hardest turn again"), data=WeakTurn(told.run_id).encode()) if told.weak else None,
        Button(text=_("Swap roles"), data=Swap(told.scenario_id).encode()) if told.swap else None,
    ]
    drill, other = told.error, told.next
    fourth = [
        Button(
            text=_("One minute: {label}").format(label=shortened(drill.label, _LONGEST_LABEL)),
            data=Drill(drill.error_id).encode(),
        )
        if drill
        else None,
        Button(text=shortened(other.title, _LONGEST_LABEL), data=Play(other.scenario_id).encode()) if other else None,
    ]
    kept = [[button for button in row if button] for row in (third, fourth)]
    return [row for row in kept if row]
