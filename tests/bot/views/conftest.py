"""The café scene and the words of the interface, read once for all views."""

from pathlib import Path

import pytest

from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from bot.views.texts import Catalogues, Texts

CONTENT = Path(__file__).parents[3] / "bot" / "content"


@pytest.fixture(scope="session")
def cafe() -> Scene:
    return Library.load(CONTENT).scene("cafe_order", "es", "en")


@pytest.fixture(scope="session")
def english() -> Texts:
    return Catalogues.load().texts("en")
