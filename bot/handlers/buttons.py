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
from bot.views import (
    debrief,
    dialogue,
    learner_presses,
    notices,
    onboarding,
    practice_presses,
    records,
    scene_presses,
)
from bot.views import drill as drill_view
from bot.views import languages as languages_view
from bot.views import preferences as settings_view
from bot.views import review as review_view
from bot.views.press import Press

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


def _delete(press: learner_presses.Delete) -> Move:
    return (enrolment.delete, (), onboarding.deleted) if press.sure else (enrolment.keep, (), onboarding.kept)


MEANINGS: Mapping[type[Press], Callable[[Any], Move]] = {
    scene_presses.Play: _plain(practice.play, dialogue.opened, "scenario_id"),
    scene_presses.PlayAnew: _plain(practice.play_anew, dialogue.opened, "scenario_id"),
    scene_presses.Starter: _guarded(practice.pick, dialogue.moved, "run_id", "version", "number"),
    scene_presses.Hint: _guarded(helping.hint, dialogue.hinted, "run_id", "version"),
    scene_presses.More: _guarded(helping.more, dialogue.unfolded, "run_id", "version", "unfolded"),
    scene_presses.SayAgain: _guarded(helping.again, dialogue.said_again, "run_id", "version", "way"),
    scene_presses.LineWords: _guarded(helping.words, dialogue.unfolded, "run_id", "version"),
    scene_presses.Why: _guarded(helping.why, dialogue.hinted, "run_id", "version"),
    scene_presses.Tap: _guarded(helping.tap, dialogue.hinted, "run_id", "moves", "number"),
    scene_presses.Untap: _guarded(helping.untap, dialogue.hinted, "run_id", "moves"),
    scene_presses.SayBuilt: _guarded(practice.say_built, dialogue.moved, "run_id", "moves"),
    scene_presses.Back: _guarded(objections.go_back, dialogue.moved, "run_id", "version"),
    scene_presses.Objection: _plain(objections.contest, dialogue.contested, "turn_row"),
    scene_presses.Skip: _guarded(practice.skip, dialogue.moved, "run_id", "version"),
    scene_presses.Pause: _plain(leaving.pause, dialogue.left, "run_id"),
    scene_presses.Continue: _plain(practice.resume, dialogue.pressed, "run_id"),
    scene_presses.Scenes: _plain(scenes.page, dialogue.scene_page, "page"),
    practice_presses.MyLines: _plain(scenes.my_lines, dialogue.lines, "run_id"),
    practice_presses.MyWords: _plain(vocabulary.words_of_run, records.run_words, "run_id"),
    practice_presses.IKnow: _plain(vocabulary.know, records.run_words_again, "run_id", "item_id"),
    practice_presses.Preview: _plain(review.preview, review_view.asked),
    practice_presses.Choice: _plain(review.answer_choice, review_view.pressed_answer, "question_id", "option"),
    practice_presses.QuestionHint: _plain(review.hint, review_view.helped, "question_id"),
    practice_presses.Later: _plain(review.later, review_view.put_off, "question_id"),
    practice_presses.NotToday: _plain(review.not_today, review_view.put_off, "question_id"),
    practice_presses.WasRight: _plain(second_thoughts.contest, review_view.conceded, "question_id"),
    practice_presses.Undo: _plain(second_thoughts.take_back, review_view.undone, "review_id"),
    practice_presses.GoOn: _plain(review.go_on, review_view.went_on),
    practice_presses.Enough: _plain(review.enough, review_view.finished, "question_id"),
    practice_presses.WeakTurn: _plain(replays.weak_turn, dialogue.opened, "run_id"),
    practice_presses.Swap: _plain(replays.swap, dialogue.opened, "scenario_id"),
    practice_presses.Drill: _plain(drills.begin, drill_view.asked, "error_id"),
    practice_presses.DrillChoice: _plain(drills.choose, drill_view.asked_again, "session_id", "number", "option"),
    learner_presses.Experience: _plain(enrolment.choose_experience, onboarding.welcomed, "level"),
    learner_presses.Native: _plain(enrolment.choose_native, onboarding.welcomed, "language"),
    learner_presses.Learn: _plain(languages.learn, languages_view.chosen, "language"),
    learner_presses.Explain: _plain(languages.explain_in, languages_view.chosen, "language"),
    learner_presses.OtherLanguage: _plain(languages.languages, languages_view.chosen),
    learner_presses.Strict: _plain(preferences.choose_strictness, settings_view.strictness_again, "level"),
    learner_presses.Place: _plain(clock.choose_place, debrief.zone_set, "number"),
    learner_presses.OtherTime: _plain(clock.list_places, debrief.places),
    learner_presses.Hour: _plain(clock.choose_hour, debrief.zone_set, "hour"),
    learner_presses.Delete: _delete,
}
