"""From tables to values: a row read becomes a plain, detached value.

The ORM's unit of work costs more than the rest of a turn together (research/turncost.md), so no session is ever opened:
a row read becomes a table object that nothing tracks and nobody can set: `changed` makes another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import ColumnClause, Table, literal_column
from sqlmodel import SQLModel

P = ParamSpec("P")
Model = TypeVar("Model", bound=SQLModel)

_set = object.__setattr__
_STATE = "_sa_instance_state"  # on an object of a table's own class


class Result(Protocol):
    """What a statement gives back, be it SQLAlchemy's or a prepared one's."""

    def keys(self) -> Iterable[str]:
        """Return the names of the columns."""

    def first(self) -> Sequence[Any] | None:
        """Return the first row."""

    def __iter__(self) -> Any:
        """Yield the rows."""


def table(model: type[SQLModel]) -> Table:
    """Return the table behind a class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # SQLModel adds it to table classes only


def spelt(value: StrEnum) -> ColumnClause[Any]:
    """Return a constant that stands in the statement itself: a partial index is found only by what the planner sees."""
    return literal_column(f"'{value.value}'")


def first(model: type[Model], result: Result) -> Model | None:
    """Return the only or first row as a value, or nothing."""
    row = result.first()
    return None if row is None else _value(model, dict(zip(result.keys(), row, strict=True)))


def only(model: type[Model], result: Result) -> Model:
    """Return the one row that must be there."""
    found = first(model, result)
    if found is None:
        raise LookupError(f"a row of {model.__name__} is missing")
    return found


def every(model: type[Model], result: Result) -> Sequence[Model]:
    """Return all rows as values."""
    names = tuple(result.keys())
    return [_value(model, dict(zip(names, row, strict=True))) for row in result]


def value(model: type[Model], names: Iterable[str], row: Iterable[Any]) -> Model:
    """Return the part of a row that is a value of its own."""
    return _value(model, dict(zip(names, row, strict=True)))


def new(model: Callable[P, Model], *_: P.args, **values: P.kwargs) -> Model:
    """Return a value for a row that is still to be written, built without validation: the database's own is enough."""
    kind = cast("type[Model]", model)
    plain, made = _defaults(kind)
    return _value(kind, {**plain, **{name: make() for name, make in made.items()}, **values})


def changed(row: Model, **values: Any) -> Model:
    """Return a copy of a value, with other values; rows themselves never change."""
    fields = {**vars(row), **values}
    fields.pop(_STATE, None)
    return _value(type(row), fields)


class _Row:
    """A row as a plain value: equal to another with the same columns, and never set."""

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"a row read is a value: {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]  # columns of JSON have none

    def __repr__(self) -> str:
        # Learners' words stay out of logs and error texts.
        return f"<{type(self).__name__}>"


@cache
def _plain(model: type[SQLModel]) -> type[_Row]:
    """Return the class of a table's values: read through the ORM's own class, each of their columns takes a call."""
    return type(model.__name__, (_Row,), {"__doc__": model.__doc__, "__module__": model.__module__})


def _value(model: type[Model], fields: dict[str, Any]) -> Model:
    value = object.__new__(model if issubclass(model, _Row) else _plain(model))
    _set(value, "__dict__", fields)
    return cast("Model", value)


@cache
def _defaults(model: type[SQLModel]) -> tuple[Mapping[str, Any], Mapping[str, Callable[[], Any]]]:
    """Return the fields of a class that need not be given: their values, and those that are made anew each time."""
    fields = {name: field for name, field in model.model_fields.items() if not field.is_required()}
    plain = {name: field.default for name, field in fields.items() if field.default_factory is None}
    made = {name: field.default_factory for name, field in fields.items() if field.default_factory is not None}
    return plain, cast("Mapping[str, Callable[[], Any]]", made)
