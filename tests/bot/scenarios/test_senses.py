"""Answers that no template foresaw are read clause by clause: asking counts, talking about it does not."""

import pytest

from bot.scenarios.grading import grade, trace
from bot.scenarios.scene import Scene


@pytest.mark.parametrize(
    ("turn", "text", "intent", "slots"),
    [
        ("drink", "no quiero café sino té", "order_drink", {"drink": "tea"}),
        ("drink", "un té, perdón, un café", "order_drink", {"drink": "coffee"}),
        ("drink", "un té en vez de café", "order_drink", {"drink": "tea"}),
        ("drink", "¿sería posible tomar un tecito?", "order_drink", {"drink": "tea"}),
        ("drink", "qué calor, me vendría bien una cerveza", "order_drink", {"drink": "beer"}),
        ("style", "el segundo", "choose_style", {"style": "cut"}),
        ("pay", "mejor la segunda", "pay_card", {}),
        ("food", "la tortilla tiene buena pinta, ponme una", "order_food", {"food": "omelette"}),
        ("bill", "no quiero nada más que la cuenta", "ask_bill", {}),
        ("bill", "Gracias, ¿cuánto le debo?", "ask_bill", {}),
        ("style", "con milk por favor", "choose_style", {"style": "milk"}),
    ],
)
def test_what_is_asked_for_is_understood(cafe: Scene, turn: str, text: str, intent: str, slots: dict[str, str]) -> None:
    verdict = grade(cafe, turn, text)
    assert (verdict.intent, dict(verdict.slots)) == (intent, slots)


@pytest.mark.parametrize(
    ("turn", "text"),
    [
        ("drink", "el café de aquí es famoso"),
        ("drink", "mi amigo quiere un café"),
        ("drink", "nada de té"),
        ("drink", "¿el café es bueno?"),
        ("drink", "un café y un té"),
        ("drink", "si tuviera dinero, pediría una cerveza"),
        ("drink", "ayer tomé un café"),
        ("food", "¿la tostada lleva gluten?"),
        ("pay", "me duele la tarjeta"),
        ("bill", "me he dado cuenta de que llueve"),
    ],
)
def test_what_is_only_talked_about_is_not_understood(cafe: Scene, turn: str, text: str) -> None:
    assert grade(cafe, turn, text).intent is None


def test_a_repair_phrase_in_a_longer_answer_is_heard(cafe: Scene) -> None:
    verdict = grade(cafe, "drink", "perdón no entendí bien, ¿puede repetir?")
    assert verdict.repair


def test_an_order_with_pardon_in_it_is_no_repair(cafe: Scene) -> None:
    verdict = grade(cafe, "drink", "perdón, ¿qué tal un café?")
    assert not verdict.repair


def test_an_answer_without_words_says_so(cafe: Scene) -> None:
    assert grade(cafe, "drink", "👍").signals == ("no_words",)


def test_a_trace_shows_what_each_clause_did(cafe: Scene) -> None:
    lines = trace(cafe, "drink", "mi amigo quiere un café, yo un té")
    assert any("third_person" in line for line in lines)
    assert lines[-1].startswith("verdict: ")
