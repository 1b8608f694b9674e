"""What a question offers to choose from."""

from tests.journeys.conftest import Tutor, local, play
from tests.journeys.learner import Learner

QUESTIONS = {
    "What can I get you?",
    "Anything else?",
    "can I have…? (ordering)",
    "To have here or to take away?",
}


async def test_the_wrong_choices_are_of_the_kind_of_the_right_one(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    tutor.clock.now = local(3, 12, zone="UTC")

    await ana.says("/review")

    assert "¿Para tomar aquí o para llevar?" in ana.screen
    assert set(ana.buttons) - {"I don't know"} == QUESTIONS
