"""What the tools print of a scene: a drawing, a sheet without templates, an explanation, a listing, current schemas."""

from pathlib import Path

import pytest

from bot.authoring.explaining import explained
from bot.authoring.graph import dot, mermaid
from bot.authoring.listing import listed
from bot.authoring.schemas import schemas
from bot.authoring.sheet import sheet
from bot.scenarios.scene import Scene
from tests import shipped

SCHEMAS = Path(__file__).parents[3] / "docs" / "schema"


@pytest.fixture(scope="module")
def cafe() -> Scene:
    return shipped.library().scene("cafe_order", "es", "en")


def test_a_drawing_has_every_turn_and_every_condition(cafe: Scene) -> None:
    for drawing in ("\n".join(mermaid(cafe)), "\n".join(dot(cafe))):
        assert all(turn_id in drawing for turn_id in cafe.turns)
        assert "order_food, if food.stock == 0" in drawing
        assert "at most 2" in drawing
        assert "END" in drawing


def test_a_sheet_shows_what_is_said_and_meant_and_no_template(cafe: Scene) -> None:
    text = "\n".join(sheet(cafe))
    assert "task: Order a drink." in text
    assert "[Pardon?]" not in text
    assert "drink: coffee, tea, water, juice, beer" in text
    models = [line for turn in cafe.pack.turns.values() for lines in turn.model.values() for line in lines.values()]
    assert not [model for model in models if f" {model}" in text.replace("partner says", "")]
    assert "<want>" not in text


def test_an_explanation_names_layer_rule_and_the_nearest_sentence(cafe: Scene) -> None:
    text = "\n".join(explained(cafe, "drink", "Pues, quisiera una café"))
    assert "layer: predicted" in text
    assert "rule: article_gender" in text
    assert "meaning: order_drink (drink=coffee)" in text
    assert "without fillers: quisiera una cafe" in text
    assert "nearest accepted: quisiera un café" in text


@pytest.mark.parametrize("text", ["", "?!", "qwxz brrk"])
def test_nonsense_is_explained_too(cafe: Scene, text: str) -> None:
    assert "meaning: unknown" in "\n".join(explained(cafe, "drink", text))


def test_a_listing_is_always_the_same_and_short(cafe: Scene) -> None:
    once = list(listed(cafe))
    assert once == list(listed(cafe))
    assert sum(not line.startswith("##") for line in once) <= 30 * len(cafe.turns)


def test_the_schemas_are_current() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")} == dict(schemas())
