"""Buttons: each kind of press has its handler, found by the word in its data."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram import Update

from bot.context import Context, desk
from bot.errors import StaleButtonError
from bot.handlers.legible import legible
from bot.services import (
    clock,
    drills,
    enrolment,
    helping,
    languages,
    leaving,
    objections,
    practice,
    preferences,
    replays,
    review,
    scenes,
    second_thoughts,
    vocabulary,
)
from bot.services.visit import Visit
from bot.views import callbacks, debrief, dialogue, notices, onboarding, records
from bot.views import drill as drill_view
from bot.views import languages as languages_view
from bot.views import preferences as settings_view
from bot.views import review as review_view
from bot.views.callbacks import Press

# What a press does: the use case, its arguments, and the view of its result.
Move = tuple[Callable[..., Any], tuple[Any, ...], Callable[..., Any]]


async def on_press(update: Update, context: Context) -> None:
    """Carry out what the pressed button means."""
    use_case, details, view = _move(update.callback_query.data if update.callback_query else None)
    await desk(context).exchange.reply(update, use_case, *details, view=view)


def _move(data: str | None) -> Move:
    for kind, meaning in MEANINGS.items():
        press = kind.decode(legible(data))
        if press is not None:
            return meaning(press)
    return (_stale, (), notices.cancelled)


def _stale(_visit: Visit) -> None:
    raise StaleButtonError


def _guarded(move: Callable[..., Any], view: Callable[..., Any], *names: str) -> Callable[[Any], Move]:
    return lambda press: (practice.guarded, (move, *(getattr(press, name) for name in names)), view)


def _plain(use_case: Callable[..., Any], view: Callable[..., Any], *names: str) -> Callable[[Any], Move]:
    return lambda press: (use_case, tuple(getattr(press, name) for name in names), view)


def _delete(press: callbacks.Delete) -> Move:
    return (enrolment.delete, (), onboarding.deleted) if press.sure else (enrolment.keep, (), onboarding.kept)


MEANINGS: Mapping[type[Press], Callable[[Any], Move]] = {
    callbacks.Experience: _plain(enrolment.choose_experience, onboarding.welcomed, "level"),
    callbacks.Native: _plain(enrolment.choose_native, onboarding.welcomed, "language"),
    callbacks.Learn: _plain(languages.learn, languages_view.chosen, "language"),
    callbacks.Explain: _plain(languages.explain_in, languages_view.chosen, "language"),
    callbacks.OtherLanguage: _plain(languages.languages, languages_view.chosen),
    callbacks.Play: _plain(practice.play, dialogue.opened, "scenario_id"),
    callbacks.PlayAnew: _plain(practice.play_anew, dialogue.opened, "scenario_id"),
    callbacks.Starter: _guarded(practice.pick, dialogue.moved, "run_id", "version", "number"),
    callbacks.Hint: _guarded(helping.hint, dialogue.hinted, "run_id", "version"),
    callbacks.More: _guarded(helping.more, dialogue.unfolded, "run_id", "version", "unfolded"),
    callbacks.SayAgain: _guarded(helping.again, dialogue.said_again, "run_id", "version", "way"),
    callbacks.LineWords: _guarded(helping.words, dialogue.unfolded, "run_id", "version"),
    callbacks.Why: _guarded(helping.why, dialogue.hinted, "run_id", "version"),
    callbacks.Tap: _guarded(helping.tap, dialogue.hinted, "run_id", "moves", "number"),
    callbacks.Untap: _guarded(helping.untap, dialogue.hinted, "run_id", "moves"),
    callbacks.SayBuilt: _guarded(practice.say_built, dialogue.moved, "run_id", "moves"),
    callbacks.Back: _guarded(objections.go_back, dialogue.moved, "run_id", "version"),
    callbacks.Objection: _plain(objections.contest, dialogue.contested, "turn_row"),
    callbacks.Strict: _plain(preferences.choose_strictness, settings_view.strictness_again, "level"),
    callbacks.Skip: _guarded(practice.skip, dialogue.moved, "run_id", "version"),
    callbacks.Pause: _plain(leaving.pause, dialogue.left, "run_id"),
    callbacks.Continue: _plain(practice.resume, dialogue.pressed, "run_id"),
    callbacks.MyLines: _plain(scenes.my_lines, dialogue.lines, "run_id"),
    callbacks.MyWords: _plain(vocabulary.words_of_run, records.run_words, "run_id"),
    callbacks.IKnow: _plain(vocabulary.know, records.run_words_again, "run_id", "item_id"),
    callbacks.Preview: _plain(review.preview, review_view.asked),
    callbacks.Place: _plain(clock.choose_place, debrief.zone_set, "number"),
    callbacks.OtherTime: _plain(clock.list_places, debrief.places),
    callbacks.Hour: _plain(clock.choose_hour, debrief.zone_set, "hour"),
    callbacks.Choice: _plain(review.answer_choice, review_view.pressed_answer, "question_id", "option"),
    callbacks.QuestionHint: _plain(review.hint, review_view.helped, "question_id"),
    callbacks.Later: _plain(review.later, review_view.put_off, "question_id"),
    callbacks.NotToday: _plain(review.not_today, review_view.put_off, "question_id"),
    callbacks.WasRight: _plain(second_thoughts.contest, review_view.conceded, "question_id"),
    callbacks.Undo: _plain(second_thoughts.take_back, review_view.undone, "review_id"),
    callbacks.GoOn: _plain(review.go_on, review_view.went_on),
    callbacks.Enough: _plain(review.enough, review_view.finished, "question_id"),
    callbacks.WeakTurn: _plain(replays.weak_turn, dialogue.opened, "run_id"),
    callbacks.Swap: _plain(replays.swap, dialogue.opened, "scenario_id"),
    callbacks.Scenes: _plain(scenes.page, dialogue.scene_page, "page"),
    callbacks.Drill: _plain(drills.begin, drill_view.asked, "error_id"),
    callbacks.DrillChoice: _plain(drills.choose, drill_view.asked_again, "session_id", "number", "option"),
    callbacks.Delete: _delete,
}
