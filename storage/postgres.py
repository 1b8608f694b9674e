"""Statements on PostgreSQL at the price of libpq: prepared once a connection under their own names, then one call each.

psycopg's cursors look at every value to find its narrowest type, and prepare a statement anew for each set of types;
that costs more than the statement. Here values go as text, and the server knows from the statement what they are.
What is read comes through psycopg's own loaders.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

from psycopg import Connection
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

_numbers = count(1)
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Statement:
    """A statement's text with `$1` and so on for its values, and the name it is prepared under."""

    def __init__(self, text: str, values: int) -> None:
        self.text = text.encode()
        self.name = b"tertulia_%d" % next(_numbers)
        self.formats = [PyFormat.TEXT] * values


class Wire:
    """One connection as libpq sees it; psycopg and SQLAlchemy may use it in between."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection.pgconn
        self._encoding = connection.info.encoding
        self._writing = Transformer(connection)
        self._reading: dict[Statement, Any] = {}  # each with a transformer of its own

    def begin(self) -> None:
        """Begin a transaction unless one is open."""
        if self._connection.transaction_status == TransactionStatus.IDLE:
            self._checked(self._connection.exec_(b"BEGIN"))

    def run(self, statement: Statement, values: Sequence[Any]) -> tuple[list[Any], int]:
        """Run a statement; return its rows and how many it touched, or raise what psycopg would have raised."""
        self.begin()
        reading = self._reading.get(statement)
        if reading is None:
            self._checked(self._connection.prepare(statement.name, statement.text))
            reading = self._reading[statement] = Transformer(self._writing)
        given: Any = self._writing.dump_sequence(values, statement.formats)
        result = self._checked(self._connection.exec_prepared(statement.name, given, None, Format.BINARY))
        if result.status == ExecStatus.COMMAND_OK:
            return [], result.command_tuples or 0
        reading.set_pgresult(result)
        return reading.load_rows(0, result.ntuples, tuple), result.ntuples

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in _DONE:
            raise error_from_result(result, self._encoding)
        return result
