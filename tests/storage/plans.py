"""How a database would carry statements out: which tables are read whole, and by which index the others are found."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, event

# Partial indexes that hold only what is under way: reading all of one costs what is under way, not what there is.
UNDER_WAY = {
    "uq_scenario_runs_open",
    "ix_learning_sessions_open",
    "ix_inbox_new",
    "ix_outbox_unsent",
    "ix_outbox_unerased",
    "ix_scenario_turns_contested",
}


class Step(NamedTuple):
    """One access to a table: by which index, and whether only a part of it is read."""

    table: str
    by: str | None
    searched: bool

    @property
    def reads_everything(self) -> bool:
        """Tell whether the access costs more the more rows there are."""
        return not self.searched and self.by not in UNDER_WAY


class Explained:
    """Everything a connection or an engine executes, explained right before; PostgreSQL must not choose by size."""

    def __init__(self, target: Any) -> None:
        self.steps: list[tuple[Step, str]] = []
        event.listen(target, "before_cursor_execute", self._explain)

    @property
    def reading_everything(self) -> list[tuple[Step, str]]:
        """Return each access that costs more the more rows there are, with its statement."""
        return [(step, statement) for step, statement in self.steps if step.reads_everything]

    def _explain(self, connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if not statement.lstrip("( ").startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        many = bool(rest[-1])
        values = parameters[0] if many else parameters
        read = _postgres if connection.dialect.name == "postgresql" else _sqlite
        self.steps.extend((step, statement) for step in read(cursor, statement, values))


def steps_of(connection: Connection, query: Callable[[Connection], Any]) -> Sequence[Step]:
    """Run a query and return how its statements were carried out."""
    explained = Explained(connection)
    query(connection)
    return [step for step, _ in explained.steps]


def _sqlite(cursor: Any, statement: str, parameters: Any) -> Iterator[Step]:
    for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall():
        words = row[3].split()
        if words[0] not in {"SEARCH", "SCAN"} or words[1].startswith(("(", "anon_", "CONSTANT")):
            continue
        index = words[words.index("INDEX") + 1] if "INDEX" in words else "the key" if "KEY" in words else None
        yield Step(table=words[1], by=index, searched=words[0] == "SEARCH")


def _postgres(cursor: Any, statement: str, parameters: Any) -> Iterator[Step]:
    cursor.connection.execute("SET LOCAL enable_seqscan = off")
    raw = cursor.connection.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters).fetchone()[0]
    found = json.loads(raw) if isinstance(raw, str) else raw
    yield from _nodes(found[0]["Plan"], found[0]["Plan"].get("Relation Name", ""))


def _nodes(node: dict[str, Any], table: str) -> Iterator[Step]:
    table = node.get("Relation Name", table)
    if node["Node Type"] == "Seq Scan":
        yield Step(table=table, by=None, searched=False)
    if "Index Name" in node:
        # A limit or a maximum ends a walk along an index early; such a walk is for a person to judge, by name.
        yield Step(table=table, by=node["Index Name"], searched="Index Cond" in node)
    for child in node.get("Plans", []):
        yield from _nodes(child, table)
