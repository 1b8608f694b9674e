"""Values that change by being copied: what a turn does a dozen times."""

import dataclasses
from typing import Any, TypeVar, cast

Value = TypeVar("Value")


def made(kind: type[Value], fields: dict[str, Any]) -> Value:
    """Return a frozen dataclass without slots from what was stored of one, at the price of a dict."""
    if fields.keys() != kind.__dataclass_fields__.keys():  # type: ignore[attr-defined]  # of a dataclass
        return kind(**fields)
    value = object.__new__(kind)
    value.__dict__.update(fields)
    return value


def replace(value: Value, **changes: Any) -> Value:
    """Return a copy of a frozen dataclass with other values.

    What `dataclasses.replace` gives, at a fifth of its cost where the class has neither slots nor `__post_init__`.
    """
    if not hasattr(value, "__dict__"):
        return dataclasses.replace(cast("Any", value), **changes)  # type: ignore[no-any-return]  # of the same class
    copy = object.__new__(type(value))
    copy.__dict__.update(vars(value), **changes)
    return copy
