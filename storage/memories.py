"""A card and its log as values of the memory model: what is kept live, and what the log alone gives."""

from collections.abc import Iterable

from scheduler import memory
from scheduler.memory import Logged
from storage.memory_tables import Card


def first_memory(card: Card) -> memory.Card:
    """Return what a card remembered before the first row of its log."""
    return memory.Card(due_on=card.first_due_on)


def replayed(card: Card, log: Iterable[Logged], *, retention: float) -> memory.Card:
    """Return the memory that a card's log alone gives."""
    return memory.replay(first_memory(card), log, retention=retention, seed=card.id)
