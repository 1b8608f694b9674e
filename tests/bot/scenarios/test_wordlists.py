"""The table of frequent words: found by halving the file, whatever is asked."""

import pytest

from bot.scenarios.text import fold
from bot.scenarios.wordlists import TABLE, forms, known, lemmas, script_language, speaks, zipf


def test_every_row_of_the_table_is_found() -> None:
    rows = TABLE.read_text(encoding="utf-8").splitlines()
    spellings = [row.partition("\t")[0] for row in rows]
    assert spellings == sorted(set(spellings), key=str.encode)
    assert all(forms(spelling) for spelling in (*spellings[::500], spellings[-1]))


@pytest.mark.parametrize("word", ["", "zzzz", "\u0000", "\U0010ffff", "no existe", "a\tb", "!"])
def test_what_is_no_word_is_not_known(word: str) -> None:
    assert forms(word) == ()
    assert lemmas(word, "es") == {fold(word)}


def test_a_word_is_known_with_and_without_its_accents() -> None:
    assert known("también", "es")
    assert known("tambien", "es")
    assert not known("tambien", "en")


def test_a_frequent_word_weighs_more_than_a_rare_one() -> None:
    assert zipf("gracias", "es") > zipf("tostada", "es") > zipf("xyz", "es") == 0


@pytest.mark.parametrize(
    ("word", "language", "lemma"),
    [
        ("quieres", "es", "querer"),
        ("como", "es", "comer"),
        ("tostadas", "es", "tostada"),
        ("voudrais", "fr", "vouloir"),
    ],
)
def test_a_form_knows_its_lemma_even_where_it_is_another_word_too(word: str, language: str, lemma: str) -> None:
    assert lemma in lemmas(word, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("un café con leche", "es"),
        ("um café com leite por favor", "pt"),
        ("a cofee with milk", "en"),
        ("mit Milch bitte", "de"),
        ("un café au lait s'il vous plaît", "fr"),
        ("no", "es"),
        ("xyzzy", "es"),
        ("кофе", "ru"),
        ("커피", "ko"),
    ],
)
def test_a_short_text_tells_its_language(text: str, language: str) -> None:
    assert speaks(text.casefold().split(), "es") == language


def test_a_script_speaks_for_its_language() -> None:
    assert [script_language(text) for text in ("हिन्दी", "ありがとう", "café", "")] == ["hi", "ja", None, None]
