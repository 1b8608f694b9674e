"""Somebody comes over from the predecessor: by messages only, everything they had is there, and goes on."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.legacy.aside import listed
from bot.legacy.bringing import bring_over
from bot.legacy.command import Asked, read_order
from bot.scenarios.library import Library
from tests.journeys.conftest import Tutor, play
from tests.journeys.learner import Learner
from tests.journeys.reviewing import answers_right, card, standing
from tests.legacy import old_database

pytestmark = pytest.mark.both_databases


async def brought_over(tutor: Tutor, library: Library, folder: Path) -> None:
    (folder / "map.csv").write_text(old_database.MAP, encoding="utf-8")
    file = old_database.after(folder / "old.db")
    order = read_order(Asked(file=file, users=folder / "map.csv", dry=False, aside=None, zone="UTC"))
    with listed(None) as aside:
        await tutor.database.run(bring_over, order, library, aside, tutor.clock.now)


async def test_somebody_from_before_finds_their_words_their_sittings_and_their_scenes(
    tutor: Tutor, ana: Learner, library: Library, tmp_path: Path
) -> None:
    await brought_over(tutor, library, tmp_path)

    await ana.says("/progress")
    assert "Scenes finished" in ana.screen
    assert "hotel_check_in, score" in ana.screen
    assert "Sessions" in ana.screen
    assert "4 of 4 right" in ana.screen
    await ana.says("/words")
    assert "learning ◐" in ana.screen
    assert "thing" in ana.screen
    await ana.says("/scenarios")
    assert "Ordering at a café" in ana.screen + " ".join(ana.buttons)


async def test_their_due_words_are_asked_and_an_answer_can_be_taken_back(
    tutor: Tutor, ana: Learner, library: Library, tmp_path: Path
) -> None:
    await brought_over(tutor, library, tmp_path)
    await ana.says("/review")
    question = await standing(tutor, ana)
    before = await card(tutor, question.card_id)
    await answers_right(tutor, ana)
    assert "Right." in ana.screen
    assert (await card(tutor, question.card_id)).reps == before.reps + 1

    await ana.presses("Undo")
    assert "Taken back" in ana.screen
    after = await card(tutor, question.card_id)
    assert (after.stability, after.reps, after.due_on) == (before.stability, before.reps, before.due_on)


async def test_their_reminder_comes_though_they_never_wrote_here(
    tutor: Tutor, ana: Learner, library: Library, tmp_path: Path
) -> None:
    await brought_over(tutor, library, tmp_path)
    (planned,) = await tutor.rows("SELECT next_at FROM prompt_schedule WHERE user_id = :who", who=ana.id)
    assert planned.next_at is not None
    for hours in range(49):
        await tutor.sweep_at(tutor.clock.now + timedelta(hours=bool(hours)))
    sent = await tutor.rows("SELECT status FROM review_prompts WHERE user_id = :who", who=ana.id)
    assert [row.status for row in sent][:1] == ["sent"]
    await answers_right(tutor, ana)
    assert "Right." in ana.screen


async def test_somebody_who_never_pressed_start_is_unreachable_until_they_write(
    tutor: Tutor, ana: Learner, library: Library, tmp_path: Path
) -> None:
    tutor.fake.blocked.add(ana.id)
    await brought_over(tutor, library, tmp_path)
    for _ in range(48):
        await tutor.sweep_at(tutor.clock.now + timedelta(hours=1))
    (row,) = await tutor.rows("SELECT reachable FROM users WHERE id = :who", who=ana.id)
    assert not row.reachable
    tutor.fake.blocked.discard(ana.id)
    await ana.says("/start")
    (row,) = await tutor.rows("SELECT reachable FROM users WHERE id = :who", who=ana.id)
    assert row.reachable


async def test_they_are_welcomed_and_play_a_first_scene_like_anybody(
    tutor: Tutor, ana: Learner, library: Library, tmp_path: Path
) -> None:
    await brought_over(tutor, library, tmp_path)
    await play(ana)
    assert await tutor.count("scenario_progress_history", "user_id = :who AND scenario_id = 'cafe_order'", who=ana.id)
    await ana.says("/progress")
    assert "Ordering at a café, score" in ana.screen
    await ana.says("/delete")
    await ana.presses("Delete")
    assert await tutor.count("legacy_imports", "user_id = :who", who=ana.id) == 0


async def test_an_old_completion_is_no_earlier_play_of_a_scene_that_bears_the_same_name(
    tutor: Tutor, ana: Learner, library: Library, tmp_path: Path
) -> None:
    await play(ana)
    old = old_database.after(tmp_path / "old.db")
    old_database.change(old, "UPDATE scenario_progress_history SET scenario_id = 'cafe_order'")
    (tmp_path / "map.csv").write_text(old_database.MAP, encoding="utf-8")
    order = read_order(Asked(file=old, users=tmp_path / "map.csv", dry=False, aside=None, zone="UTC"))
    with listed(None) as aside:
        await tutor.database.run(bring_over, order, library, aside, tutor.clock.now)
    # A second play of the café is told with other facts, as it would be without the import.
    await ana.says("/play cafe_order")
    runs = await tutor.rows("SELECT state FROM scenario_runs WHERE user_id = :who AND status = 'open'", who=ana.id)
    assert len(runs) == 1
    state = runs[0].state
    assert (json.loads(state) if isinstance(state, str) else state)["change"] == 1
