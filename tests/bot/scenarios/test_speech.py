"""What the partner says is filled in as their language writes it, and its translation as the learner's does."""

import pytest

from bot.scenarios.library import Library
from bot.scenarios.speech import spoken


@pytest.mark.parametrize(
    ("language", "native", "said", "translated"),
    [
        ("es", "en", "4,10", "4.10"),
        ("fr", "en", "4,10", "4.10"),
        ("en", "es", "4.10", "4,10"),
    ],
)
def test_a_price_is_written_as_each_language_writes_it(
    library: Library, language: str, native: str, said: str, translated: str
) -> None:
    scene = library.scene("cafe_order", language, native)
    (line,) = spoken(scene, ["pay"], {"total": 410})
    assert said in line.text
    assert translated in line.translation
