"""Kind words for everything that does not go as asked: each names a way out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    NotAnswerableError,
    NothingOpenError,
    NotYoursError,
    StaleButtonError,
    TutorError,
    UnknownCommandError,
    UnknownSceneError,
    UnknownZoneError,
)
from bot.views import admin, notices
from bot.views.reply import Button, Reply
from bot.views.texts import Texts
from tests.bot.views.strict import faults, labels, read


@pytest.mark.parametrize(
    ("problem", "way_out"),
    [
        (NothingOpenError(), "/scenarios"),
        (StaleButtonError(), "/continue"),
        (UnknownCommandError(), "/help"),
        (NotAnswerableError(), "/continue"),
        (UnknownSceneError("x", None), "/scenarios"),
        (UnknownZoneError("x", ()), "/timezone"),
    ],
)
def test_every_problem_names_a_way_out(english: Texts, problem: TutorError, way_out: str) -> None:
    reply = notices.error(problem, english)

    assert way_out in reply.text
    assert faults(reply) == []


@pytest.mark.parametrize("problem", [StaleButtonError(), NotYoursError()])
def test_what_a_button_caused_is_said_in_a_toast_that_fits(english: Texts, problem: TutorError) -> None:
    toast = notices.error(problem, english).toast
    assert toast is not None
    assert len(toast) <= 200


def test_a_misspelt_scene_is_offered_by_its_title(english: Texts) -> None:
    reply = notices.error(UnknownSceneError("cafe<", "cafe_order", "Ordering at a café"), english)

    assert reply == Reply(
        text="There is no scene “cafe&lt;”. All scenes: /scenarios\nDid you mean this one?",
        keyboard=[[Button(text="Ordering at a café", data="play:cafe_order")]],
    )


def test_places_on_the_list_are_buttons_and_others_are_commands(english: Texts) -> None:
    reply = notices.error(UnknownZoneError("Madrd", ("Europe/Madrid", "Africa/Maseru")), english)

    assert labels(reply) == [["Madrid"]]
    assert "Did you mean /timezone Africa/Maseru?" in read(reply)


def test_a_typed_time_is_answered_with_the_places_where_it_is_that_time(english: Texts) -> None:
    reply = notices.error(UnknownZoneError("10:00", ("Europe/London", "UTC")), english)

    assert reply.text == "Which of these places has your time? If none, type your city."
    assert labels(reply) == [["London"], ["UTC"]]


@given(st.text(max_size=4096))
def test_whatever_was_asked_for_can_be_shown_back(english: Texts, asked: str) -> None:
    for problem in (UnknownSceneError(asked, "cafe_order"), UnknownZoneError(asked, ("Europe/Madrid",))):
        assert faults(notices.error(problem, english)) == []


def test_the_rest_is_short_and_says_what_to_do(english: Texts) -> None:
    for reply in (notices.apology(english), notices.unreadable(None, english), notices.cancelled(None, english)):
        assert len(reply.text) <= 120
        assert faults(reply) == []


def test_what_an_admin_can_ask_is_shown_as_typed(english: Texts) -> None:
    commands = ("/admin", "/admin contested", "/admin user <id>", "/admin ban <id>", "/admin unban <id>")
    assert read(admin.usage(None, english)) == "\n".join(commands)
    assert faults(admin.usage(None, english)) == []
