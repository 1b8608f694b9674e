"""References: no row whose parent is gone, and none that belongs to another learner than its parent."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.sql import ColumnElement

from storage import schema
from storage.health.check import Check, Look, streamed
from storage.memory_tables import PromptSchedule, ReviewPrompt
from storage.rows import table

_schedule = table(PromptSchedule)
_prompts = table(ReviewPrompt)
# Rows that are made anew by themselves, and references that may as well be empty: nothing is lost with them.
_REPLACEABLE = {(_schedule.name, "user_id"), (_prompts.name, "question_id")}


def _keys(*, replaceable: bool) -> Iterator[ForeignKey]:
    """Return every reference of every table, or those whose loss loses nothing."""
    for each in schema.metadata().sorted_tables:
        for key in sorted(each.foreign_keys, key=lambda key: key.parent.name):
            if ((each.name, key.parent.name) in _REPLACEABLE) is replaceable:
                yield key


def _dangling(key: ForeignKey) -> ColumnElement[bool]:
    parent = key.column.table.alias("parent")
    held = select(parent.c[key.column.name]).where(parent.c[key.column.name] == key.parent)
    return key.parent.is_not(None) & ~held.exists()


def _orphans(look: Look) -> Iterator[int | str]:
    for key in _keys(replaceable=False):
        yield from _told(look, key.parent.table, _dangling(key))


def _loose(look: Look) -> Iterator[int | str]:
    for key in _keys(replaceable=True):
        yield from _told(look, key.parent.table, _dangling(key))


def _told(look: Look, of: Any, condition: ColumnElement[bool]) -> Iterator[str]:
    key = next(iter(of.primary_key.columns))
    for each in streamed(look, select(key).where(condition)):
        yield f"{of.name} {each}"


def _let_go(look: Look) -> None:
    for key in _keys(replaceable=True):
        of, loose = key.parent.table, _dangling(key)
        if key.ondelete == "SET NULL":
            look.connection.execute(update(of).where(loose).values({key.parent.name: None}))
        else:
            look.connection.execute(delete(of).where(loose))


def _of_another(look: Look) -> Iterator[str]:
    """Find rows whose learner is not their parent's: what one said must never show up with another."""
    for key in _keys(replaceable=False):
        child, parent = key.parent.table, key.column.table
        if "user_id" in child.c and "user_id" in parent.c:
            above = parent.alias("above")
            joined = select(above.c.id).where(above.c.id == key.parent, above.c.user_id != child.c.user_id)
            yield from _told(look, child, joined.exists())


CHECKS = (
    Check(name="orphans", broken="rows whose parent row is gone", find=_orphans),
    Check(name="loose-ends", broken="plans and notes that lead nowhere", find=_loose, repair=_let_go),
    Check(name="another-learner", broken="rows of another learner than the row they belong to", find=_of_another),
)
