"""Right sentences written down and read back are the same; a predicted error is found without being listed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios import numbers
from bot.scenarios.grammar import Noun
from bot.scenarios.scene import Scene
from bot.scenarios.sentences import Phrase, Sentences, pack
from bot.scenarios.text import key

words = st.lists(st.sampled_from(["un", "café", "Café", "té", "con", "leche", "ñu"]), min_size=1, max_size=5)
slots = st.sampled_from([(), (("drink", "coffee"),), (("drink", "tea"), ("style", "milk"))])
nouns = st.lists(
    st.builds(
        Noun,
        at=st.integers(0, 3),
        size=st.just(1),
        say=st.sampled_from(["café", "té"]),
        art=st.just("un"),
        gender=st.just("m"),
    ),
    max_size=2,
)
phrases = st.lists(
    st.builds(
        Phrase,
        intent=st.sampled_from(["order", "decline"]),
        slots=slots,
        words=words.map(tuple),
        nouns=nouns.map(tuple),
    ),
    max_size=30,
)


@given(st.lists(st.integers(0, (1 << 32) - 1)))
def test_numbers_are_read_back_whatever_their_size(listed: list[int]) -> None:
    assert list(numbers.read(numbers.write(listed))) == listed


def test_numbers_take_the_smallest_room_that_holds_them() -> None:
    assert [numbers.read(numbers.write([1, most])).itemsize for most in (255, 256, 65_535, 65_536)] == [1, 2, 2, 4]


@given(phrases)
def test_what_is_written_down_is_read_back(listed: list[Phrase]) -> None:
    read = Sentences(pack(listed))
    wanted: dict[str, list[Phrase]] = {}
    for phrase in listed:
        wanted.setdefault(key(word.casefold() for word in phrase.words), []).append(phrase)

    assert {text: list(found) for text, found in read.items()} == wanted
    assert list(read) == list(wanted)
    assert list(read.all()) == listed
    assert read.get("nobody says this") is None
    assert "nobody says this" not in read


def test_every_listed_error_is_found_when_it_is_said(cafe: Scene) -> None:
    for turn_id in cafe.turns:
        mistakes = cafe.turn_book(turn_id).mistakes
        for wrong, mistake in list(mistakes.all())[::7]:
            found = mistakes.get(wrong)
            assert found is not None
            assert (found.rule, found.intent, found.slots) == (mistake.rule, mistake.intent, mistake.slots)


def test_nothing_right_is_an_error(cafe: Scene) -> None:
    for turn_id in cafe.turns:
        book = cafe.turn_book(turn_id)
        assert not any(sentence in book.mistakes for sentence in list(book.accepted)[::11])
