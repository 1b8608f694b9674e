"""Core statements at the price of the driver: built and compiled once, then handed to its cursor as they are.

SQLAlchemy's way through one execution costs several times what the database does for a small statement, and a turn
makes some twenty of them. Whoever listens for statements gets SQLAlchemy's own way. Values go in and come out through
the same column types on either.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import JSON, ColumnElement, Connection, Float
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

from storage.connecting import WAY, WIRE, read_json, without_the_row, write_json

if TYPE_CHECKING:
    from storage.postgres import Wire

_NAMED = re.compile(r"%\((\w+)\)s")

Process = Callable[[Any], Any] | None
Rows = tuple[list[Any], int]
"""The rows that statements gave, and how many they touched."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """What is looked up once for a transaction: the driver's own, and whether somebody listens for statements."""

    driver: Any
    wire: "Wire | None"
    dialect: Dialect
    error: type[Exception]
    watched: bool


class Prepared:
    """A statement made once for a module's lifetime; a call runs it in a transaction with values for its parameters."""

    def __init__(self, clause: Executable, *, on_postgres: Executable | None = None) -> None:
        self._clause = clause
        self._on_postgres = clause if on_postgres is None else on_postgres
        self._direct: dict[str, _Direct] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def __call__(self, connection: Connection, **values: Any) -> Found:
        """Run the statement; values that it has no parameter for are left out."""
        way = _way(connection)
        direct = self._directly(way)
        if direct is None:
            return self._through_sqlalchemy(connection, self._on(way.dialect), values)
        return direct.run(way, values)

    def _directly(self, way: _Way) -> "_Direct | None":
        """Return the statement as the driver takes it, unless somebody listens for statements."""
        if way.watched:
            return None
        direct = self._direct.get(way.dialect.name)
        if direct is None:
            kind = _Direct if way.dialect.name == "sqlite" else _OnTheWire
            direct = self._direct[way.dialect.name] = kind(self._on(way.dialect), way.dialect)
        return direct

    def _on(self, dialect: Dialect) -> Executable:
        return self._clause if dialect.name == "sqlite" else self._on_postgres

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Found:
        """Run the statement once for each set of values, and return what all of them gave."""
        direct = self._directly(_way(connection))
        if isinstance(direct, _OnTheWire):
            return direct.run_each(_way(connection), rows)
        each = [self(connection, **row) for row in rows]
        return Found(
            each[0].keys() if each else (), [row for found in each for row in found], sum(one.rowcount for one in each)
        )

    def _parameters(self, clause: Executable, connection: Connection) -> tuple[str, ...]:
        dialect = connection.dialect
        if dialect.name not in self._names:
            self._names[dialect.name] = _parameters(clause, dialect)
        return self._names[dialect.name]

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
        names = tuple(compiled.positiontup or ()) if compiled.positional else tuple(_NAMED.findall(self._text))
        self._places = names if compiled.positional else tuple(dict.fromkeys(names))
        binds = compiled.binds
        self._constants = {name: _constant(compiled, dialect, name) for name in names if not binds[name].required}
        self._pick = _picking(self._places)
        writing = [None if name in self._constants else _write(compiled, dialect, name) for name in self._places]
        self._write = [(at, write) for at, write in enumerate(writing) if write is not None]
        columns = getattr(clause, "exported_columns", ())
        self._names = tuple(columns.keys()) if columns else ()
        reading = [_read(column, dialect) for column in columns]
        self._read = [(at, read) for at, read in enumerate(reading) if read is not None]

    def run(self, way: _Way, values: Mapping[str, Any]) -> Found:
        """Run the statement on the connection's own cursor; what the driver refuses is told as SQLAlchemy tells it."""
        return self._told(way, self._asked, self._written(values))

    def _written(self, values: Mapping[str, Any]) -> list[Any]:
        given = self._pick({**values, **self._constants} if self._constants else values)
        for at, write in self._write:
            given[at] = write(given[at])
        return given

    def _told(self, way: _Way, ask: Callable[[_Way, list[Any]], Rows], given: list[Any]) -> Found:
        try:
            rows, touched = ask(way, given)
        except way.error as error:
            # The values are left out, and what PostgreSQL tells of the row: learners' words stay out of error texts.
            raise DBAPIError.instance(
                self._text, None, without_the_row(error), way.error, hide_parameters=True, dialect=way.dialect
            ) from error
        return Found(self._names, self._decoded(rows), touched)

    def _asked(self, way: _Way, given: list[Any]) -> Rows:
        cursor = way.driver.execute(self._text, given)
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
        from storage.postgres import Statement  # noqa: PLC0415 - its driver is ten megabytes that SQLite needs not

        numbered = {name: f"${number}" for number, name in enumerate(self._places, 1)}
        self._statement = Statement(self._text % numbered, len(numbered))

    def run_each(self, way: _Way, several: Sequence[Mapping[str, Any]]) -> Found:
        """Run the statement once for each set of values."""
        return self._told(way, self._each, [self._written(values) for values in several])

    def _asked(self, way: _Way, given: list[Any]) -> Rows:
        return cast("Wire", way.wire).run(self._statement, given)

    def _each(self, way: _Way, given: list[list[Any]]) -> Rows:
        return cast("Wire", way.wire).run_each(self._statement, given)


def _way(connection: Connection) -> _Way:
    known: _Way | None = vars(connection).get(WAY)
    if known is not None:
        return known
    dialect = connection.dialect
    way = _Way(
        driver=connection.connection.driver_connection,
        wire=connection.info.get(WIRE),
        dialect=dialect,
        error=dialect.loaded_dbapi.Error,
        watched=bool(connection.dispatch.before_cursor_execute),
    )
    setattr(connection, WAY, way)
    return way


def _compiled(clause: Executable, dialect: Dialect) -> SQLCompiler:
    return cast("SQLCompiler", clause.compile(dialect=dialect))  # type: ignore[attr-defined]  # every Core statement has it


def _parameters(clause: Executable, dialect: Dialect) -> tuple[str, ...]:
    """Return the names of the parameters that a call must give."""
    return tuple(name for name, bind in _compiled(clause, dialect).binds.items() if bind.required)


def _picking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Return how a statement's values are put in their order."""
    if len(names) > 1:
        pick = itemgetter(*names)
        return lambda values: list(pick(values))
    return lambda values: [values[name] for name in names]


def _write(compiled: SQLCompiler, dialect: Dialect, name: str) -> Process:
    """Return how a parameter's values are written, if they are not what they are."""
    kind = compiled.binds[name].type.dialect_impl(dialect)
    if dialect.name == "sqlite" and isinstance(kind, JSON):
        return write_json
    return cast("Process", kind.bind_processor(dialect))


def _constant(compiled: SQLCompiler, dialect: Dialect, name: str) -> Any:
    """Return what stands for a parameter always, as it is written."""
    value, write = compiled.binds[name].effective_value, _write(compiled, dialect, name)
    return value if write is None else write(value)


def _read(column: ColumnElement[Any], dialect: Dialect) -> Process:
    """Return how a column's values are read, if they are not what they are."""
    if isinstance(column.type, Float):
        return None  # both drivers give floats, and PostgreSQL's dialect would ask which kind of number it was
    if dialect.name == "sqlite" and isinstance(column.type.dialect_impl(dialect), JSON):
        return read_json
    return column.type.dialect_impl(dialect).result_processor(dialect, None)
