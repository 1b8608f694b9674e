"""How long to wait before trying again: doubling, with jitter, so that many who wait do not return at once."""

from collections.abc import Iterator
from random import Random

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 5.0  # an outage is over for learners when the next attempt is made


def pauses(random: Random, *, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> Iterator[float]:
    """Yield pauses in seconds for ever, from `first` up to `longest`, each shortened by up to a quarter."""
    pause = first
    while True:
        yield pause * (1 - random.random() / 4)
        pause = min(pause * 2, longest)
