"""Laws of a scene played again: other lines, other facts, a partner who remembers no more than there was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios.dialogue import Progress, answer, skip, start
from bot.scenarios.library import Library
from bot.scenarios.replay import FIRST, Earlier, earlier
from bot.scenarios.scene import Scene
from bot.scenarios.speech import pick, reminders
from tests import shipped

SCENES = [
    (scene.id, scene.language)
    for loaded in [shipped.library()]
    for language in loaded.languages()
    for scene in loaded.scenes(language, "en")
]


def native(language: str) -> str:
    """Return a language in which scenes of another one are explained."""
    return "es" if language == "en" else "en"


ids = st.lists(st.sampled_from("abc"), max_size=6)


@given(st.integers(0, 99), ids)
def test_a_line_is_never_the_one_heard_last_when_there_is_another(seed: int, history: list[str]) -> None:
    chosen = pick({"a": "A", "b": "B", "c": "C"}, seed, history)

    assert chosen in "abc"
    assert not history or chosen != history[-1]


@given(st.integers(0, 99), st.permutations("abc"))
def test_of_lines_all_heard_the_one_heard_longest_ago_is_said(seed: int, history: list[str]) -> None:
    assert pick({"a": "A", "b": "B", "c": "C"}, seed, history) == history[0]


def state_after(scene: Scene, *, play: Earlier = FIRST) -> dict[str, Any]:
    """Skip through a scene and return its state, as it is stored."""
    progress = start(scene.changed(play.change), earlier=play).progress
    for _ in range(60):
        if progress.finished:
            break
        progress = skip(scene.changed(play.change), progress).progress
    assert progress.finished
    return dict(json.loads(json.dumps(progress.to_json())))


@pytest.mark.parametrize(("scenario_id", "language"), SCENES)
def test_changes_take_turns_and_each_can_be_played_to_its_end(
    library: Library, scenario_id: str, language: str
) -> None:
    scene = library.scene(scenario_id, language, native(language))
    count = len(scene.story.changes)
    play, changes = FIRST, []
    for _ in range(2 * (count + 1)):
        changes.append(play.change)
        state = state_after(scene, play=play)
        state["answers"] = max(1, state["answers"])
        play = earlier(scene, state, state)

    assert changes == [*range(count + 1)] * 2


@pytest.mark.parametrize(("scenario_id", "language"), SCENES)
def test_what_the_partner_recalls_is_said_without_a_gap(library: Library, scenario_id: str, language: str) -> None:
    scene = library.scene(scenario_id, language, native(language))
    done = state_after(scene)
    play = earlier(scene, done, done)
    for turn in scene.turns:
        assert reminders(scene, turn, dict(scene.story.vars)) == {}
    progress = start(scene, earlier=play).progress
    for _ in range(60):
        if progress.finished:
            break
        step = skip(scene, progress)
        assert not [line.text for line in step.said if "{" in line.text or "{" in line.translation]
        progress = step.progress


def test_no_state_of_another_time_hinders_a_play(cafe: Scene) -> None:
    assert earlier(cafe, {"format": 0}, {"nonsense": True}) == FIRST
    assert earlier(cafe, None, None) == FIRST


def test_a_word_that_is_gone_from_the_pack_is_not_recalled(cafe: Scene) -> None:
    done = state_after(cafe)
    done["vars"]["drink"] = "absinthe"
    play = earlier(cafe, done, done)

    assert "last.drink" not in play.last
    assert reminders(cafe, "drink", play.last) == {}


def test_the_usual_costs_what_it_costs_today(cafe: Scene) -> None:
    done = state_after(cafe)
    done["vars"] |= {"drink": "coffee", "style": "black"}
    play = earlier(cafe, done, done)
    scene = cafe.changed(play.change)
    progress = start(scene, earlier=play).progress
    for said in ("hola", "aquí", "lo de siempre"):
        progress = answer(scene, progress, said, patience=2).progress

    assert (progress.turn, progress.vars["style"], progress.vars["total"]) == ("food", "black", 180)
    assert Progress.from_json(json.loads(json.dumps(progress.to_json()))) == progress


def test_a_scene_is_changed_once_for_all(cafe: Scene) -> None:
    assert cafe.changed(1) is cafe.changed(1)
    assert cafe.changed(0) is cafe.changed(99) is cafe
