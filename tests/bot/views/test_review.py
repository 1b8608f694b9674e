"""Questions and verdicts as messages, whatever a learner answers."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios.grading import compare
from bot.services.questions import Asked
from bot.services.review import Answered
from bot.views import review
from bot.views.reply import Button, Reply
from bot.views.texts import Texts
from storage.memory_tables import QuestionForm
from tests.bot.views.strict import faults, labels, read

TODAY = date(2026, 11, 3)
GAP = Asked(
    question_id=5,
    form=QuestionForm.GAP,
    word="la cuenta",
    translation="the bill",
    sentence="Perdone, la cuenta, por favor.",
    sentence_translation="Excuse me, the bill, please.",
    gap="la cuenta",
    options=(),
    hint="",
    own_line=False,
    practice=False,
)
CHOICE = replace(GAP, question_id=6, form=QuestionForm.CHOICE, options=("coffee", "the bill"))


def answered(given_text: str, following: Asked | None = None) -> Answered:
    match = compare(given_text, ("la cuenta",), language="es")
    return Answered(
        asked=GAP,
        match=match,
        given=given_text,
        review_id=9,
        comes_on=date(2026, 11, 8),
        today=TODAY,
        practice=False,
        following=following,
    )


def test_a_gap_stands_in_its_own_sentence_with_its_meaning(english: Texts) -> None:
    assert review.asked(GAP, english) == Reply(
        text=("\u2068Perdone, ____, por favor.\u2069\n<i>Excuse me, the bill, please.</i>\nType the 2 missing words."),
        keyboard=[[Button(text="Hint", data="qh:5"), Button(text="I don't know", data="ch:5:-1")]],
        slot="question:5",
    )


def test_a_choice_shows_the_word_in_its_sentence_and_a_way_to_give_up(english: Texts) -> None:
    reply = review.asked(CHOICE, english)

    assert reply.text == "\u2068Perdone, <b>la cuenta</b>, por favor.\u2069\nWhat does it mean?"
    assert labels(reply) == [["coffee"], ["the bill"], ["I don't know"]]


def test_a_wrong_answer_is_shown_beside_the_right_one_and_may_be_contested(english: Texts) -> None:
    reply = review.answered(answered("el cheque", following=CHOICE), english)

    assert "la cuenta" in read(reply).splitlines()[0]
    assert "you: el cheque" in read(reply).splitlines()[0]
    assert reply.keyboard[-1] == [Button(text="I was right", data="cr:5"), Button(text="Undo", data="un:9")]


def test_a_right_answer_leaves_nothing_to_contest(english: Texts) -> None:
    reply = review.answered(answered("la cuenta", following=CHOICE), english)

    assert read(reply).startswith("Right.")
    assert reply.keyboard[-1] == [Button(text="Undo", data="un:9")]


def test_a_pressed_question_loses_its_buttons(english: Texts) -> None:
    assert review.pressed_answer(answered(""), english).strip == "question:5"


@given(st.text(max_size=400), st.text(min_size=1, max_size=120))
def test_whatever_is_answered_every_verdict_can_be_sent(english: Texts, text: str, own: str) -> None:
    mine = replace(GAP, sentence=f"{own} la cuenta", sentence_translation="", own_line=True, hint="l_ c_____")

    assert faults(review.answered(answered(text, following=mine), english)) == []
    assert faults(review.pressed_answer(answered(text), english)) == []
    assert faults(review.asked(replace(CHOICE, options=(own, "the bill")), english)) == []
