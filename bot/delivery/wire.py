"""JSON as it goes to Telegram and comes from it: by orjson, and by the slower json what that will not take.

Half of a pair of surrogates is such a case: no character, but learners' texts may be cut there.
"""

import json
from typing import Any

import orjson


def read(text: str | bytes) -> Any:
    """Return what a JSON text holds; raise ValueError or RecursionError where it is none."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def written(value: Any) -> bytes:
    """Return a value as JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()
