"""Words are looked up in both directions and never guessed; every pack's language knows how one asks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scenarios import glossary
from bot.scenarios.library import Library
from bot.scenarios.scene import Scene


@pytest.mark.parametrize(
    ("text", "said", "meaning"),
    [
        ("¿Cómo se dice the bill?", "la cuenta", ""),
        ("how do you say 'orange juice' in Spanish?", "un zumo de naranja", ""),
        ("¿Qué significa «para llevar»?", "", "to take away"),
        ("what does the word gracias mean", "", "thank you"),
        ("what is gracias?", "", "thank you"),
        ("¿cómo se dice xylophone en español?", "", ""),
    ],
)
def test_a_question_is_answered_from_what_is_written(cafe: Scene, text: str, said: str, meaning: str) -> None:
    found = glossary.look_up(cafe, text)
    assert found is not None
    assert (found.said, found.meaning) == (said, meaning)


@pytest.mark.parametrize("text", ["", "un café", "¿qué tiene?", "qué significa eso", "what's that?", "cómo se dice"])
def test_what_names_no_word_asks_for_none(cafe: Scene, text: str) -> None:
    assert glossary.look_up(cafe, text) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_may_be_asked(cafe: Scene, text: str) -> None:
    glossary.look_up(cafe, text)
    glossary.look_up_word(cafe, text, [cafe.line("where")])
    assert glossary.asks_why(cafe, text) in {True, False}


def test_the_words_of_a_line_are_shown_the_longest_phrase_first(cafe: Scene) -> None:
    found = [gloss.word for gloss in glossary.glosses(cafe, [cafe.line("where")])]
    assert found == ["Para tomar", "aquí", "o", "para llevar"]


def test_every_scene_knows_how_one_asks_about_its_language(library: Library) -> None:
    languages = {(scene.language, scene.native): scene for scene in library.scenes("es", "en")}
    for scene in languages.values():
        assert scene.pack.asking.say
        assert scene.pack.asking.mean
        assert scene.gloss is None or scene.gloss.asking.why
