"""Every pack that ships: each step of a play leads where the story says, and made-up learners fare as they should."""

import pytest

from bot.authoring import personas, simulation
from bot.scenarios.library import SHIPPED, Library, scene_folders
from tests import shipped

PACKS = [(path.parent, path.stem) for folder in scene_folders(SHIPPED) for path in sorted(folder.glob("??.yaml"))]


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped.library()


def test_every_folder_is_loaded(library: Library) -> None:
    assert set(library.packs()) == {(folder.name, language) for folder, language in PACKS}


@pytest.mark.parametrize(("folder", "language"), PACKS, ids=lambda part: getattr(part, "name", part))
def test_every_step_and_every_slot_value_of_a_pack_plays_as_the_story_says(
    library: Library, folder: object, language: str
) -> None:
    done = simulation.simulate(library.scene(getattr(folder, "name", ""), language, "en"), most=600)
    assert done.faults == []
    assert done.answers > 0


@pytest.mark.parametrize(("folder", "language"), PACKS, ids=lambda part: getattr(part, "name", part))
def test_made_up_learners_reach_the_end_and_better_ones_score_better(
    library: Library, folder: object, language: str
) -> None:
    results = personas.played(library.scene(getattr(folder, "name", ""), language, "en"))
    assert list(personas.complaints(results)) == []


def test_a_cap_is_said(library: Library) -> None:
    done = simulation.simulate(library.scene("cafe_order", "es", "en"), most=5)
    assert done.cut
    assert any("not all was played" in line for line in simulation.report(done))


def test_paths_are_counted_with_every_slot_value(library: Library) -> None:
    done = simulation.simulate(library.scene("cafe_order", "es", "en"))
    assert (done.paths or 0) > 1_000
    assert not done.cut
