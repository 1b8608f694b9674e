"""Numbers in arrays, written down as text: thousands of them weigh what a few Python objects weigh."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Sequence
from typing import Any

SIZES = ("B", "H", "I")  # One, two and four bytes a number.


class Rows:
    """Rows of small numbers behind one another, and where each begins."""

    def __init__(self, written: Sequence[str]) -> None:
        """Read back what `rows` has written down."""
        self.numbers = read(written[0])
        self.starts = read(written[1])

    def __getitem__(self, at: int) -> "array[int]":
        """Return one row."""
        return self.numbers[self.starts[at] : self.starts[at + 1]]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    def size(self, at: int) -> int:
        """Return how many numbers a row has."""
        return self.starts[at + 1] - self.starts[at]

    @property
    def weight(self) -> int:
        """Return how many bytes they take."""
        return weight(self.numbers, self.starts)


class Numbers:
    """Numbers for things, each the same number every time."""

    def __init__(self) -> None:
        self.all: dict[Any, int] = {}

    def of(self, thing: Any) -> int:
        """Return the number of a thing."""
        return self.all.setdefault(thing, len(self.all))


def rows(listed: Iterable[Iterable[int]]) -> list[str]:
    """Write rows down."""
    numbers, starts = array("I"), array("I", [0])
    for row in listed:
        numbers.extend(row)
        starts.append(len(numbers))
    return [write(numbers), write(starts)]


def read(written: str) -> "array[int]":
    """Read numbers back."""
    return array(written[0], b64decode(written[1:]))


def write(numbers: Collection[int]) -> str:
    """Write numbers down as text: the size of the smallest room that holds each of them, then they."""
    most = max(numbers, default=0)
    size = next(size for size in SIZES if most < 1 << 8 * array(size).itemsize)
    return size + b64encode(array(size, numbers).tobytes()).decode()


def weight(*arrays: "array[int]") -> int:
    """Return how many bytes the numbers of some arrays take."""
    return sum(len(one) * one.itemsize for one in arrays)
