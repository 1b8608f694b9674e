"""The content that ships, read once for all tests of a session."""

from functools import cache

from bot.scenarios.library import SHIPPED, Library


@cache
def library() -> Library:
    """Return the library of what ships; it is only ever read."""
    return Library.load(SHIPPED)
