"""Words a learner studies, and the sentences they met them in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import SQLModel

from storage.memory_tables import Card, VocabularyContext, VocabularyItem
from storage.rows import every, first, insert_or_ignore, table

_items = table(VocabularyItem)
_contexts = table(VocabularyContext)
_cards = table(Card)
_find = select(_items).where(
    _items.c.user_id == bindparam("who"), _items.c.language == bindparam("tongue"), _items.c.word == bindparam("said")
)
_get = select(_items).where(_items.c.id == bindparam("key"), _items.c.user_id == bindparam("who"))


class WordState(SQLModel):
    """A word with how well it is remembered: the strongest of its cards."""

    item: VocabularyItem
    reps: int
    stability: float | None


def add(connection: Connection, item: VocabularyItem) -> tuple[VocabularyItem, bool]:
    """Return the learner's word, added unless it is there already; the first source stays. True means it is new."""
    written = insert_or_ignore(connection, VocabularyItem).returning(_items.c.id)
    fresh = connection.execute(written, item.model_dump(exclude={"id"})).scalar() is not None
    key = {"who": item.user_id, "tongue": item.language, "said": item.word}
    found = first(VocabularyItem, connection.execute(_find, key))
    assert found is not None  # noqa: S101 - it was there or has just been added
    return found, fresh


def add_context(connection: Connection, context: VocabularyContext) -> None:
    """Keep a sentence in which a word was met; the same one twice is kept once."""
    connection.execute(insert_or_ignore(connection, VocabularyContext), context.model_dump(exclude={"id"}))


def get(connection: Connection, user_id: int, item_id: int) -> VocabularyItem | None:
    """Return a word, if it is this learner's."""
    return first(VocabularyItem, connection.execute(_get, {"key": item_id, "who": user_id}))


def contexts(connection: Connection, item_id: int) -> Sequence[VocabularyContext]:
    """Return every sentence a word was met in, the first meeting first."""
    met = select(_contexts).where(_contexts.c.item_id == item_id).order_by(_contexts.c.id)
    return every(VocabularyContext, connection.execute(met))


def explain(connection: Connection, item_id: int, translation: str) -> None:
    """Give a word the meaning it came without."""
    connection.execute(update(_items).where(_items.c.id == item_id).values(translation=translation))


def set_known(connection: Connection, item_id: int, *, known: bool) -> None:
    """Take a word out of study, or back in."""
    connection.execute(update(_items).where(_items.c.id == item_id).values(known=known))


def words(
    connection: Connection, user_id: int, *, met_since: datetime | None = None, source_id: str | None = None
) -> Sequence[WordState]:
    """Return a learner's words with their state, in the order they were met."""
    state = (
        select(_cards.c.item_id, func.max(_cards.c.reps).label("reps"), func.max(_cards.c.stability).label("stability"))
        .where(_cards.c.user_id == user_id)
        .group_by(_cards.c.item_id)
        .subquery()
    )
    joined = _items.outerjoin(state, state.c.item_id == _items.c.id)
    query = select(_items, state.c.reps, state.c.stability).select_from(joined).where(_items.c.user_id == user_id)
    if met_since is not None:
        query = query.where(_items.c.created_at >= met_since)
    if source_id is not None:
        query = query.where(_items.c.source_id == source_id)
    return [_word_state(dict(row)) for row in connection.execute(query.order_by(_items.c.id)).mappings()]


def _word_state(values: dict[str, object]) -> WordState:
    reps, stability = values.pop("reps"), values.pop("stability")
    item = VocabularyItem.model_construct(**values)  # type: ignore[arg-type]  # a row of that very table
    return WordState.model_construct(item=item, reps=reps or 0, stability=stability)  # type: ignore[arg-type]


def neighbours(connection: Connection, user_id: int, language: str, limit: int = 200) -> Sequence[VocabularyItem]:
    """Return words of a learner to choose wrong answers from."""
    mine = select(_items).where(_items.c.user_id == user_id, _items.c.language == language)
    return every(VocabularyItem, connection.execute(mine.order_by(_items.c.id).limit(limit)))
