"""A minute on one error, as it is shown."""

from dataclasses import replace

from bot.scenarios.drill import Pair
from bot.services.drills import DrillStep
from bot.views import drill
from bot.views.texts import Texts
from tests.bot.views.strict import faults, labels, read

PAIR = Pair(wrong="Una café", right="Un café")
STEP = DrillStep(
    session_id=5, label="un/una", number=0, total=6, pair=PAIR, right_first=False, typed=False
)  # fmt: skip


def test_two_sentences_are_offered_and_nothing_gives_the_right_one_away(english: Texts) -> None:
    reply = drill.asked(STEP, english)

    assert read(reply) == "un/una · 1 of 6\nWhich one is right?"
    assert labels(reply) == [["Una café"], ["Un café"]]
    assert [button.data for row in reply.keyboard for button in row] == ["dc:5:0:0", "dc:5:0:1"]
    assert labels(drill.asked(replace(STEP, right_first=True), english)) == [["Un café"], ["Una café"]]


def test_the_last_ones_are_typed(english: Texts) -> None:
    reply = drill.asked(replace(STEP, number=4, typed=True, before=PAIR, was_right=True), english)

    assert "Something is wrong here. Type it right: " in read(reply)
    assert "Right: " in read(reply)
    assert reply.keyboard == []


def test_at_the_end_stands_what_was_right(english: Texts) -> None:
    done = replace(STEP, number=6, pair=None, before=PAIR, was_right=False, right=5)
    reply = drill.asked_again(done, english)

    assert "Not quite. It is " in read(reply)
    assert "un/una: 5 of 6 right." in read(reply)
    assert (reply.edit, reply.slot, reply.keyboard) == (True, "drill:5", [])
    assert faults([reply]) == []
