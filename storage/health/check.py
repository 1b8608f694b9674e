"""What a check is: a promise, the query that finds who breaks it, and the repair where nothing is guessed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import Select

EXAMPLES = 5
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at the tables: the transaction, the instant, and when the bot last did anything.

    What is overdue is counted from `alive_at`: while the bot is stopped, nothing is late.
    """

    connection: Connection
    now: datetime
    alive_at: datetime


Find = Callable[[Look], Iterable[int | str]]
Repair = Callable[[Look], None]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A promise, told by what breaks it; `find` gives ids and never words, `repair` rebuilds all that `find` finds."""

    name: str
    broken: str
    find: Find
    repair: Repair | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check came to."""

    check: Check
    count: int
    examples: Sequence[str] = ()


def look_for(check: Check, look: Look) -> Finding:
    """Run one check to its end, remembering no more than a few examples."""
    found = iter(check.find(look))
    examples = [str(each) for each in islice(found, EXAMPLES)]
    return Finding(check=check, count=len(examples) + sum(1 for _ in found), examples=examples)


def rows(query: Select[Any]) -> Find:
    """Return the search that a query with one column amounts to."""
    return lambda look: streamed(look, query)


def streamed(look: Look, query: Select[Any]) -> Iterable[int | str]:
    """Return the first column of a query's rows, a few at a time."""
    return look.connection.execute(query.execution_options(yield_per=BATCH)).scalars()
