"""What more learners cost: the same queries and use cases with 10 thousand, 100 thousand and a million of them.

`SIZES=10000,100000` chooses the sizes, `DATABASES=sqlite` one of the two databases. Everything is built in scratch
databases that are removed at the end.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

os.environ["PTB_TIMEDELTA"] = "1"

from tests.bench.scale_measures import Figures, measure
from tests.bench.scale_stores import postgres_store, sqlite_store

SIZES = "10000,100000,1000000"
STORES = {"sqlite": sqlite_store, "postgresql": postgres_store}
SIZE = "size, MiB"
BUILT = "(built in, s)"


def main() -> None:
    """Build each database, measure it, and print one table a database."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was built is removed all the same
    sizes, chosen = _sizes(), _databases()
    for name in chosen:
        cold: list[Figures] = []
        warm: list[Figures] = []
        for learners in sizes:
            one_cold, one_warm = _measured(name, learners)
            cold.append(one_cold)
            warm.append(one_warm)
        _print(f"{name}, warm", sizes, warm)
        if any(cold):
            _print(f"{name}, first look after its pages left memory", sizes, cold)


def _measured(name: str, learners: int) -> tuple[Figures, Figures]:
    begun = time.monotonic()
    with STORES[name](learners, _teller(f"{name} {learners:,}", begun)) as store:
        built = time.monotonic() - begun
        cold, warm = measure(store.url, learners, store.chill)
        return cold, warm | {SIZE: store.size() / 2**20, BUILT: built}


def _teller(head: str, begun: float) -> Callable[[str], None]:
    def tell(table: str) -> None:
        print(f"  {head}: {table} after {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)

    return tell


def _print(title: str, sizes: Sequence[int], figures: Sequence[Figures]) -> None:
    print(f"\n{title} (ms, medians of the quietest third)")
    heads = [*(f"{size:,}" for size in sizes), "last / first"]
    print(f"  {'':<30}" + "".join(f"{head:>14}" for head in heads))
    for name in figures[0]:
        values = [each[name] for each in figures]
        ratio = "" if name == BUILT else f"{values[-1] / values[0]:.2f}"
        print(f"  {name:<30}" + "".join(f"{value:>14.2f}" for value in values) + f"{ratio:>14}")
    sys.stdout.flush()


def _sizes() -> Sequence[int]:
    chosen = os.environ.get("SIZES") or SIZES
    try:
        sizes = [int(size) for size in chosen.split(",")]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < 5000:
        raise SystemExit("bench-scale: SIZES wants numbers of learners from 5000, such as SIZES=10000,100000")
    return sizes


def _databases() -> Sequence[str]:
    chosen = (os.environ.get("DATABASES") or ",".join(STORES)).split(",")
    if not set(chosen) <= set(STORES):
        raise SystemExit(f"bench-scale: DATABASES chooses among {', '.join(STORES)}")
    return chosen


if __name__ == "__main__":
    main()
