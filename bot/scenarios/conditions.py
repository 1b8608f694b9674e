"""The conditions of branches: `a == b`, `a != b`, joined by `and`. Nothing else, so that every path can be walked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

COMPARISON = re.compile(r"\s*([a-z]\w*)(?:\.([a-z]\w*))?\s*(==|!=)\s*([\w-]+)\s*")
Lookup = Callable[[str, str | None], int | str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A variable, or an attribute of what it holds, set against a constant."""

    variable: str
    attribute: str | None
    equal: bool
    constant: int | str | None


Condition = tuple[Comparison, ...]


def parse_condition(text: object) -> object:
    """Read a condition; anything but text is left for the model to refuse."""
    if not isinstance(text, str):
        return text
    return tuple(_comparison(part) for part in text.split(" and "))


def holds(condition: Condition, look_up: Lookup) -> bool:
    """Tell whether every comparison is true; a condition without comparisons always is."""
    return all((look_up(part.variable, part.attribute) == part.constant) == part.equal for part in condition)


def _comparison(text: str) -> Comparison:
    """Read one comparison."""
    found = COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError(f"not a condition: {text.strip()!r} (a == b, a != b, joined by and)")
    variable, attribute, sign, constant = found.groups()
    return Comparison(variable=variable, attribute=attribute, equal=sign == "==", constant=_constant(constant))


def _constant(text: str) -> int | str | None:
    """Read the right side of a comparison."""
    if text == "null":
        return None
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text
