"""Learners who block the bot, and come back."""

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner


async def test_who_blocks_the_bot_is_unreachable_until_they_let_it_in(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.blocks()
    assert await tutor.count("users", "NOT reachable") == 1

    await ana.unblocks()
    assert await tutor.count("users", "reachable") == 1


async def test_who_writes_again_is_reachable_again(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:3])
    await ana.blocks()
    tutor.fake.blocked.clear()
    await ana.says(PERFECT[3])

    assert "Aquí tiene" in ana.screen
    assert await tutor.count("users", "reachable") == 1


async def test_nothing_is_sent_to_who_blocked_the_bot_and_prompts_go_on_when_they_return(
    tutor: Tutor, ana: Learner
) -> None:
    await play(ana)
    await ana.says("/timezone Europe/Madrid")
    await ana.blocks()
    calls = len(tutor.fake.calls)
    await tutor.sweep_at(local(3, 9, 5, zone="Europe/Madrid"))
    assert [method for method, _ in tutor.fake.calls[calls:] if method == "sendMessage"] == []

    tutor.clock.now = local(4, 8, zone="Europe/Madrid")
    await ana.unblocks()
    await tutor.sweep_at(local(4, 9, 5, zone="Europe/Madrid"))
    assert await tutor.count("review_prompts", "status = 'sent'") == 1


async def test_a_refused_message_marks_its_reader_unreachable_and_others_are_served(tutor: Tutor, ana: Learner) -> None:
    bea = tutor.learner(id=8_000_000_002, name="Bea")
    tutor.fake.blocked.add(ana.id)
    await ana.says("/start")
    await bea.says("/start")

    assert await tutor.count("users", "NOT reachable AND id = :id", id=ana.id) == 1
    assert bea.screen.startswith("Welcome!")
