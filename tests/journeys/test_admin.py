"""What admins see and do, and that to everybody else none of it exists."""

import pytest

from tests.journeys.conftest import ADMIN, PERFECT, Tutor, local, play
from tests.journeys.learner import Learner

USAGE = ["/admin", "/admin contested", "/admin user <id>", "/admin ban <id>", "/admin unban <id>"]


@pytest.fixture
def boss(tutor: Tutor) -> Learner:
    return tutor.learner(id=ADMIN, name="Boss")


@pytest.mark.both_databases
async def test_the_overview_counts_what_happened(tutor: Tutor, ana: Learner, boss: Learner) -> None:
    await boss.says("/help")
    await play(ana)
    await ana.says("/timezone Europe/Madrid")
    await tutor.sweep_at(local(3, 9, 5, zone="Europe/Madrid"))
    await ana.presses("I don't know")

    await boss.says("/admin")

    assert boss.screen.splitlines() == [
        "users 2, active today 2",
        "last 24 h: scenes finished 1, reviews 1",
        "prompts since yesterday: sent 1, missed 0, failed 0, queued 0",
        "queues: inbox 0 s, outbox 0 s",
    ]


async def test_one_learner_can_be_looked_at(tutor: Tutor, ana: Learner, boss: Learner) -> None:
    await play(ana)
    await ana.says("/timezone Europe/Madrid")
    await boss.says(f"/admin user {ana.id}")

    lines = boss.screen.splitlines()
    assert lines[0] == f"user {ana.id}, last seen 2026-11-02 10:00 UTC, zone Europe/Madrid, hour 9"
    assert lines[1:] == ["due 0, ignored 0", "next prompt: 2026-11-03 08:00 UTC"]
    await tutor.sweep_at(local(3, 9, 5, zone="Europe/Madrid"))
    await boss.says(f"/admin user {ana.id}")
    assert boss.screen.splitlines()[-1] == "2026-11-03: sent"


async def test_the_reason_for_silence_is_named(ana: Learner, boss: Learner) -> None:
    await ana.says("/start")
    await boss.says(f"/admin user {ana.id}")
    assert "next prompt: none, no words yet" in boss.screen
    await ana.blocks()
    await boss.says(f"/admin user {ana.id}")
    assert "next prompt: none, the bot is blocked" in boss.screen


async def test_whoever_is_banned_gets_no_answer_and_leaves_no_trace(tutor: Tutor, ana: Learner, boss: Learner) -> None:
    await play(ana, PERFECT[:3])
    await boss.says(f"/admin ban {ana.id}")
    assert boss.screen == f"user {ana.id} is banned"
    turns, sent = await tutor.count("scenario_turns"), await tutor.count("outbox")

    tutor.clock.advance(minutes=1)
    assert await ana.says(PERFECT[3]) == []
    assert await ana.says("/start") == []
    assert await ana.taps("c:1") == []

    assert (await tutor.count("scenario_turns"), await tutor.count("outbox")) == (turns, sent)
    assert await tutor.count("inbox", "status <> 'done'") == 0
    await boss.says(f"/admin user {ana.id}")
    assert "next prompt: none, banned" in boss.screen
    await boss.says(f"/admin unban {ana.id}")
    assert boss.screen == f"user {ana.id} is no longer banned"
    await ana.says(PERFECT[3])
    assert "Aquí tiene" in ana.screen


async def test_whoever_is_banned_gets_no_prompt(tutor: Tutor, ana: Learner, boss: Learner) -> None:
    await play(ana)
    await ana.says("/timezone Europe/Madrid")
    await boss.says(f"/admin ban {ana.id}")
    await tutor.sweep_at(local(3, 9, 5, zone="Europe/Madrid"))

    assert await tutor.count("review_prompts", "status = 'sent'") == 0


@pytest.mark.parametrize("asked", ["user 1", "ban 1", "unban 1", "user 999999999999999999"])
async def test_somebody_unknown_is_said_to_be_unknown(boss: Learner, asked: str) -> None:
    await boss.says(f"/admin {asked}")

    assert boss.screen == f"no user {asked.split()[1]}"


@pytest.mark.parametrize(
    "asked", ["help", "user", "user x", "user 1 2", "ban", "user 99999999999999999999", "user ٣", "ban -1", "drop 1"]
)
async def test_whatever_else_is_asked_shows_what_can_be_asked(boss: Learner, asked: str) -> None:
    await boss.says(f"/admin {asked}")

    assert boss.screen.splitlines() == USAGE


@pytest.mark.parametrize("asked", ["", " user 4200", " ban 4200", " unban 4200"])
async def test_to_others_it_is_an_unknown_command(tutor: Tutor, ana: Learner, boss: Learner, asked: str) -> None:
    await boss.says("/start")
    await ana.says(f"/admin{asked}")

    assert ana.screen.startswith("I do not know that command.")
    assert await tutor.count("users", "banned") == 0


async def test_an_admin_cannot_be_banned_for_nobody_could_let_them_in_again(tutor: Tutor) -> None:
    boss = tutor.learner(id=ADMIN, name="Boss")
    await boss.says("/admin")
    await boss.says(f"/admin ban {ADMIN}")

    assert "cannot be banned" in boss.screen
    assert await tutor.count("users", "banned") == 0
