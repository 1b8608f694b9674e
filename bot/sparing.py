"""Modules that libraries load where they find them, and that a bot which runs for months has no use for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What httpx and structlog load, where it is installed, to write to a terminal in colours: six megabytes.
COLOURS = ("rich", "httpx._main")


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules that are only tried for not be found, unless they are there already."""
    kept_away = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_away))  # type: ignore[arg-type]  # None is Python's own way to say so
    try:
        yield
    finally:
        for name in kept_away:
            sys.modules.pop(name, None)
