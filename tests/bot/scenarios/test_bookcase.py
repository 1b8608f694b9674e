"""Which turn books are held in memory changes no verdict; what is held has a bound."""

from collections.abc import Iterator

import pytest

from bot.scenarios import library
from bot.scenarios.bookcase import BOOKCASE, Bookcase, Books
from bot.scenarios.grading import grade
from bot.scenarios.library import SHIPPED, Library, read_answers
from bot.scenarios.phrasebook import TurnBook
from bot.scenarios.scene import Scene


@pytest.fixture
def one_book() -> Iterator[None]:
    """Leave room for a single book, so that every other turn sends it away."""
    before, BOOKCASE.most = BOOKCASE.most, 1
    yield
    BOOKCASE.most = before


def again() -> Scene:
    return Library.load(library.SHIPPED).scene("cafe_order", "es", "en")


@pytest.mark.usefixtures("one_book")
def test_a_book_that_is_read_again_judges_alike(cafe: Scene) -> None:
    cases = read_answers(SHIPPED / "cafe_order" / "es.answers.jsonl")
    by_turn = [grade(cafe, case.turn, case.text) for case in cases]
    mixed = sorted(enumerate(cases), key=lambda pair: pair[1].text)  # So that the turns alternate.
    scene = again()

    assert {at: grade(scene, case.turn, case.text) for at, case in mixed} == dict(enumerate(by_turn))


@pytest.mark.usefixtures("one_book")
def test_a_book_that_was_put_away_is_another_one_when_it_is_read_again() -> None:
    scene = again()
    first = scene.turn_book("drink")

    assert scene.turn_book("drink") is first
    scene.turn_book("pay")
    scene.turn_book("greet")
    assert scene.turn_book("drink") is not first


class Stub(TurnBook):
    """A book of nothing."""

    def __init__(self, weight: int) -> None:
        self.weight = weight
        self.used = 0


def test_no_more_is_held_than_was_allowed_and_what_is_used_stays() -> None:
    bookcase = Bookcase(most=50)
    read: list[str] = []

    def book(turn_id: str) -> TurnBook:
        read.append(turn_id)
        return Stub(10)

    books = Books(map(str, range(30)), book, bookcase)
    for turn_id in map(str, range(30)):
        books["0"]
        books[turn_id]
        assert bookcase.weight <= 50

    assert read == [str(number) for number in range(30)]
    books["29"]
    assert read[-1] == "29"
    books["1"]
    assert read[-1] == "1"


def test_a_book_larger_than_the_bookcase_is_held_alone() -> None:
    bookcase = Bookcase(most=5)
    books = Books(("a", "b"), lambda _: Stub(10), bookcase)

    assert books["a"] is books["a"]
    assert books["b"] is books["b"]
    assert bookcase.weight == 10
