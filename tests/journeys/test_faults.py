"""Telegram away for minutes, and a clock that is set back: everything is answered once."""

import asyncio

import pytest

from tests.journeys.conftest import PERFECT, Tutor
from tests.journeys.learner import Learner

MINUTES = 60


async def test_telegram_away_for_minutes_delays_and_loses_nothing(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    before = len(tutor.fake.changes)
    for line in PERFECT:
        tutor.fake.new_update(message=ana.message(line))
    tutor.fake.outage = True
    await asyncio.sleep(10 * MINUTES)
    assert len(tutor.fake.changes) == before
    tutor.fake.outage = False
    await tutor.world.settle()
    assert await tutor.count("scenario_turns") == len(PERFECT)
    assert await tutor.count("scenario_progress_history") == 1
    assert await tutor.count("outbox", "status <> 'sent'") == 0


@pytest.mark.both_databases
@pytest.mark.parametrize("hours", [1, 30])
async def test_a_clock_set_back_in_the_middle_of_a_scene_changes_nothing_for_the_learner(
    tutor: Tutor, ana: Learner, hours: int
) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    for line in PERFECT[:4]:
        await ana.says(line)
    tutor.clock.advance(hours=-hours)
    for line in PERFECT[4:]:
        await ana.says(line)
    assert await tutor.count("scenario_progress_history") == 1
    assert await tutor.count("learning_sessions", "duration_seconds < 0 OR ended_at < started_at") == 0
    await tutor.sweep_at(tutor.clock.now)
    assert await tutor.count("review_prompts") == 0
