"""Numbers written out, so that digits and words mean the same."""

import pytest

from bot.scenarios.grading import Form, grade
from bot.scenarios.library import Library
from bot.scenarios.numerals import in_words, spelled


@pytest.mark.parametrize(
    ("number", "language", "words"),
    [
        (2, "es", "dos"), (16, "es", "dieciseis"), (22, "es", "veintidos"), (30, "es", "treinta"),
        (45, "es", "cuarenta y cinco"), (17, "fr", "dix sept"), (21, "fr", "vingt et un"), (61, "fr", "soixante et un"),
        (71, "fr", "soixante et onze"), (72, "fr", "soixante douze"), (80, "fr", "quatre vingts"),
        (81, "fr", "quatre vingt un"), (99, "fr", "quatre vingt dix neuf"), (20, "en", "twenty"),
        (42, "en", "forty two"), (100, "en", ""), (-1, "es", ""), (5, "xx", ""),
    ],
)  # fmt: skip
def test_a_number_is_written_out(number: int, language: str, words: str) -> None:
    assert " ".join(in_words(number, language)) == words


def test_every_number_up_to_ninety_nine_has_words_of_its_own() -> None:
    for language in ("es", "fr", "en"):
        written = {in_words(number, language) for number in range(100)}
        assert len(written) == 100
        assert () not in written


def test_digits_in_an_answer_are_written_out_and_other_signs_stay() -> None:
    assert spelled(("una", "mesa", "para", "2", "²", "1000"), "es") == ("una", "mesa", "para", "dos", "²", "1000")


def test_a_number_in_digits_is_as_right_as_in_words(library: Library) -> None:
    scene = library.scene("restaurant_dinner", "es", "en")
    for turn in scene.turns:
        words = grade(scene, turn, "una mesa para cuatro personas")
        digits = grade(scene, turn, "una mesa para 4 personas")
        assert (digits.intent, dict(digits.slots)) == (words.intent, dict(words.slots))
        if words.intent is not None:
            assert digits.form is Form.OK
