"""Answers and updates of every shape: nothing breaks, others are served, nothing is lost."""

import copy
from typing import Any

import pytest

from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

WEIRD = {
    "markup": "<b>&_*[`~",
    "closing tags": "</b></blockquote></pre>&lt;&#0;",
    "4,096 characters": "a" * 4096,
    "4,096 ampersands": "&" * 4096,
    "2,048 emoji": "🦜" * 2048,
    "right to left": "أريد قهوة \u202eمن فضلك",
    "isolates": "\u2069\u2069\u2068\u202e",
    "one emoji": "🙂",
    "a family": "👩‍👩‍👧‍👦",
    "NUL": "un \x00 café",
    "a lone high surrogate": "un \ud83d café",
    "a lone low surrogate": "\ude00",
    "only spaces": "   ",
    "only new lines": "\n\n",
    "many lines": "un\ncafé\n\ncon\nleche",
    "combining marks": "e" + "\u0301" * 300,
    "SQL": "'; DROP TABLE users; --",
    "a placeholder": "{model} {0} %s {",
    "a slash": "/",
    "digits": "0" * 400,
}


@pytest.mark.both_databases
async def test_any_answer_gets_one_message_one_turn_row_and_breaks_nothing(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    for number, (kind, text) in enumerate(WEIRD.items(), start=2):
        if "Say goodbye" in ana.screen:
            await ana.says("/quit")
            await ana.says("/play cafe_order")
        shown = await ana.says(text)
        assert len(shown) == 1, kind
        assert await tutor.count("scenario_turns") == number, kind

    assert tutor.fake.refusals == []
    assert await tutor.count("inbox", "status <> 'done' OR attempts > 0") == 0
    assert await tutor.count("outbox", "status <> 'sent'") == 0


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", WEIRD)
async def test_any_text_may_be_said_where_nothing_is_asked_or_a_place_is(tutor: Tutor, ana: Learner, kind: str) -> None:
    said = [WEIRD[kind], f"/play {WEIRD[kind]}", f"/start play_{WEIRD[kind]}", f"/timezone {WEIRD[kind]}"]
    for text in (*said, "/timezone", WEIRD[kind], f"/admin user {WEIRD[kind]}", f"/{WEIRD[kind]}"):
        assert len(await ana.says(text)) == 1, text

    assert tutor.fake.refusals == []
    assert await tutor.count("inbox", "status <> 'done' OR attempts > 0") == 0


async def test_a_long_answer_is_told_kindly_to_be_shorter_and_moves_nothing(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.says("palabra " * 500)

    assert "That is a long answer. One short sentence is enough here." in ana.screen
    assert "¿Para tomar aquí o para llevar?" in ana.screen
    await ana.says(PERFECT[1])
    assert "¿Qué le pongo?" in ana.screen


async def test_what_a_learner_wrote_is_shown_back_as_they_wrote_it(ana: Learner) -> None:
    await play(ana, ("<b>&_*[", "<b>&_*[", *PERFECT[1:]))
    await ana.presses("My lines")

    assert "You: <b>&_*[" in ana.screen


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "1", "file_unique_id": "1", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}], "caption": "Hola"},
        {"voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}},
        {"location": {"longitude": 1.0, "latitude": 1.0}},
        {"dice": {"emoji": "🎲", "value": 6}},
        {"contact": {"phone_number": "1", "first_name": "x"}},
        {"poll_of_tomorrow": {"x": 1}},
    ],
    ids=["sticker", "photo", "voice", "location", "dice", "contact", "unheard of"],
)  # fmt: skip
async def test_what_is_no_text_is_answered_kindly_and_is_no_turn(
    tutor: Tutor, ana: Learner, content: dict[str, Any]
) -> None:
    await play(ana, PERFECT[:1])
    (shown,) = await ana.sends(**content)

    assert shown.plain == "Nice, but I can only read text. Please type your answer."
    assert await tutor.count("scenario_turns") == 1
    await ana.says(PERFECT[1])
    assert "¿Qué le pongo?" in ana.screen


async def test_an_edited_message_is_no_answer(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    assert await ana.causes(edited_message={**ana.message("Para llevar"), "edit_date": 1}) == []
    assert await tutor.count("scenario_turns") == 1


async def test_a_pinned_message_is_nobodys_answer(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    assert await ana.sends(pinned_message=ana.newest.as_json()) == []


async def test_groups_and_channels_are_not_talked_to(tutor: Tutor, ana: Learner) -> None:
    group: dict[str, Any] = {"id": -100_123, "type": "supergroup", "title": "Friends"}
    tutor.fake.chats[group["id"]] = []
    await ana.causes(message={**ana.message("/start"), "chat": group})
    await ana.causes(channel_post={"message_id": 1, "date": 1, "chat": {**group, "type": "channel"}, "text": "/start"})
    await ana.causes(my_chat_member={**ana._member("kicked", "member"), "chat": group})

    assert tutor.fake.changes == []
    assert await tutor.count("users") == 0
    assert await tutor.count("inbox", "status <> 'done'") == 0


async def test_an_update_delivered_twice_is_one_turn(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ())
    update = tutor.fake.new_update(message=ana.message("Hola"))
    await tutor.world.settle()
    shown = len(tutor.fake.changes)
    tutor.fake.put(copy.deepcopy(update))
    await tutor.world.settle()

    assert len(tutor.fake.changes) == shown
    assert await tutor.count("scenario_turns") == 1


async def test_malformed_updates_delay_nobody(tutor: Tutor, ana: Learner) -> None:
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    await play(ana, ())
    for content in (
        {"message": "rubbish"},
        {"message": {"message_id": "x", "chat": 7}},
        {"message": {**ana.message("Hola"), "from": None}},
        {"callback_query": {"id": "1"}},
        {"my_chat_member": {**ana._place(), "date": 1}},
        {"future": {"chat": {"id": ana.id, "type": "private"}}},
        {},
    ):
        tutor.fake.new_update(**content)
    tutor.fake.put("not an update")
    tutor.fake.put({"update_id": "seven"})
    tutor.fake.new_update(message=ana.message("Hola"))
    await bea.says("/start")

    assert bea.screen.startswith("Welcome!")
    assert "¿Para tomar aquí o para llevar?" in ana.screen
    assert await tutor.count("inbox", "status = 'new'") == 0
    assert await tutor.count("scenario_turns") == 1
