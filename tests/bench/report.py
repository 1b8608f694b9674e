"""What was measured as values, and the arithmetic and the tables made of them."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Figure = Callable[["Window"], float]
BASE = "echo"


@dataclass(frozen=True, kw_only=True)
class Window:
    """One bot under one load for some seconds; `turns` are lines of a scene, `messages` the opening commands too.

    `graded` counts the rows that a bot with a scene wrote; a bot without one has as many turns as messages. `others` is
    the share of the machine that everybody else took: a window that had to share it says little about speed.
    """

    seconds: float
    cpu: float
    messages: int
    turns: int
    graded: int | None = None
    latencies: Sequence[float] = field(default=(), repr=False)
    peak_kib: int = 0
    server_cpu: float | None = None
    missed: int = 0
    others: float = 0.0

    @property
    def counted(self) -> int:
        """Return the turns that the bot is credited with."""
        return self.messages if self.graded is None else self.graded

    def rate(self) -> float:
        """Return turns a second."""
        return self.counted / self.seconds

    def cpu_of_turn(self) -> float:
        """Return the CPU seconds of a turn; opening commands are paid for, but not counted."""
        return self.cpu / max(1, self.counted)

    def cpu_of_message(self) -> float:
        """Return the CPU seconds of a message, commands counted."""
        return self.cpu / max(1, self.messages)

    def p50(self) -> float:
        """Return the median wait for a reply."""
        return percentile(self.latencies, 50)

    def p95(self) -> float:
        """Return the wait that one reply in twenty exceeds."""
        return percentile(self.latencies, 95)

    def p99(self) -> float:
        """Return the wait that one reply in a hundred exceeds."""
        return percentile(self.latencies, 99)


Round = Mapping[str, Window]  # by the name of the bot


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of all do not exceed; 0 where there is none."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)] if ranked else 0.0


def ratios(rounds: Sequence[Round], name: str, figure: Figure, base: str = BASE) -> list[float]:
    """Return a bot's figure over another's, each pair from one round."""
    pairs = [(figure(each[name]), figure(each[base])) for each in rounds if name in each and base in each]
    return [own / other for own, other in pairs if other]


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Write the median with the lowest and the highest."""
    if not values:
        return "-"
    median, lowest, highest = statistics.median(values), min(values), max(values)
    return f"{median:{form}} ({lowest:{form}}–{highest:{form}})" if len(values) > 1 else f"{median:{form}}"


def scenario(title: str, rounds: Sequence[Round]) -> str:
    """Write all figures of one kind of load, a bot a line."""
    names = list(dict.fromkeys(name for each in rounds for name in each))
    lines = [_line(rounds, name) for name in names]
    return f"\n{title}\n" + table([_HEADS, *lines])


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align columns, the first one to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    )


def verdicts(measured: Mapping[str, Sequence[Round]]) -> str:
    """Hold the medians against what is promised."""
    lines = [[promise, spread(found), word] for promise, found, word in _judged(measured) if found]
    return "\nPromises (median of the rounds' ratios)\n" + table(lines) if lines else ""


_HEADS = (
    "", "turns/s", "CPU ms/turn", "CPU ms/message", "p50 ms", "p95 ms", "p99 ms", "peak MiB", "server CPU ms/turn",
    "others %", "CPU/turn : echo", "CPU/message : echo", "turns/s : echo", "p99 : echo",
)  # fmt: skip

_PROMISES: tuple[tuple[str, str, str, str, Figure, str, float], ...] = (
    ("CPU of a turn, SQLite, under load", "closed", "tertulia", BASE, Window.cpu_of_turn, "<=", 0.8),
    ("CPU of a turn, SQLite, at low load", "open", "tertulia", BASE, Window.cpu_of_turn, "<=", 1.3),
    ("CPU of a turn, PostgreSQL, under load", "closed", "pg1", BASE, Window.cpu_of_turn, "<=", 1.2),
    ("turns/s, SQLite", "closed", "tertulia", BASE, Window.rate, ">=", 1.5),
    ("turns/s, SQLite, 50 ms of latency", "latency", "tertulia", BASE, Window.rate, ">=", 20),
    ("p99, SQLite", "closed", "tertulia", BASE, Window.p99, "<=", 1.0),
    ("turns/s, two workers : one, PostgreSQL", "closed", "pg2", "pg1", Window.rate, ">=", 1.5),
)


def _judged(measured: Mapping[str, Sequence[Round]]) -> list[tuple[str, list[float], str]]:
    judged = []
    for promise, load, name, base, figure, sign, limit in _PROMISES:
        found = ratios(measured.get(load, ()), name, figure, base)
        median = statistics.median(found) if found else 0.0
        kept = median <= limit if sign == "<=" else median >= limit
        judged.append((f"{promise} {sign} {limit}", found, "kept" if kept else "MISSED"))
    return judged


def _line(rounds: Sequence[Round], name: str) -> list[str]:
    mine = [each[name] for each in rounds if name in each]
    server = [1000 * each.server_cpu / max(1, each.counted) for each in mine if each.server_cpu is not None]
    own = name != BASE
    return [
        name,
        spread([each.rate() for each in mine], ".0f"),
        spread([1000 * each.cpu_of_turn() for each in mine]),
        spread([1000 * each.cpu_of_message() for each in mine]),
        *(spread([1000 * figure(each) for each in mine], ".0f") for figure in (Window.p50, Window.p95, Window.p99)),
        str(max(each.peak_kib for each in mine) // 1024),
        spread(server),
        f"{statistics.median([100 * each.others for each in mine]):.0f}",
        *(
            spread(ratios(rounds, name, figure)) if own else "1"
            for figure in (Window.cpu_of_turn, Window.cpu_of_message, Window.rate, Window.p99)
        ),
    ]
