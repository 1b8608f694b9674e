"""Sixty days of reminders in zones whose clocks change, through the use cases and their tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.services import practice, prompting, review, schedule
from scheduler.reminders import Action
from tests.bot.services.conftest import Desk
from tests.bot.services.test_memory_laws import right, scene

DAYS = 60


def sixty_days(desk: Desk, *, answers: bool) -> list[datetime]:
    """Settle every half-hour, and return when prompts were sent."""
    sent = []
    for _ in range(DAYS * 48):
        desk.now += timedelta(minutes=30)
        settled = desk.do(prompting.settle)
        if settled.action is Action.SEND:
            sent.append(desk.now)
            if answers:
                right(desk)
            desk.connection.execute(text("UPDATE cards SET due_on = '2026-01-01'"))
    return sent


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("start", [datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 9, 20, 12, tzinfo=UTC)])
def test_who_answers_is_prompted_once_a_day_at_their_hour_through_every_change_of_clocks(
    opened: Callable[..., Any], zone: str, start: datetime
) -> None:
    with opened(start) as desk:
        scene(desk)
        desk.do(schedule.set_zone, zone)
        local = [now.astimezone(ZoneInfo(zone)) for now in sixty_days(desk, answers=True)]

    dates = [now.date() for now in local]
    assert len(dates) == len(set(dates))
    assert DAYS - 1 <= len(dates) <= DAYS
    assert {now.hour for now in local} == {9}


def test_who_does_not_answer_is_prompted_five_times_in_sixty_days(opened: Callable[..., Any]) -> None:
    with opened(datetime(2026, 3, 1, 12, tzinfo=UTC)) as desk:
        scene(desk)
        desk.do(schedule.set_zone, "Europe/Madrid")
        sent = sixty_days(desk, answers=False)

    assert [(now - sent[0]).days + 1 for now in sent] == [1, 2, 4, 8, 15]


def test_a_prompt_takes_no_turn_from_a_scene_still_being_played(opened: Callable[..., Any]) -> None:
    with opened(datetime(2026, 3, 1, 12, tzinfo=UTC)) as desk:
        scene(desk)
        desk.do(schedule.set_zone, "Europe/Madrid")
        desk.now = datetime(2026, 3, 2, 7, 50, tzinfo=UTC)
        desk.do(practice.play_anew, "cafe_order")
        desk.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

        assert desk.do(prompting.settle).action is Action.HOLD
        desk.now += timedelta(minutes=20)
        assert desk.do(prompting.settle).action is Action.SEND
        assert desk.do(review.begin) is not None
