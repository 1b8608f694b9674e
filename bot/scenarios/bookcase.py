"""The turn books that are held in memory: those used lately, as many as a fixed weight allows.

A process that has played every scene would hold all of them otherwise. One that was put away is read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # A phrasebook keeps its turns here.
    from bot.scenarios.phrasebook import TurnBook

# Bytes by the books' own reckoning: all turns of the twelve Spanish scenes. Reading a large one again costs some
# milliseconds, as much as a turn costs otherwise: less room than what is played needs is dear.
MOST = 10 << 20


class Bookcase:
    """The books that are at hand, shared by all packs of a process and by all its threads."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.weight = 0
        self.clock = count()
        self._standing: list[tuple[dict[str, TurnBook], str]] = []
        self._lock = Lock()

    def keep(self, books: "dict[str, TurnBook]", turn_id: str, book: "TurnBook") -> None:
        """Put a book among the books of its pack, and put away those not used for longest where it gets too much."""
        with self._lock:
            if turn_id in books:  # Another thread was first.
                return
            while self._standing and self.weight + book.weight > self.most:
                self._put_away()
            books[turn_id] = book
            self._standing.append((books, turn_id))
            self.weight += book.weight

    def _put_away(self) -> None:
        """Put the book away that was used before all others."""
        at = min(range(len(self._standing)), key=lambda at: self._used(*self._standing[at]))
        books, turn_id = self._standing.pop(at)
        self.weight -= books.pop(turn_id).weight

    @staticmethod
    def _used(books: "dict[str, TurnBook]", turn_id: str) -> int:
        return books[turn_id].used


BOOKCASE = Bookcase()


class Books(Mapping[str, "TurnBook"]):
    """The turn books of one pack, each read when it is asked for and is not at hand."""

    def __init__(self, turn_ids: Iterable[str], read: "Callable[[str], TurnBook]", bookcase: Bookcase) -> None:
        self._turn_ids = turn_ids
        self._read = read
        self._bookcase = bookcase
        self._tick = bookcase.clock.__next__
        self._books: dict[str, TurnBook] = {}

    def __getitem__(self, turn_id: str) -> "TurnBook":
        book = self._books.get(turn_id)
        if book is None:
            book = self._read(turn_id)
            self._bookcase.keep(self._books, turn_id, book)
        # A number and no place in a queue: nothing has to be locked for it.
        book.used = self._tick()
        return book

    def __iter__(self) -> Iterator[str]:
        return iter(self._turn_ids)

    def __len__(self) -> int:
        return sum(1 for _ in self._turn_ids)
