"""Buttons pressed twice, too late, by the wrong person, or never made by us."""

from typing import Any

import pytest

from storage.tables import User
from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

MOVED_ON = "The scene has moved on. Here is where you are."
SETTLED = "That one is settled already."


def data_of(learner: Learner, label: str) -> str:
    return next(button["callback_data"] for button in learner.newest.buttons if label in button["text"])


@pytest.mark.parametrize("label", ["Hola", "Hint", "Skip"])
async def test_a_second_tap_does_nothing_but_a_kind_note_and_the_current_screen(
    tutor: Tutor, ana: Learner, label: str
) -> None:
    await play(ana, ())
    if label == "Skip":
        await ana.presses("More")
    pressed, data = ana.newest, data_of(ana, label)
    await ana.taps(data, pressed)
    run = await tutor.rows("SELECT state, version FROM scenario_runs")
    sessions = await tutor.rows("SELECT items_studied FROM learning_sessions")
    screen = ana.screen

    await ana.taps(data, pressed)

    assert ana.toast == MOVED_ON
    assert ana.screen == screen
    assert await tutor.rows("SELECT state, version FROM scenario_runs") == run
    assert await tutor.rows("SELECT items_studied FROM learning_sessions") == sessions


async def test_a_button_of_an_earlier_turn_brings_the_current_screen_again(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    early, data = ana.newest, data_of(ana, "Hint")
    for said in PERFECT[:3]:
        await ana.says(said)
    screen = ana.newest
    tutor.clock.advance(minutes=2)

    (shown,) = [message for message in await ana.taps(data, early) if message is not screen]

    assert ana.toast == MOVED_ON
    assert shown.plain == screen.plain
    assert screen.buttons == []
    assert await tutor.count("scenario_turns") == 3


async def test_two_taps_at_once_are_one_move(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    message, data = ana.newest, data_of(ana, "Hola")
    for _tap in range(2):
        tutor.fake.new_update(callback_query=ana.query(tutor.fake.new_query(), data, message))
    await ana.causes(callback_query=ana.query(tutor.fake.new_query(), data, message))

    assert await tutor.count("scenario_turns") == 1
    assert "¿Para tomar aquí o para llevar?" in ana.screen


async def test_a_starter_is_an_answer_of_which_one_turn_is_kept(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    await ana.presses("Buenos días")

    (turn,) = await tutor.rows("SELECT turn_id, utterance, verdict FROM scenario_turns")
    assert tuple(turn) == ("greet", "Buenos días", "ok")


@pytest.mark.parametrize("label", ["Play", "I know some"])
async def test_opening_a_scene_twice_opens_it_once(tutor: Tutor, ana: Learner, label: str) -> None:
    await ana.says("/start")
    data = {"Play": "play:cafe_order", "I know some": data_of(ana, "I know some")}[label]
    await ana.taps(data)
    first = ana.newest
    await ana.taps(data)

    assert await tutor.count("scenario_runs") == 1
    assert ana.buttons == ["Hola", "Buenos días", "Hint", "More…"]
    assert first.buttons == []


async def test_buttons_of_a_finished_run_are_settled(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    stale = [button["callback_data"] for button in ana.newest.buttons]
    for said in PERFECT:
        await ana.says(said)
    before = await rows_of_everything(tutor)

    for data in (*stale, "c:1"):
        await ana.taps(data)
        assert ana.toast == SETTLED
        assert ana.screen.startswith(SETTLED)
    assert await rows_of_everything(tutor) == before


async def test_a_button_of_another_learners_run_is_settled_and_changes_nothing(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    mine = [button["callback_data"] for button in ana.newest.buttons]
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    await bea.says("/start")
    before = await rows_of_everything(tutor)

    for data in (*mine, "c:1", "l:1", "w:1", "k:1:1", "st:1:0:0"):
        await bea.taps(data)
        assert bea.toast == SETTLED

    assert await rows_of_everything(tutor) == before


async def test_a_press_by_somebody_else_in_a_chat_gets_a_toast_and_nothing_more(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    before, calls = await rows_of_everything(tutor), len(tutor.fake.changes)
    query = tutor.fake.new_query()
    pressed = ana.query(query, data_of(ana, "Hint"), ana.newest)
    eve = {"id": 666, "is_bot": False, "first_name": "Eve", "language_code": "en"}

    await ana.causes(callback_query={**pressed, "from": eve})

    assert tutor.fake.toasts[query] == "This button belongs to somebody else."
    assert len(tutor.fake.changes) == calls
    assert await rows_of_everything(tutor) == before
    assert await tutor.count("users", "id = 666") == 0


@pytest.mark.parametrize(
    "data",
    [
        "", ":", "x", "st", "st:1", "st:1:0", "st:1:0:-1", "st:a:b:c", "st:99999999999999999999:0:0", "h:0:0", "c:0",
        "ch:1:-1", "ch:1:-5", "ch:1:99", "z:-1", "z:999", "hr:99", "hr:-1", "del:2", "del:-1", "lv:", "lv:expert",
        "nat:xx", "nat:", "play:", "anew:<b>", "play:\x00", "play:\ud800", "un:1", "cr:1", "go:1:2", "qh:1", "🎉" * 16,
    ],
)  # fmt: skip
async def test_data_that_no_button_of_ours_holds_gets_a_kind_answer_at_the_first_attempt(
    tutor: Tutor, ana: Learner, data: str
) -> None:
    await ana.says("/start")
    await ana.taps(data)

    assert "/" in ana.screen
    assert await tutor.count("inbox", "status <> 'done' OR attempts > 0") == 0
    assert await tutor.count("users", "id = :id AND experience IS NULL", id=ana.id) == 1


async def rows_of_everything(tutor: Tutor) -> dict[str, Any]:
    """Read every table that a press may change, without the traces of the press itself."""
    tables = [
        table for table in User.metadata.sorted_tables if table.name not in {"inbox", "outbox", "prompt_schedule"}
    ]
    seen = "last_seen_at"
    return {
        table.name: [
            {name: value for name, value in row._mapping.items() if name != seen}
            for row in await tutor.rows(f"SELECT * FROM {table.name} ORDER BY 1")  # noqa: S608 - a table's own name
        ]
        for table in tables
    }
