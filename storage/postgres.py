"""Statements on PostgreSQL at the price of libpq: prepared once a connection under their own names, then one call each.

psycopg's cursors look at every value to find its narrowest type, and prepare a statement anew for each set of types;
that costs more than the statement. Here values go as text, and the server knows from the statement what they are.
What is read comes through psycopg's own loaders.
"""

from collections.abc import Sequence
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from storage.statements import Rows

_numbers = count(1)
# An end that was cut off knows of no transaction; the attempt to begin one tells.
_NONE_OPEN = (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)
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
        if self._connection.transaction_status in _NONE_OPEN:
            self._checked(self._connection.exec_(b"BEGIN"))

    def run(self, statement: Statement, values: Sequence[Any]) -> Rows:
        """Run a statement; return its rows and how many it touched, or raise what psycopg would have raised."""
        self._prepare(statement)
        given: Any = self._writing.dump_sequence(values, statement.formats)
        return self._read(statement, self._connection.exec_prepared(statement.name, given, None, Format.BINARY))

    def run_each(self, statement: Statement, several: Sequence[Sequence[Any]]) -> Rows:
        """Run a statement once for each set of values, all in one round trip; return what they gave together."""
        self._prepare(statement)
        given: list[Any] = [self._writing.dump_sequence(values, statement.formats) for values in several]
        self._connection.enter_pipeline_mode()
        for values in given:
            self._connection.send_query_prepared(statement.name, values, None, Format.BINARY)
        self._connection.pipeline_sync()
        results = self._until_sync()
        self._connection.exit_pipeline_mode()
        found = [self._read(statement, result) for result in results]
        return [row for rows, _ in found for row in rows], sum(touched for _, touched in found)

    def _prepare(self, statement: Statement) -> None:
        self.begin()
        if statement not in self._reading:
            self._checked(self._connection.prepare(statement.name, statement.text))
            self._reading[statement] = Transformer(self._writing)

    def _until_sync(self) -> list[PGresult]:
        """Return the results of a pipeline, of which the first that failed is raised later by whoever reads it."""
        results: list[PGresult] = []
        while True:
            self._wait()
            result = self._connection.get_result()
            if result is None:
                if self._connection.status == ConnStatus.BAD:
                    raise OperationalError("the connection is lost")
            elif result.status == ExecStatus.PIPELINE_SYNC:
                return results
            else:
                results.append(result)

    def _wait(self) -> None:
        """Wait for a result without keeping the other threads from running, which `get_result` itself would do."""
        while self._connection.is_busy():
            unsent = self._connection.flush()
            waiting = poll()
            waiting.register(self._connection.socket, POLLIN | POLLOUT if unsent else POLLIN)
            waiting.poll()
            self._connection.consume_input()

    def _read(self, statement: Statement, result: PGresult) -> Rows:
        if self._checked(result).status == ExecStatus.COMMAND_OK:
            return [], result.command_tuples or 0
        reading = self._reading[statement]
        reading.set_pgresult(result)
        return reading.load_rows(0, result.ntuples, tuple), result.ntuples

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in _DONE:
            error = error_from_result(result, self._encoding)
            # What libpq itself says of a lost connection has no state, which psycopg would take for anybody's fault.
            raise error if error.sqlstate else OperationalError(str(error))
        return result
