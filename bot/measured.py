"""The database as the metrics see it: how often it is asked, and how long it takes to answer."""

from collections.abc import Callable
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
        started = monotonic()
        try:
            return await super().run(use_case, *args, **kwargs)
        finally:
            self._metrics.ran(monotonic() - started)

    async def together(self, use_case: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case as one transaction, committed with what else waits."""
        started = monotonic()
        try:
            return await super().together(use_case, *args, **kwargs)
        finally:
            self._metrics.ran(monotonic() - started)

    async def read(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a slow query beside the writers, on a connection that cannot write."""
        started = monotonic()
        try:
            return await super().read(query, *args, **kwargs)
        finally:
            self._metrics.read(monotonic() - started)
