"""The database as the metrics see it: how often it is asked, and how long it takes to answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.metrics import Metrics
from storage.engine import Database

P = ParamSpec("P")
R = TypeVar("R")


class MeasuredDatabase(Database):
    """A database that notes every piece of work, waiting for a thread included."""

    def __init__(self, url: str, metrics: Metrics) -> None:
        super().__init__(url)
        self._metrics = metrics

    async def run(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case as one transaction: all of it is kept, or none."""
        with _told(self._metrics.ran):
            return await super().run(use_case, *args, **kwargs)

    async def together(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case as one transaction, committed with what else waits."""
        with _told(self._metrics.ran):
            return await super().together(use_case, *args, **kwargs)

    async def read(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a slow query beside the writers, on a connection that cannot write."""
        with _told(self._metrics.read):
            return await super().read(query, *args, **kwargs)


@contextmanager
def _told(note: Callable[[float], None]) -> Iterator[None]:
    """Tell how many seconds a piece of work took, however it ended."""
    started = monotonic()
    try:
        yield
    finally:
        note(monotonic() - started)
