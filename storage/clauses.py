"""Statements that many tables need: an insert, the change of a row, and the question whether a value is one of many."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, Connection, Table, any_, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from storage.statements import Prepared


def inserting(table: Table, *, or_ignore: bool = False, returning: Sequence[Any] = ()) -> Prepared:
    """Prepare the insert of a row, without a key that the database gives; `or_ignore` leaves alone what is there."""
    own = table.autoincrement_column
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.c if column is not own}
    clauses: list[Any] = [sqlite.insert(table).values(values), postgresql.insert(table).values(values)]
    if or_ignore:
        clauses = [clause.on_conflict_do_nothing() for clause in clauses]
    if returning:
        clauses = [clause.returning(*returning) for clause in clauses]
    return Prepared(clauses[0], on_postgres=clauses[1])


class _Among(ColumnElement[bool]):
    """A column's value is one of many; the statement stays the same however many there are."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name

    def self_group(self, against: Any = None) -> "_Among":
        """Stand in a condition as it is: SQLite would be asked whether it is 1, and then uses no index."""
        return self


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Ask whether a column's value is in the list that is given by a name."""
    return _Among(column, name)


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **rest: Any) -> str:
    listed = bindparam(element.name, type_=postgresql.ARRAY(element.column.type))
    return compiler.process(element.column == any_(listed), **rest)


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **rest: Any) -> str:
    listed = func.json_each(bindparam(element.name, type_=JSON())).table_valued("value")
    return compiler.process(element.column.in_(select(listed.c.value)), **rest)


class Changing:
    """The update of the row with a key, whichever columns change: prepared once for each set of them."""

    def __init__(self, table: Table, key: ColumnElement[Any], *more: ColumnElement[bool]) -> None:
        self._table = table
        self._where = (key == bindparam("key"), *more)
        self._prepared = cache(self._prepare)

    def __call__(self, connection: Connection, key: int, values: Mapping[str, Any]) -> int:
        """Change the row, and return how many there were: one, or none."""
        statement = self._prepared(tuple(values))
        return statement(connection, key=key, **{f"new_{name}": value for name, value in values.items()}).rowcount

    def _prepare(self, names: tuple[str, ...]) -> Prepared:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        return Prepared(update(self._table).where(*self._where).values(values))


def insert_or_ignore(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert of many rows that quietly leaves those alone that are already there."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
