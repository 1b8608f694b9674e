"""Which process serves which chat, where several share a PostgreSQL database; SQLite has one process and needs none.

A worker is known to the others by an advisory lock that lives as long as it does (storage/presence.py). A chat that
anything waits for has a row here, written in the transaction that stored what waits; so nothing is ever forgotten.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import BigInteger, Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from storage.statements import Prepared

CHANNEL = "tertulia"
WORKERS = 7_237_418  # the first key of every worker's advisory lock; the second is the worker's number
NOBODY = 0  # updates that belong to no chat are one chat of this number
_CHATS_A_NOTE = 300  # a notification holds 8,000 bytes

_Many = ARRAY(BigInteger)
_announce = Prepared(
    text(
        "INSERT INTO chat_claims (chat_id, worker, news) "
        "SELECT chat, :taker, 1 FROM unnest(:chats) AS chat ORDER BY chat "
        "ON CONFLICT (chat_id) DO UPDATE SET news = chat_claims.news + 1, "
        "worker = COALESCE(chat_claims.worker, EXCLUDED.worker) "
        "RETURNING chat_id, worker, news, (xmax = 0) AS fresh"
    ).bindparams(bindparam("chats", type_=_Many), bindparam("taker", type_=BigInteger()))
)
_take = Prepared(
    text(
        "UPDATE chat_claims SET worker = :me WHERE chat_id IN ("
        "SELECT chat_id FROM chat_claims WHERE worker IS NULL LIMIT :most FOR UPDATE SKIP LOCKED) "
        "RETURNING chat_id, news"
    )
)
_news = Prepared(
    text("SELECT chat_id, news FROM chat_claims WHERE worker = :me AND chat_id = ANY(:chats)").bindparams(
        bindparam("chats", type_=_Many)
    )
)
_let_go = Prepared(
    text(
        "DELETE FROM chat_claims USING unnest(:chats, :seen) AS idle (chat, news) "
        "WHERE chat_claims.chat_id = idle.chat AND chat_claims.news = idle.news AND chat_claims.worker = :me "
        "RETURNING chat_id"
    ).bindparams(bindparam("chats", type_=_Many), bindparam("seen", type_=_Many))
)
_WAITING = (
    "SELECT COALESCE(chat_id, 0) AS chat_id FROM inbox WHERE status = 'new' UNION "
    "SELECT chat_id FROM outbox WHERE status IN ('pending', 'sending')"
)
_cover = text(
    f"INSERT INTO chat_claims (chat_id, worker, news) SELECT chat_id, NULL, 1 FROM ({_WAITING}) AS waiting "  # noqa: S608 - constants of ours
    "ORDER BY chat_id ON CONFLICT (chat_id) DO NOTHING"
)
_ALIVE = (
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = :workers AND objsubid = 2 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
# The locks are read after the rows: whoever has claimed one of these rows and still lives is seen.
_free_dead = Prepared(
    text(
        f"UPDATE chat_claims SET worker = NULL WHERE worker IS NOT NULL AND worker NOT IN ({_ALIVE})"  # noqa: S608 - likewise
    )
)
# While nobody is there, nobody is at fault: the first to come covers what waits, and frees what the dead held.
_uncovered = text(
    f"SELECT chat_id FROM ({_WAITING}) AS waiting WHERE EXISTS ({_ALIVE}) "  # noqa: S608 - likewise
    "AND chat_id NOT IN (SELECT chat_id FROM chat_claims)"
)
_held_by_the_dead = text(
    f"SELECT chat_id FROM chat_claims WHERE worker NOT IN ({_ALIVE}) AND EXISTS ({_ALIVE})"  # noqa: S608 - likewise
)
_strays = text(
    "SELECT DISTINCT claim.chat_id FROM chat_claims AS claim WHERE claim.worker = :me AND claim.chat_id IN ("
    "SELECT COALESCE(chat_id, 0) FROM inbox WHERE status = 'new' AND received_at < now() - :age UNION "
    "SELECT chat_id FROM outbox WHERE status IN ('pending', 'sending') AND created_at < now() - :age)"
)
_count = Prepared(text("SELECT count(worker) FROM chat_claims"))
_notify = Prepared(text("SELECT pg_notify(:channel, :note)"))

Claimed = Mapping[int, int]
"""Chats of one worker with the news it has seen of each."""


def announce(
    connection: Connection, chats: Collection[int], *, me: int, take_free: bool
) -> tuple[Claimed, frozenset[int]]:
    """Say that something was stored for chats; return those that are this worker's, and which of them are new to it.

    The other workers are told when the transaction commits. With `take_free` a chat nobody serves is taken at once.
    """
    mine: dict[int, int] = {}
    others: dict[int, list[int]] = {}
    fresh: list[int] = []
    for chat, worker, said, is_fresh in _announce(connection, chats=list(chats), taker=me if take_free else None):
        if worker == me:
            mine[chat] = said
        else:
            others.setdefault(worker or NOBODY, []).append(chat)
        if is_fresh:
            fresh.append(chat)
    for worker, waiting in others.items():
        tell(connection, worker, waiting)
    return mine, frozenset(fresh)


def tell(connection: Connection, worker: int, chats: Iterable[int]) -> None:
    """Let a worker (0: all of them) know, once this is committed, that something waits in chats."""
    listed = list(chats)
    for begin in range(0, len(listed), _CHATS_A_NOTE):
        note = f"{worker}:{','.join(map(str, listed[begin : begin + _CHATS_A_NOTE]))}"
        _notify(connection, channel=CHANNEL, note=note)


def take(connection: Connection, me: int, most: int) -> Claimed:
    """Take up to so many chats that nobody serves, leaving alone what another worker is taking at this moment."""
    return {row[0]: row[1] for row in _take(connection, me=me, most=most)}


def news(connection: Connection, me: int, chats: Collection[int]) -> Claimed:
    """Return the news of those of these chats that are this worker's."""
    return {row[0]: row[1] for row in _news(connection, me=me, chats=list(chats))}


def let_go(connection: Connection, me: int, seen: Claimed) -> frozenset[int]:
    """Give up chats in which nothing waits any more, and return them; one that has news since stays."""
    return frozenset(_let_go(connection, me=me, chats=list(seen), seen=list(seen.values())).scalars())


def count(connection: Connection) -> int:
    """Count the chats that some worker serves."""
    return int(_count(connection).scalar())


def free_dead(connection: Connection) -> int:
    """Free the chats of workers that live no more, and return how many."""
    return _free_dead(connection, workers=WORKERS).rowcount


def cover(connection: Connection) -> int:
    """Give every chat that something waits for its row, should one be missing; return how many were."""
    return connection.execute(_cover).rowcount


def strays(connection: Connection, me: int, age: timedelta) -> frozenset[int]:
    """Return this worker's chats in which something has waited for a while: a note may have been lost."""
    return frozenset(connection.execute(_strays, {"me": me, "age": age}).scalars())


def uncovered(connection: Connection) -> Sequence[int]:
    """Return the chats that something waits for and that nobody would ever claim."""
    return connection.execute(_uncovered, {"workers": WORKERS}).scalars().all()


def held_by_the_dead(connection: Connection) -> Sequence[int]:
    """Return the chats of workers that live no more, while others do."""
    return connection.execute(_held_by_the_dead, {"workers": WORKERS}).scalars().all()
