"""The predecessor's file, opened so that nothing can be written to it, and read row by row."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

Row = Mapping[str, Any]
OCCURRENCE = "_occurrence"
_BATCH = 500
_WAL, _VERSION_AT = b"\x02", 18
_SERVICE = ("sqlite_", "alembic_")


class LegacyError(Exception):
    """The import cannot be done; one line says why."""


class OldFile:
    """The predecessor's tables as they stand at one moment."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        self.tables = tuple(str(row[0]) for row in names if not str(row[0]).startswith(_SERVICE))

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of a table; none if there is no such table."""
        if name not in self.tables:
            return ()
        return tuple(str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({_quoted(name)})"))

    def rows(self, name: str, key: Sequence[str]) -> Iterator[Row]:
        """Yield every row of a table, a few hundred in memory at a time, in the order they were written.

        Rows that agree in all columns of `key` are numbered, so that each can be told from the others at any time.
        """
        there = self.columns(name)
        if not there:
            return
        same = ", ".join(_quoted(column) for column in key if column in there)
        number = f"row_number() OVER ({f'PARTITION BY {same} ' if same else ''}ORDER BY rowid)"
        query = f"SELECT *, {number} AS {OCCURRENCE} FROM {_quoted(name)} ORDER BY rowid"  # noqa: S608 - names of the file's own, quoted
        cursor = self._connection.execute(query)
        names = [column[0] for column in cursor.description]
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield dict(zip(names, row, strict=True))

    def count(self, name: str) -> int:
        """Count the rows of a table."""
        return int(self._connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0])  # noqa: S608 - as above

    def summed(self, name: str, *wanted: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield each combination of columns of a table with how often it stands there, the rarest first.

        A column may go by several names; a table that lacks one of them all yields nothing.
        """
        there = self.columns(name)
        chosen = [next((column for column in names if column in there), None) for names in wanted]
        if None in chosen or not there:
            return
        columns = ", ".join(_quoted(column) for column in chosen if column)
        yield from self._connection.execute(
            f"SELECT {columns}, count(*) FROM {_quoted(name)} GROUP BY {columns} ORDER BY count(*)"  # noqa: S608 - as above
        )

    def person(self, legacy_user: str) -> Row | None:
        """Return the row of `users` that an integer id or a string user_id names; the integer id is looked at first."""
        there = self.columns("users")
        for column in ("id", "user_id"):
            if column in there:
                query = f"SELECT * FROM users WHERE CAST({column} AS TEXT) = ? LIMIT 1"  # noqa: S608 - one of two names
                cursor = self._connection.execute(query, (legacy_user,))
                found = cursor.fetchone()
                if found is not None:
                    return dict(zip([one[0] for one in cursor.description], found, strict=True))
        return None


@contextmanager
def opened(path: Path) -> Iterator[OldFile]:
    """Open the predecessor's file read-only and hold it at one moment; what cannot be read is told in one line."""
    try:
        with closing(sqlite3.connect(_address(path), uri=True, isolation_level=None)) as connection:
            connection.text_factory = _decoded
            connection.execute("BEGIN")
            yield OldFile(connection, path)
    except (sqlite3.Error, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LegacyError(f"{path}: cannot be read as the predecessor's database: {reason}") from error


def _address(path: Path) -> str:
    """Return how to open a file so that nothing is written, not even beside it.

    In WAL mode SQLite would lay side files beside it even to read; with none there nobody writes, so it may be taken
    as it is.
    """
    with path.open("rb") as file:
        head = file.read(_VERSION_AT + 2)
    resting = head[_VERSION_AT : _VERSION_AT + 1] == _WAL and not path.with_name(path.name + "-wal").exists()
    return f"file:{quote(str(path.absolute()))}?{'immutable=1' if resting else 'mode=ro'}"


_decoded: Callable[[bytes], str] = lambda raw: raw.decode("utf-8", "replace")  # noqa: E731 - what sqlite3 asks for


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
