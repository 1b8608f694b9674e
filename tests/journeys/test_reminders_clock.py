"""Finding out what time it is for a learner, and what a change of zone does to words and reminders."""

from datetime import datetime, timedelta

import pytest

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner
from tests.journeys.reviewing import TOKYO, answers_right, prompts, settles_in


async def zone_of(tutor: Tutor) -> tuple[str, bool]:
    zone, confirmed = (await tutor.rows("SELECT zone, zone_confirmed FROM users"))[0]
    return str(zone), bool(confirmed)


async def test_the_clock_is_asked_about_once_and_yes_is_enough(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    assert "Is it 10:00" in ana.screen
    await ana.presses("Yes, 10:00")

    assert await zone_of(tutor) == ("Europe/London", True)
    await ana.says("/play cafe_order")
    for answer in PERFECT:
        await ana.says(answer)
    assert "Is it" not in ana.screen


async def test_another_time_is_chosen_from_a_list(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.presses("another time")
    await ana.presses("19:00 Tokyo")

    assert await zone_of(tutor) == (TOKYO, True)
    assert "19:00" in ana.screen


@pytest.mark.parametrize("typed", ["Madrid", "europe/madrid", "MADRID"])
async def test_a_typed_city_answers_the_clock_question(tutor: Tutor, ana: Learner, typed: str) -> None:
    await play(ana)
    await ana.says(typed)

    assert await zone_of(tutor) == ("Europe/Madrid", True)


async def test_a_typed_time_offers_the_places_where_it_is_that_time(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("19:02")
    assert "Tokyo" in ana.buttons
    assert all("London" not in text for text in ana.buttons)
    await ana.presses("Tokyo")

    assert await zone_of(tutor) == (TOKYO, True)


async def test_a_time_that_is_nowhere_on_the_list_is_answered_kindly(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("18:42")

    assert await zone_of(tutor) == ("UTC", False)
    assert "Something went wrong" not in ana.screen
    await ana.says("Tokio")
    assert "Tokyo" in ana.screen + str(ana.buttons)


async def test_nonsense_after_timezone_suggests_places(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/timezone Madird")

    assert "Madrid" in ana.screen + str(ana.buttons)
    assert await zone_of(tutor) == ("UTC", False)


async def test_a_change_of_zone_moves_every_instant_but_no_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    days = await tutor.rows("SELECT id, due_on FROM cards ORDER BY id")
    before = _instants(await tutor.rows("SELECT due_at FROM cards ORDER BY id"))
    planned = _instants(await tutor.rows("SELECT next_at FROM prompt_schedule"))
    await ana.says("/timezone America/New_York")

    assert await tutor.rows("SELECT id, due_on FROM cards ORDER BY id") == days
    moved = _instants(await tutor.rows("SELECT due_at FROM cards ORDER BY id"))
    assert {after - earlier for earlier, after in zip(before, moved, strict=True)} == {timedelta(hours=14)}
    (after,) = _instants(await tutor.rows("SELECT next_at FROM prompt_schedule"))
    assert after - planned[0] == timedelta(hours=14)


def _instants(rows: object) -> list[datetime]:
    found = [row[0] for row in rows]  # type: ignore[attr-defined]
    return [datetime.fromisoformat(each) if isinstance(each, str) else each for each in found]


@pytest.mark.both_databases
async def test_a_traveller_never_gets_two_prompts_on_one_local_date(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    zones = (TOKYO, "America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Europe/Madrid")
    await tutor.sweep_at(local(3, 9, 10, zone=TOKYO))
    for step in range(24):
        await ana.says(f"/timezone {zones[step % 5]}")
        for _ in range(8):
            await tutor.sweep_at(tutor.clock.now + timedelta(hours=1))

    sent = await prompts(tutor, ana)
    dates = [row.local_on for row in sent]
    assert len(dates) == len(set(dates))
    assert sorted(dates) == dates
    assert len(dates) >= 3


async def test_practising_every_day_brings_at_most_one_prompt_a_day(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    for day in range(3, 20):
        for hour in (8, 9, 10, 12, 15, 20):
            seen = len(await prompts(tutor, ana))
            await tutor.sweep_at(local(day, hour, 30, zone=TOKYO))
            if len(await prompts(tutor, ana)) > seen:
                await answers_right(tutor, ana)

    dates = [row.local_on for row in await prompts(tutor, ana)]
    assert len(dates) == len(set(dates)) == await tutor.count("review_prompts", "answered_at IS NOT NULL")
