"""The receipt at the end of a scene, and the clock."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios.score import Score
from bot.services.clock import ClockQuestion, PlaceList, ZoneSet
from bot.services.completion import Debrief
from bot.services.errors import Recurring
from bot.services.suggesting import Suggestion
from bot.views import debrief
from bot.views.reply import Button, Reply
from bot.views.texts import Texts
from tests.bot.views.strict import faults, labels, read

MADRID = datetime(2026, 11, 2, 18, 42, tzinfo=ZoneInfo("Europe/Madrid"))
SCORE = Score(
    completion_score=96,
    success_rate=87,
    completed=True,
    passed=True,
    objectives_completed=("greet", "pay"),
    objectives_missed=("ask_bill",),
    phases_completed=3,
    total_phases=3,
    items_correct=7,
    items_incorrect=1,
    weak_turns=("drink",),
)
TOLD = Debrief(
    run_id=7,
    scenario_id="cafe_order",
    title="Ordering at a café",
    score=SCORE,
    words=12,
    words_due_on=date(2026, 11, 3),
    today=date(2026, 11, 2),
    weak_task="Order a drink.",
    missing=(),
    total="4,10",
    note="",
)


def test_a_scene_done_is_summed_up_like_a_receipt(english: Texts) -> None:
    (reply,) = debrief.ended(TOLD, "", english)

    assert reply == Reply(
        text=(
            "<b>Ordering at a café: done</b>\n"
            "<pre>Goals            2 of 3\n"
            "First try          87 %\n"
            "Score                96\n"
            "New words            12</pre>\n"
            "The first word comes back tomorrow.\n"
            "Next: play it again. This was the hardest part: “Order a drink.”"
        ),
        keyboard=[
            [Button(text="My lines", data="l:7"), Button(text="My words", data="w:7")],
            [
                Button(text="Play it again", data="play:cafe_order"),
                Button(text="See tomorrow's question now", data="t:7"),
            ],
        ],
    )


def test_with_a_remark_it_has_eight_lines(english: Texts) -> None:
    (reply,) = debrief.ended(TOLD, "Right.", english)

    assert len(read(reply).splitlines()) == 8


def test_a_scene_not_done_says_what_is_missing_and_shows_no_score(english: Texts) -> None:
    tasks = ("Order a drink.", "Say how you'd like to pay.")
    told = replace(TOLD, score=replace(SCORE, completed=False), missing=tasks, words=0)
    (reply,) = debrief.ended(told, "", english)

    assert read(reply) == (
        "Ordering at a café: the scene is over\nPlay it again: you know the way now.\n"
        "Still missing: “Order a drink.” “Say how you'd like to pay.”"
    )
    assert labels(reply) == [["My lines"], ["Play it again"]]


def test_the_clock_question_is_a_message_of_its_own(english: Texts) -> None:
    told = replace(TOLD, clock=ClockQuestion(place=1, local=MADRID, hour=9))
    _summary, question = debrief.ended(told, "", english)

    assert question == Reply(
        text="Is it 18:42 where you are? Then your words come back at 09:00, your time.",
        keyboard=[[Button(text="Yes, 18:42", data="z:1"), Button(text="No, another time", data="zo")]],
    )


def test_places_are_offered_by_the_time_it_is_there(english: Texts) -> None:
    listed = PlaceList(places=((1, MADRID),), zone=None, local=MADRID, hour=9)
    reply = debrief.places(listed, english)

    assert labels(reply) == [["18:42 Madrid"]]
    assert "type your city" in reply.text
    assert "Europe/Madrid" in debrief.places(replace(listed, zone="Europe/Madrid"), english).text


def test_a_zone_is_confirmed_with_other_hours_to_choose(english: Texts) -> None:
    reply = debrief.zone_set(ZoneSet(zone="Europe/Madrid", local=MADRID, hour=9), english)

    assert "18:42" in reply.text
    assert "09:00" in reply.text
    assert labels(reply) == [["08:00", "12:00", "17:00", "19:00", "20:00"]]


@given(
    title=st.text(min_size=1, max_size=60).filter(lambda title: len(f"{title}.".splitlines()) == 1),
    words=st.integers(0, 99),
    completed=st.booleans(),
    missing=st.lists(st.sampled_from(["<Order> & drink.", "Say goodbye."]), max_size=9),
    remark=st.sampled_from(["", "You could say: <b>Hola</b>"]),
)
def test_a_debrief_has_at_most_eight_lines_and_can_always_be_sent(
    english: Texts, *, title: str, words: int, completed: bool, missing: list[str], remark: str
) -> None:
    told = replace(TOLD, title=title, words=words, missing=tuple(missing), score=replace(SCORE, completed=completed))
    replies = debrief.ended(told, remark, english)

    assert faults(replies) == []
    assert len(read(replies[0]).splitlines()) <= 8


def test_what_can_be_played_otherwise_is_offered_in_buttons(english: Texts) -> None:
    told = replace(
        TOLD,
        weak=True,
        swap=True,
        error=Recurring(error_id="article_gender", label="un/una", times=3),
        next=Suggestion(scenario_id="food_market", title="At the market", due=2),
    )
    (reply,) = debrief.ended(told, "", english)

    assert labels(reply)[2:] == [["The hardest turn again", "Swap roles"], ["One minute: un/una", "At the market"]]
    assert "Next: a minute on un/una. It slipped 3 times this month." in read(reply)
    assert len(read(reply).splitlines()) <= 8


def test_the_next_scene_is_named_with_its_reason(english: Texts) -> None:
    market = Suggestion(scenario_id="food_market", title="<Market>", due=1)
    told = [
        read(debrief.ended(replace(TOLD, weak_task="", next=each), "", english)[0]).splitlines()[-1]
        for each in (market, replace(market, due=0, unfinished=True), replace(market, due=0))
    ]
    assert told == [
        "Next: <Market>. It uses 1 word you are due for.",
        "Next: <Market>. You have begun it already.",
        "Next: <Market>, for a change.",
    ]


def test_a_part_played_again_ends_in_a_line(english: Texts) -> None:
    once = replace(SCORE, items_correct=1, items_incorrect=0, weak_turns=())
    (mine,) = debrief.ended(replace(TOLD, kind="weak_turn", score=once), "", english)
    missed = replace(SCORE, items_correct=0, items_incorrect=1)
    (tried,) = debrief.ended(replace(TOLD, kind="weak_turn", score=missed), "", english)
    (other,) = debrief.ended(replace(TOLD, kind="swapped"), "", english)

    assert (read(mine), labels(mine)) == ("That turn is yours now.", [["Play it again"]])
    assert read(tried) == "Good that you tried it again."
    assert read(other) == "Ordering at a café, from the other side: 7 of 8 lines right at once."
    assert labels(other) == [["My lines", "Play it again"]]
