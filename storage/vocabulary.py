"""Words a learner studies, and the sentences they met them in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy import Connection, bindparam, func, select, update

from storage.clauses import among, inserting
from storage.memory_tables import Card, Direction, VocabularyContext, VocabularyItem
from storage.rows import every, first, only, table, value
from storage.statements import Prepared

_items = table(VocabularyItem)
_contexts = table(VocabularyContext)
_cards = table(Card)
_CARD = tuple(_cards.c.keys())
_add = inserting(_items, or_ignore=True, returning=[_items])
_add_context = inserting(_contexts, or_ignore=True)
_known_words = Prepared(
    select(_items.c.id.label("met"), _items.c.word, *_cards.c)
    .select_from(_items.outerjoin(_cards, _cards.c.item_id == _items.c.id))
    .where(_items.c.user_id == bindparam("who"), _items.c.language == bindparam("tongue"))
    .where(among(_items.c.word, "said"))
)
_known_sentences = Prepared(
    select(_contexts.c.item_id, _contexts.c.sentence).where(among(_contexts.c.item_id, "items"))
)
_find = Prepared(
    select(_items).where(
        _items.c.user_id == bindparam("who"),
        _items.c.language == bindparam("tongue"),
        _items.c.word == bindparam("said"),
    )
)
_get = Prepared(select(_items).where(_items.c.id == bindparam("key"), _items.c.user_id == bindparam("who")))


@dataclass(kw_only=True, slots=True)
class MetWord:
    """A word a learner has met, with its cards by their direction and the sentences it was met in."""

    item_id: int
    cards: dict[Direction, Card] = field(default_factory=dict)
    sentences: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True, slots=True)
class WordState:
    """A word with how well it is remembered, by the strongest of its cards, and the first day that one is due."""

    item: VocabularyItem
    reps: int
    stability: float | None
    due_on: date | None = None


def known(connection: Connection, user_id: int, language: str, words: Collection[str]) -> dict[str, MetWord]:
    """Return those of some words that a learner has met, by the word."""
    met: dict[str, MetWord] = {}
    for item_id, word, *card in (
        _known_words(connection, who=user_id, tongue=language, said=list(words)) if words else ()
    ):
        found = met.setdefault(word, MetWord(item_id=item_id))
        if card[0] is not None:
            opened = value(Card, _CARD, card)
            found.cards[opened.direction] = opened
    by_id = {found.item_id: found for found in met.values()}
    for item_id, sentence in _known_sentences(connection, items=list(by_id)) if by_id else ():
        by_id[item_id].sentences.add(sentence)
    return met


def add(connection: Connection, item: VocabularyItem) -> tuple[VocabularyItem, bool]:
    """Return the learner's word, added unless it is there already; the first source stays. True means it is new."""
    fresh = first(VocabularyItem, _add(connection, **vars(item)))
    if fresh is not None:
        return fresh, True
    return only(VocabularyItem, _find(connection, who=item.user_id, tongue=item.language, said=item.word)), False


def add_context(connection: Connection, context: VocabularyContext) -> None:
    """Keep a sentence in which a word was met; the same one twice is kept once."""
    _add_context(connection, **vars(context))


def get(connection: Connection, user_id: int, item_id: int) -> VocabularyItem | None:
    """Return a word, if it is this learner's."""
    return first(VocabularyItem, _get(connection, key=item_id, who=user_id))


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
    narrowed = {"since": met_since, "source": source_id}
    asked = {name: given for name, given in narrowed.items() if given is not None}
    found = _words(tuple(asked))(connection, who=user_id, **asked)
    names = tuple(_items.c.keys())
    return [
        WordState(
            item=value(VocabularyItem, names, row[: len(names)]),
            reps=row[len(names)] or 0,
            stability=row[len(names) + 1],
            due_on=row[len(names) + 2],
        )
        for row in found
    ]


@cache
def _words(narrowed: tuple[str, ...]) -> Prepared:
    state = (
        select(
            _cards.c.item_id,
            func.max(_cards.c.reps).label("reps"),
            func.max(_cards.c.stability).label("stability"),
            func.min(_cards.c.due_on).filter(_cards.c.suspended.is_(False)).label("due_on"),
        )
        .where(_cards.c.user_id == bindparam("who"))
        .group_by(_cards.c.item_id)
        .subquery()
    )
    by = {
        "since": _items.c.created_at >= bindparam("since", type_=_items.c.created_at.type),
        "source": _items.c.source_id == bindparam("source"),
    }
    joined = _items.outerjoin(state, state.c.item_id == _items.c.id)
    query = select(_items, state.c.reps, state.c.stability, state.c.due_on).select_from(joined)
    mine = (_items.c.user_id == bindparam("who"), *(by[name] for name in narrowed))
    return Prepared(query.where(*mine).order_by(_items.c.id))


def neighbours(connection: Connection, user_id: int, language: str, limit: int = 200) -> Sequence[VocabularyItem]:
    """Return words of a learner to choose wrong answers from."""
    mine = select(_items).where(_items.c.user_id == user_id, _items.c.language == language)
    return every(VocabularyItem, connection.execute(mine.order_by(_items.c.id).limit(limit)))
