"""The café scene as it ships, read once for all tests of this folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.scenarios.dialogue import Progress, Step, answer, start
from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from tests import shipped

CONTENT = Path(__file__).parents[3] / "bot" / "content"
Play = Callable[..., Step]


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped.library()


@pytest.fixture(scope="session")
def cafe(library: Library) -> Scene:
    return library.scene("cafe_order", "es", "en")


@pytest.fixture(scope="session")
def play(cafe: Scene) -> Play:
    """Play texts one after the other from the start and return the last step."""

    def played(*texts: str, patience: int = 2, progress: Progress | None = None) -> Step:
        step = start(cafe)
        current = progress or step.progress
        for text in texts:
            step = answer(cafe, current, text, patience=patience)
            current = step.progress
        return step

    return played
