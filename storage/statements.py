"""Core statements at the price of the driver: built and compiled once, then handed to its cursor as they are.

SQLAlchemy's way through one execution costs several times what the database does for a small statement, and a turn
makes some twenty of them. Whoever listens for statements gets SQLAlchemy's own way. Values go in and come out through
the same column types on either.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import JSON, Boolean, ColumnElement, Connection, Float, Table, any_, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

from storage.connecting import WIRE, without_the_row
from storage.postgres import Rows, Statement, Wire

_NAMED = re.compile(r"%\((\w+)\)s")

Process = Callable[[Any], Any] | None


class Found:
    """What a statement gave: its rows as plain tuples, and how many it touched."""

    __slots__ = ("_names", "_rows", "rowcount")

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[Any]], rowcount: int) -> None:
        self._names = names
        self._rows = rows
        self.rowcount = rowcount

    def keys(self) -> Sequence[str]:
        """Return the names of the columns."""
        return self._names

    def __iter__(self) -> Iterator[Sequence[Any]]:
        """Yield the rows."""
        return iter(self._rows)

    def first(self) -> Sequence[Any] | None:
        """Return the first row, if there is one."""
        return self._rows[0] if self._rows else None

    def scalar(self) -> Any:
        """Return the first value of the first row, if there is one."""
        return self._rows[0][0] if self._rows else None

    def scalars(self) -> list[Any]:
        """Return the first value of every row."""
        return [row[0] for row in self._rows]


class Prepared:
    """A statement made once for a module's lifetime; a call runs it in a transaction with values for its parameters."""

    def __init__(self, clause: Executable, *, on_postgres: Executable | None = None) -> None:
        self._clause = clause
        self._on_postgres = clause if on_postgres is None else on_postgres
        self._direct: dict[str, _Direct] = {}
        self._names: tuple[str, ...] | None = None

    def __call__(self, connection: Connection, **values: Any) -> Found:
        """Run the statement; values that it has no parameter for are left out."""
        direct = self._directly(connection)
        if direct is None:
            return self._through_sqlalchemy(connection, self._on(connection.dialect), values)
        return direct.run(connection, values)

    def _directly(self, connection: Connection) -> "_Direct | None":
        """Return the statement as the driver takes it, unless somebody listens for statements."""
        if connection.dispatch.before_cursor_execute:
            return None
        dialect = connection.dialect
        direct = self._direct.get(dialect.name)
        if direct is None:
            kind = _Direct if dialect.name == "sqlite" else _OnTheWire
            direct = self._direct[dialect.name] = kind(self._on(dialect), dialect)
        return direct

    def _on(self, dialect: Dialect) -> Executable:
        return self._clause if dialect.name == "sqlite" else self._on_postgres

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Found:
        """Run the statement once for each set of values, and return what all of them gave."""
        direct = self._directly(connection)
        if isinstance(direct, _OnTheWire):
            return direct.run_each(connection, rows)
        each = [self(connection, **row) for row in rows]
        return Found(
            each[0].keys() if each else (), [row for found in each for row in found], sum(one.rowcount for one in each)
        )

    def _parameters(self, clause: Executable, connection: Connection) -> tuple[str, ...]:
        if self._names is None:
            self._names = _parameters(clause, connection.dialect)
        return self._names

    def _through_sqlalchemy(self, connection: Connection, clause: Executable, values: Mapping[str, Any]) -> Found:
        result = connection.execute(clause, {name: values[name] for name in self._parameters(clause, connection)})
        if not result.returns_rows:
            return Found((), (), result.rowcount)
        rows = result.all()
        return Found(tuple(result.keys()), rows, len(rows))


