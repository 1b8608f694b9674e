"""A card and its log as values of the memory model: what is kept live, and what the log alone gives."""

from collections.abc import Iterable

from scheduler import memory
from scheduler.memory import Logged
from storage.memory_tables import Card


def first_memory(card: Card) -> memory.Card:
    """Return what a card remembered before its log began: nothing, unless the word came from another program."""
    return memory.Card(
        stability=card.first_stability,
        difficulty=card.first_difficulty,
        due_on=card.first_due_on,
        reviewed_on=card.first_reviewed_on,
        reps=card.first_reps,
        lapses=card.first_lapses,
    )


def replayed(card: Card, log: Iterable[Logged], *, retention: float) -> memory.Card:
    """Return the memory that a card's log alone gives."""
    return memory.replay(first_memory(card), log, retention=retention, seed=card.id)
