"""A week later: the queues are empty again, and nobody who can still answer has lost their place."""

import pytest
from sqlalchemy import Connection

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner
from tests.journeys.reviewing import TOKYO, prompted, questions, settles_in


@pytest.mark.both_databases
async def test_a_parked_scene_is_still_changed_in_place_when_its_queue_was_emptied(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    screen = ana.newest
    await tutor.sweep_at(local(2, 22, 0, zone=TOKYO))
    await tutor.sweep_at(local(20, 12, 0, zone=TOKYO))
    await tutor.restart()

    assert await tutor.count("outbox", "message_id IS NOT NULL AND payload IS NOT NULL") == 0
    assert await tutor.count("outbox", "slot IS NOT NULL") == 1
    assert await tutor.count("inbox") == 1

    (shown,) = await ana.presses("Hint")
    assert shown is screen
    assert "Words that help" in screen.plain


@pytest.mark.both_databases
async def test_a_reply_to_the_latest_prompt_still_answers_it(tutor: Tutor, ana: Learner) -> None:
    await settles_in(ana)
    question = await prompted(tutor, ana)
    message = next(each for each in reversed(tutor.fake.chats[ana.id]) if each.mine and each.buttons)
    await tutor.database.run(_never_prompt_again)
    await tutor.sweep_at(local(30, 12, 0, zone=TOKYO))
    await tutor.restart()
    await ana.says("/help")

    await ana.says("zzzz", reply_to=message)

    (answered,) = await questions(tutor, ana, f"id = {question.id} AND status = 'answered'")
    assert answered.from_prompt


def _never_prompt_again(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE prompt_schedule SET next_at = NULL")
