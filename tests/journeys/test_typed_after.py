"""What is typed when a scene has just ended and the clock question stands."""

import pytest

from tests.journeys.conftest import Tutor, play
from tests.journeys.learner import Learner


@pytest.mark.parametrize("typed", ["yes", "Yes.", "sí", "ok"])
async def test_yes_can_be_typed_to_the_clock_question(tutor: Tutor, ana: Learner, typed: str) -> None:
    await play(ana)
    await ana.says(typed)

    assert "(Europe/London)" in ana.screen
    (user,) = await tutor.rows("SELECT * FROM users")
    assert (user.zone, bool(user.zone_confirmed), user.awaiting) == ("Europe/London", True, None)


async def test_no_can_be_typed_too_and_then_a_city(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("no")
    assert "type your city" in ana.screen.lower()

    await ana.says("Madrid")

    (user,) = await tutor.rows("SELECT * FROM users")
    assert user.zone == "Europe/Madrid"


async def test_a_misspelt_city_gets_a_suggestion(ana: Learner) -> None:
    await play(ana)
    await ana.says("Madird")

    assert "Madrid" in ana.buttons


@pytest.mark.parametrize("typed", ["Hasta luego", "un café", "gracias", "Hola", "that was fun"])
async def test_what_is_no_place_is_not_taken_for_one(tutor: Tutor, ana: Learner, typed: str) -> None:
    await play(ana)
    await ana.says(typed)

    assert "place" not in ana.screen
    assert "/scenarios" in ana.screen
    (user,) = await tutor.rows("SELECT * FROM users")
    assert not user.zone_confirmed
