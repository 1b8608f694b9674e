"""How revisions run: on the connection of the caller, in batch mode, with every row counted before and after."""

from collections.abc import Mapping
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, func, inspect, select, table
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

from storage.columns import UtcDateTime
from storage.schema import metadata


def _render(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones, so that an old revision never imports living code."""
    if kind != "type" or not isinstance(item, TypeEngine):
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return "sa.String()"
    if isinstance(item, JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    return False


def _counts(connection: Connection) -> Mapping[str, int]:
    names = inspect(connection).get_table_names()
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def _run(connection: Connection) -> None:
    before = _counts(connection)
    context.configure(
        connection=connection, target_metadata=metadata(), render_as_batch=True, render_item=_render, compare_type=True
    )
    context.run_migrations()
    after = _counts(connection)
    # A table that is gone was dropped by a statement that says so; rows can go without one, when a batch rebuild
    # deletes the children of what it rebuilds. A revision that means to delete rows says so.
    lost = {name for name, rows in before.items() if after.get(name, rows) < rows and not name.startswith("alembic")}
    if lost - set(context.get_x_argument(as_dictionary=True).get("may_shrink", "").split(",")):
        raise RuntimeError(f"the migration lost rows of {', '.join(sorted(lost))}; nothing was changed")


_run(context.config.attributes["connection"])
