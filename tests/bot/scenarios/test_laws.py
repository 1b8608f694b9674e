"""Laws of grading and playing that hold for any text."""

import json
import random
import string
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scenarios.dialogue import Progress, answer, raise_help, screen, skip, start
from bot.scenarios.grading import Form, Layer, MatchKind, compare, grade
from bot.scenarios.phrasebook import Phrase
from bot.scenarios.scene import Scene
from bot.scenarios.score import score
from bot.scenarios.segments import correct
from bot.scenarios.text import fold, utterance, words
from tests import shipped

CAFE: Scene = shipped.library().scene("cafe_order", "es", "en")
TURNS = tuple(CAFE.turns)
SPOKEN = sorted({word for turn in TURNS for word in CAFE.vocabulary(turn)})
any_text = st.text(max_size=200) | st.lists(st.sampled_from(SPOKEN), max_size=8).map(" ".join)
accepted = st.sampled_from(
    [(turn, phrase) for turn in TURNS for phrases in CAFE.turn_book(turn).accepted.values() for phrase in phrases]
)


@settings(deadline=None)
@given(turn=st.sampled_from(TURNS), text=any_text)
def test_any_text_has_one_verdict(turn: str, text: str) -> None:
    verdict = grade(CAFE, turn, text)
    assert grade(CAFE, turn, text) == verdict
    assert verdict.intent is None or verdict.repair or verdict.intent in CAFE.hears(turn)


@settings(max_examples=60, deadline=None)
@given(typed=st.lists(any_text, max_size=25), patience=st.integers(1, 4))
def test_any_conversation_can_be_stored_redrawn_and_scored(typed: list[str], patience: int) -> None:
    progress = start(CAFE).progress
    for text in typed:
        progress = answer(CAFE, progress, text, patience=patience).progress
        assert Progress.from_json(json.loads(json.dumps(progress.to_json()))) == progress
        screen(CAFE, progress)
        raise_help(CAFE, progress)
    result = score(CAFE, progress)
    assert 0 <= result.completion_score <= 100
    assert result.items_correct + result.items_incorrect == len(progress.outcomes)


@settings(deadline=None)
@given(typed=st.lists(any_text, max_size=12))
def test_skipping_always_reaches_the_end(typed: list[str]) -> None:
    progress = start(CAFE).progress
    for text in typed:
        progress = answer(CAFE, progress, text, patience=4).progress
    for _ in range(3 * len(TURNS)):
        progress = skip(CAFE, progress).progress
    assert progress.finished


@settings(deadline=None)
@given(chosen=accepted, seed=st.integers())
def test_capitals_punctuation_and_accents_never_fail(chosen: tuple[str, Phrase], seed: int) -> None:
    turn, phrase = chosen
    chance = random.Random(seed)
    typed = "".join(chance.choice((letter.upper(), letter)) for letter in " ".join(map(fold, phrase.words)))
    typed = chance.choice("¿¡«- ") + typed.replace(" ", chance.choice((" ", ", ", " … "))) + chance.choice("?!. …")
    verdict = grade(CAFE, turn, typed)
    assert (verdict.layer, verdict.form) == (Layer.ACCEPTED, Form.OK)


@settings(deadline=None)
@given(given_text=st.text(max_size=40), right=st.lists(st.sampled_from(SPOKEN), max_size=6))
def test_a_correction_always_says_the_right_words(given_text: str, right: list[str]) -> None:
    shown = "".join(segment.text for segment in correct(utterance(given_text), right))
    assert list(words(shown)) == right


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_composed_and_decomposed_spelling_are_the_same_words(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_whatever_is_expected_is_right_when_typed(text: str) -> None:
    if words(text):
        assert compare(text, [text], language="es").kind is MatchKind.RIGHT


@settings(deadline=None)
@given(text=st.text(alphabet=string.punctuation + " ", max_size=20))
def test_punctuation_alone_is_never_right(text: str) -> None:
    assert compare(text, ["un café"], language="es").kind is MatchKind.WRONG


@given(st.text(alphabet=st.characters(max_codepoint=0x24F) | st.sampled_from("abcé'´` 12_-.²½ªº")))
def test_plain_latin_text_is_split_as_any_other(text: str) -> None:
    # A letter of another script at the end sends the text the long way round; it may only add a word of its own.
    long_way = utterance(f"{text}.क").tokens[:-1]

    assert utterance(f"{text}.").tokens == long_way
