"""Core statements at the price of the driver: built and compiled once, then handed to its cursor as they are.

SQLAlchemy's way through one execution costs several times what the database does for a small statement, and a turn
makes some twenty of them. Whoever listens for statements gets SQLAlchemy's own way. Values go in and come out through
the same column types on either.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, Connection, Float, Table, any_, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

from storage.connecting import read_json, without_the_row

Process = Callable[[Any], Any] | None
_WAY = "_tertulia_way"


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
    """What is looked up once for a connection: the driver's own, and whether somebody listens for statements."""

    driver: Any
    dialect: Dialect
    error: type[Exception]
    watched: bool


class Prepared:
    """A statement made once for a module's lifetime; a call runs it in a transaction with values for its parameters."""

    def __init__(self, clause: Executable, *, on_postgres: Executable | None = None) -> None:
        self._clause = clause
        self._on_postgres = clause if on_postgres is None else on_postgres
        self._direct: dict[str, _Direct] = {}
        self._names: tuple[str, ...] | None = None

    def __call__(self, connection: Connection, **values: Any) -> Found:
        """Run the statement; values that it has no parameter for are left out."""
        way: _Way = vars(connection).get(_WAY) or _way(connection)
        if way.watched:
            return self._through_sqlalchemy(connection, self._on(way.dialect), values)
        direct = self._direct.get(way.dialect.name)
        if direct is None:
            direct = self._direct[way.dialect.name] = _Direct(self._on(way.dialect), way.dialect)
        return direct.run(way, values)

    def _on(self, dialect: Dialect) -> Executable:
        return self._clause if dialect.name == "sqlite" else self._on_postgres

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Found:
        """Run the statement once for each set of values, and return what all of them gave."""
        if connection.dialect.name != "sqlite":
            given = [{name: row[name] for name in self._parameters(self._on_postgres, connection)} for row in rows]
            result = connection.execute(self._on_postgres, given)
            found = result.all() if result.returns_rows else ()
            return Found(tuple(result.keys()) if found else (), found, result.rowcount)
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
        self._places = None if compiled.positional else tuple(compiled.binds)
        names = self._places or tuple(compiled.positiontup or ())
        self._constants = {
            name: _constant(compiled, dialect, name) for name in names if not compiled.binds[name].required
        }
        self._pick = _picking(names)
        writing = [None if name in self._constants else _write(compiled, dialect, name) for name in names]
        self._write = [(at, write) for at, write in enumerate(writing) if write is not None]
        columns = getattr(clause, "exported_columns", ())
        self._names = tuple(columns.keys()) if columns else ()
        reading = [_read(column, dialect) for column in columns]
        self._read = [(at, read) for at, read in enumerate(reading) if read is not None]

    def run(self, way: "_Way", values: Mapping[str, Any]) -> Found:
        """Run the statement on the connection's own cursor; what the driver refuses is told as SQLAlchemy tells it."""
        given: Any = self._pick({**values, **self._constants} if self._constants else values)
        for at, write in self._write:
            given[at] = write(given[at])
        if self._places is not None:
            given = dict(zip(self._places, given, strict=True))
        try:
            cursor = way.driver.execute(self._text, given)
            rows: list[Any] = cursor.fetchall() if self._names else []
        except way.error as error:
            # The values are left out, and what PostgreSQL tells of the row: learners' words stay out of error texts.
            raise DBAPIError.instance(
                self._text, None, without_the_row(error), way.error, hide_parameters=True, dialect=way.dialect
            ) from error
        return Found(self._names, self._decoded(rows), len(rows) if self._names else cursor.rowcount)

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


def _way(connection: Connection) -> _Way:
    dialect = connection.dialect
    way = _Way(
        driver=connection.connection.driver_connection,
        dialect=dialect,
        error=dialect.loaded_dbapi.Error,
        watched=bool(connection.dispatch.before_cursor_execute),
    )
    setattr(connection, _WAY, way)
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
    return cast("Process", compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))


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


def among(column: ColumnElement[Any], name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the condition that a column holds one of a list, which is one parameter: for SQLite and for PostgreSQL."""
    listed = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
    return column.in_(select(listed.c.value)), column == any_(bindparam(name, type_=postgresql.ARRAY(column.type)))


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
