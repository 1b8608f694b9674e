"""What libraries would take of memory, and a bot that runs for months has no use for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL

# What httpx and structlog load, where it is installed, to write to a terminal in colours: six megabytes.
COLOURS = ("rich", "httpx._main")
_ARENA_MAX = -8  # as glibc's malloc.h has it


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


def share_one_heap() -> bool:
    """Let threads that start from now on take their memory from one heap, and tell whether the C library can do that.

    glibc gives every thread a heap of its own, so that threads need not wait for each other. Those of a bot wait for
    Python's lock anyway, and what one gives back could not be used by another: some four megabytes.
    """
    if sys.platform != "linux":
        return False
    library = CDLL(None)
    return hasattr(library, "gnu_get_libc_version") and bool(library.mallopt(_ARENA_MAX, 1))
