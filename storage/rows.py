"""From tables to statements and back: Core on the way in, plain detached values on the way out.

The ORM's unit of work costs more than the rest of a turn together (research/turncost.md), so no session is ever opened:
a row read becomes a table object that nothing tracks and nobody can set: `changed` makes another.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnClause, Connection, CursorResult, Row, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

Model = TypeVar("Model", bound=SQLModel)


def table(model: type[SQLModel]) -> Table:
    """Return the table behind a class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # SQLModel adds it to table classes only


def spelt(value: StrEnum) -> ColumnClause[Any]:
    """Return a constant that stands in the statement itself: a partial index is found only by what the planner sees."""
    return literal_column(f"'{value.value}'")


def first(model: type[Model], result: CursorResult[Any]) -> Model | None:
    """Return the only or first row as a value, or nothing."""
    row = result.first()
    return None if row is None else _value(model, row)


def only(model: type[Model], result: CursorResult[Any]) -> Model:
    """Return the one row that must be there."""
    return _value(model, result.one())


def every(model: type[Model], result: CursorResult[Any]) -> Sequence[Model]:
    """Return all rows as values."""
    return [_value(model, row) for row in result]


def _value(model: type[Model], row: Row[Any]) -> Model:
    # Built without validation: the database's constraints have seen the row, and a turn reads several.
    return cast("Model", model.model_construct(**row._mapping))  # noqa: SLF001 - the documented row mapping


def changed(row: Model, **values: Any) -> Model:
    """Return a copy of a value read from the database, with other values; rows themselves never change."""
    return cast("Model", row.model_construct(**{**row.model_dump(), **values}))


def insert_or_ignore(connection: Connection, model: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that quietly leaves a row alone that is already there."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table(model)).on_conflict_do_nothing()
    return sqlite.insert(table(model)).on_conflict_do_nothing()
