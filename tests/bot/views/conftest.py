"""The café scene and the words of the interface, read once for all views."""

import pytest

from bot.scenarios.scene import Scene
from bot.views.texts import Catalogues, Texts
from tests import shipped


@pytest.fixture(scope="session")
def cafe() -> Scene:
    return shipped.library().scene("cafe_order", "es", "en")


@pytest.fixture(scope="session")
def english() -> Texts:
    return Catalogues.load().texts("en")
