"""What outside writers showed to be misheard: wrong answers are not praised, right ones not accused."""

import unicodedata

import pytest

from bot.scenarios.grading import grade
from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from bot.scenarios.segments import correct
from bot.scenarios.text import fold, utterance, words
from bot.scenarios.verdict import Form


@pytest.mark.parametrize(
    ("turn", "text"),
    [
        ("food", "manzana manzana blub"),
        ("style", "leche cortada"),
        ("pay", "tarjeta amarilla"),
        ("where", "¿puedo llevar al perro?"),
        ("bye", "no gracias"),
        ("drink", "no quiero un café"),
        ("drink", "I want a coffee"),
    ],
)
def test_what_does_not_do_the_job_is_not_taken_for_it(cafe: Scene, turn: str, text: str) -> None:
    assert grade(cafe, turn, text).intent is None


@pytest.mark.parametrize(
    ("turn", "text", "slots", "error"),
    [
        ("drink", "un una agua", {"drink": "water"}, "double_article"),
        ("drink", "quiero uno té", {"drink": "tea"}, "short_form"),
        ("drink", "un coffee", {"drink": "coffee"}, "foreign_word"),
        ("drink", "cafe with leche", {"drink": "coffee", "style": "milk"}, "foreign_word"),
        ("style", "con el leche", {"style": "milk"}, "article_gender"),
    ],
)
def test_a_wrong_form_keeps_the_whole_meaning_and_is_named(
    cafe: Scene, turn: str, text: str, slots: dict[str, str], error: str
) -> None:
    verdict = grade(cafe, turn, text)
    assert (dict(verdict.slots), verdict.form, verdict.error_id) == (slots, Form.ERROR, error)


def test_a_word_spelt_as_it_sounds_is_a_slip(cafe: Scene) -> None:
    verdict = grade(cafe, "where", "para yevar")
    assert (verdict.intent, verdict.form) == ("takeaway", Form.SLIP)


def test_a_shouted_word_and_a_composed_accent_are_fine(cafe: Scene) -> None:
    for text in ("CAFÉ!!!", unicodedata.normalize("NFD", "café")):
        assert (grade(cafe, "drink", text).intent, grade(cafe, "drink", text).form) == ("order_drink", Form.OK)


def test_a_vowel_sign_of_hindi_is_a_letter_and_sharp_s_is_ss_and_yo_is_ye() -> None:
    assert fold("कि") != fold("की")
    assert words("Straße") == words("STRASSE")
    assert fold("ещё") == fold("еще")


def test_a_greeting_does_not_hide_a_question_that_was_not_understood(library: Library) -> None:
    dinner = library.scene("restaurant_dinner", "es", "en")
    assert grade(dinner, "call", "Hola, ¿les queda alguna mesa libre?").intent != "greet"


def test_a_table_for_ten_is_never_one_for_two(library: Library) -> None:
    verdict = grade(library.scene("restaurant_dinner", "es", "en"), "people", "una mesa para diez")
    assert verdict.slots.get("people") != "two"


def test_about_nine_and_no_pen_are_not_accused(library: Library) -> None:
    dinner, shop = library.scene("restaurant_dinner", "es", "en"), library.scene("phone_shop", "es", "en")
    assert grade(dinner, "time", "sobre las nueve").form is not Form.ERROR
    assert grade(shop, "form", "no tengo bolígrafo").form is not Form.ERROR


@pytest.mark.parametrize("language", ["es", "en", "fr"])
@pytest.mark.parametrize("name", ["Kowalski", "Piotr Nowakowski"])
def test_a_name_nobody_listed_is_heard_where_a_name_is_asked_for(library: Library, language: str, name: str) -> None:
    verdict = grade(library.scene("hotel_checkin", language, "en"), "name", name)
    assert (verdict.intent, verdict.form, verdict.correction) == ("give_name", Form.OK, ())


@pytest.mark.parametrize("text", ["gracias", "no sé", "tarjeta", "xkcd", "perro gato casa"])
def test_known_words_and_mere_letters_are_no_name(library: Library, text: str) -> None:
    assert grade(library.scene("hotel_checkin", "es", "en"), "name", text).intent is None


def test_no_other_name_is_shown_for_the_learners_own(library: Library) -> None:
    verdict = grade(library.scene("hotel_checkin", "es", "en"), "name", "me llamo Kowalski")
    assert "Ana" not in "".join(piece.text for piece in verdict.correction)


def test_a_word_missing_at_the_start_keeps_its_space() -> None:
    pieces = correct(utterance("qué hora es"), ("a", "qué", "hora", "es"))
    assert "".join(piece.text for piece in pieces) == "a qué hora es"
