"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


class FixedClock:
    """An instant in UTC, returned by calling the clock; only `advance` moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Let time pass, named as timedelta names it: days=1, minutes=5."""
        self.now += timedelta(**span)