class _Direct:
    """A statement as the driver takes it: its text, and how each value is written and read."""

    def __init__(self, clause: Executable, dialect: Dialect) -> None:
        compiled = _compiled(clause, dialect)
        self._text = str(compiled)
        # Only what stands in the text: SQLAlchemy also knows of values that it has left out.
        names = compiled.positiontup or () if compiled.positional else _NAMED.findall(self._text)
        self._places = tuple(names) if compiled.positional else tuple(dict.fromkeys(names))
        self._given = [_given(compiled, dialect, name) for name in self._places]
        columns = getattr(clause, "exported_columns", ())
        self._names = tuple(columns.keys()) if columns else ()
        reading = [_read(column, dialect) for column in columns]
        self._read = [(at, read) for at, read in enumerate(reading) if read is not None]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Found:
        """Run the statement on the connection's own cursor; what the driver refuses is told as SQLAlchemy tells it."""
        return self._told(connection, self._asked, self._written(values))

    def _written(self, values: Mapping[str, Any]) -> list[Any]:
        return [
            constant if name is None else values[name] if write is None else write(values[name])
            for name, write, constant in self._given
        ]

    def _told(self, connection: Connection, ask: Callable[[Connection, list[Any]], Rows], given: list[Any]) -> Found:
        kind = connection.dialect.loaded_dbapi.Error
        try:
            rows, touched = ask(connection, given)
        except kind as error:
            # The values are left out, and what PostgreSQL tells of the row: learners' words stay out of error texts.
            raise DBAPIError.instance(
                self._text, None, without_the_row(error), kind, hide_parameters=True, dialect=connection.dialect
            ) from error
        return Found(self._names, self._decoded(rows), touched)

    def _asked(self, connection: Connection, given: list[Any]) -> Rows:
        driver: Any = connection.connection.driver_connection
        cursor = driver.execute(self._text, given)
        rows: list[Any] = cursor.fetchall() if self._names else []
        return rows, len(rows) if self._names else cursor.rowcount

    def _decoded(self, rows: list[Any]) -> list[Any]:
        if not self._read:
            return rows
        decoded = []
        for row in rows:
            values = list(row)
            for at, read in self._read:
                values[at] = read(values[at])
            decoded.append(values)
        return decoded


class _OnTheWire(_Direct):
    """The same on PostgreSQL, where each connection prepares it once."""

    def __init__(self, clause: Executable, dialect: Dialect) -> None:
        super().__init__(clause, dialect)
        numbered = {name: f"${number}" for number, name in enumerate(self._places, 1)}
        self._statement = Statement(self._text % numbered, len(numbered))

    def run_each(self, connection: Connection, several: Sequence[Mapping[str, Any]]) -> Found:
        """Run the statement once for each set of values."""
        return self._told(connection, self._each, [self._written(values) for values in several])

    def _asked(self, connection: Connection, given: list[Any]) -> Rows:
        wire: Wire = connection.info[WIRE]
        return wire.run(self._statement, given)

    def _each(self, connection: Connection, given: list[list[Any]]) -> Rows:
        wire: Wire = connection.info[WIRE]
        return wire.run_each(self._statement, given)


def _compiled(clause: Executable, dialect: Dialect) -> SQLCompiler:
    return cast("SQLCompiler", clause.compile(dialect=dialect))  # type: ignore[attr-defined]  # every Core statement has it


def _parameters(clause: Executable, dialect: Dialect) -> tuple[str, ...]:
    """Return the names of the parameters that a call must give."""
    return tuple(name for name, bind in _compiled(clause, dialect).binds.items() if bind.required)


def _given(compiled: SQLCompiler, dialect: Dialect, name: str) -> tuple[str | None, Process, Any]:
    """Return a parameter's name and how it is written, or no name and what stands there always."""
    bind = compiled.binds[name]
    write = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return name, write, None
    return None, None, bind.effective_value if write is None else write(bind.effective_value)


def _read(column: ColumnElement[Any], dialect: Dialect) -> Process:
    """Return how a column's values are read, if they are not what they are."""
    if isinstance(column.type, Float):
        return None  # both drivers give floats, and PostgreSQL's dialect would ask which kind of number it was
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


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
