"""What is counted while the bot works, and how Prometheus is told; the parts that count get one method each.

No label holds a learner, a text or an address, so the number of series does not grow with use.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from scheduler.reminders import Action
from storage.delivery_tables import OutboxMessage, OutboxStatus
from storage.outbox import Receipt
from storage.queues import Queues

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one process, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._turns = self._histogram("turn_seconds", "Time of a turn by stage.", "stage")
        self._handling = self._turns.labels("received_to_handled")
        self._transaction = self._turns.labels("transaction")
        self._sending = self._turns.labels("handled_to_sent")
        self._calls = self._counter("telegram_calls", "Calls to the Bot API by what came of them.", "method", "outcome")
        self._call_seconds = self._histogram("telegram_call_seconds", "Time of a call to the Bot API.", "method")
        # Looking up a label's series takes longer than counting in it.
        self._count_of, self._time_of = cache(self._calls.labels), cache(self._call_seconds.labels)
        self._prompts = self._counter("prompts", "Reminders by what became of them.", "outcome")
        self._doubtful = self._counter("ambiguous_sends", "Messages given up because they may have arrived.")
        database = self._histogram("database_seconds", "Time from asking the database to its answer.", "way")
        self._runs, self._reads = database.labels("run"), database.labels("read")
        self._updates = self._counter("updates", "Updates stored, those that were brought twice included.")
        self._gauges: dict[str, Gauge] = {}
        self._live: dict[str, tuple[str, Callable[[], float]]] = {}

    def received(self, updates: int) -> None:
        """Count updates that were stored; one that is brought again counts again."""
        self._updates.inc(updates)

    def handled(self, seconds: float) -> None:
        """Note how long an update took from its storing to the end of its handling."""
        self._handling.observe(seconds)

    def transacted(self, seconds: float) -> None:
        """Note how long a turn's transaction took, waiting for a database thread included."""
        self._transaction.observe(seconds)

    def ran(self, seconds: float) -> None:
        """Note how long the database took for one use case, from asking to the commit."""
        self._runs.observe(seconds)

    def read(self, seconds: float) -> None:
        """Note how long the database took for one slow read."""
        self._reads.observe(seconds)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Count a call to the Bot API; a long poll's time says nothing and is left out."""
        self._count_of(method, outcome).inc()
        if method != "getUpdates":
            self._time_of(method).observe(seconds)

    def decided(self, tally: Mapping[Action, int]) -> None:
        """Count the learners whom a sweep claimed, and what it decided about them."""
        self._prompts.labels("claimed").inc(sum(tally.values()))
        for action, number in tally.items():
            self._prompts.labels(f"decided_{action.value}").inc(number)

    def concluded(self, row: OutboxMessage, receipt: Receipt) -> None:
        """Count what became of a row for good, and how long it waited."""
        if receipt.status is OutboxStatus.SENT:
            self._sending.observe(max(0.0, (receipt.at - row.created_at).total_seconds()))
        if receipt.prompt_id is not None:
            self._prompts.labels(receipt.status.value).inc()
        if receipt.reason == "ambiguous":
            self._doubtful.inc()

    def watch(self, name: str, what: str, reading: Callable[[], float]) -> None:
        """Read a figure whenever Prometheus asks."""
        self._live[name] = (what, reading)

    def render(self, queues: Queues | None, now: datetime) -> bytes:
        """Return everything as Prometheus reads it; without queues the database did not answer."""
        self._set("database_up", "1 if the database answered within two seconds.", float(queues is not None))
        self._set("inbox_depth", "Updates not handled yet.", queues.undone if queues else nan)
        self._set("inbox_age_seconds", "Age of the oldest.", _age(queues, "undone_since", now))
        self._set("outbox_depth", "Messages not sent yet.", queues.unsent if queues else nan)
        self._set("outbox_age_seconds", "Age of the oldest.", _age(queues, "unsent_since", now))
        self._set("prompts_overdue_seconds", "Since when a reminder is due.", _age(queues, "prompt_due_since", now))
        for name, (what, reading) in self._live.items():
            self._set(name, what, reading())
        return generate_latest(self._registry)

    def _set(self, name: str, what: str, value: float) -> None:
        if name not in self._gauges:
            self._gauges[name] = Gauge(f"tertulia_{name}", what, registry=self._registry)
        self._gauges[name].set(value)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"tertulia_{name}", what, labels, registry=self._registry)

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(f"tertulia_{name}", what, labels, registry=self._registry, buckets=_SECONDS)


def _age(queues: Queues | None, name: str, now: datetime) -> float:
    if queues is None:
        return nan
    since: datetime | None = getattr(queues, name)
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
