"""What must be true of the tables after a soak, whatever happened meanwhile."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, text

from bot.services.remembering import memory_of, rebuilt
from bot.services.visit import Visit
from storage import users
from storage.memory_tables import Card
from storage.rows import every, table
from tests import shipped
from tests.bench.soak_people import Diary
from tests.bench.soak_server import Weather


def breaches(connection: Connection, fake: Weather, diary: Diary) -> Iterator[str]:
    """Return everything that is not as it must be."""
    yield from diary.unanswered
    yield from (f"Telegram refused what we sent: {refusal}" for refusal in dict.fromkeys(fake.refusals))
    yield from _updates(connection, fake, diary)
    yield from _turns(connection, diary)
    yield from _replies(connection, diary)
    yield from _prompts(connection, fake)
    yield from _order(connection)
    yield from _completions(connection)
    yield from _memory(connection)


def _rows(connection: Connection, query: str) -> Sequence[Any]:
    return connection.execute(text(query)).all()


def _updates(connection: Connection, fake: Weather, diary: Diary) -> Iterator[str]:
    stored = {row.update_id: row.status for row in _rows(connection, "SELECT update_id, status FROM inbox")}
    sent = {update for updates in diary.texts.values() for update in updates} | diary.others
    if lost := sent - stored.keys():
        yield f"{len(lost)} updates were lost, such as {min(lost)}"
    if undone := [update for update, status in stored.items() if status == "new"]:
        yield f"{len(undone)} updates are undone, such as {min(undone)}"
    if dead := [update for update, status in stored.items() if status == "dead" and update not in fake.rubbish]:
        yield f"{len(dead)} good updates were set aside, such as {min(dead)}"
    for row in _rows(connection, "SELECT count(*) AS n FROM outbox WHERE status IN ('pending', 'sending')"):
        if row.n:
            yield f"{row.n} rows of the outbox are not settled"


def _turns(connection: Connection, diary: Diary) -> Iterator[str]:
    played = Counter(row.update_id for row in _rows(connection, "SELECT update_id FROM scenario_turns"))
    if doubled := [update for update, times in played.items() if times > 1]:
        yield f"{len(doubled)} updates were played twice, such as {min(doubled)}"
    typed = {update for updates in diary.texts.values() for update in updates}
    if invented := played.keys() - typed - diary.others:
        yield f"{len(invented)} turns belong to no update, such as {min(invented)}"


def _replies(connection: Connection, diary: Diary) -> Iterator[str]:
    query = "SELECT chat_id, count(*) AS n FROM outbox WHERE action = 'send' AND prompt_id IS NULL GROUP BY chat_id"
    queued = {row.chat_id: row.n for row in _rows(connection, query)}
    for learner, updates in diary.texts.items():
        if queued.get(learner, 0) < len(updates):
            yield f"learner {learner} wrote {len(updates)} texts and was answered {queued.get(learner, 0)} times"
    dead = "SELECT chat_id, count(*) AS n FROM outbox WHERE status = 'dead' GROUP BY chat_id"
    for row in _rows(connection, dead):
        if row.chat_id not in diary.blockers:
            yield f"{row.n} messages to learner {row.chat_id}, who never blocked the bot, were given up"


def _prompts(connection: Connection, fake: Weather) -> Iterator[str]:
    days = "SELECT user_id, local_on FROM review_prompts GROUP BY user_id, local_on HAVING count(*) > 1"
    yield from (f"learner {row.user_id} has two prompts on {row.local_on}" for row in _rows(connection, days))
    prompts = "SELECT chat_id, payload, status FROM outbox WHERE prompt_id IS NOT NULL"
    for row in _rows(connection, prompts):
        payload = json.loads(row.payload) if isinstance(row.payload, str) else row.payload
        if fake.told.get((row.chat_id, payload["text"]), 0) > 1:
            yield f"the prompt of learner {row.chat_id} was sent more than once"
        if row.status not in {"sent", "expired", "dead"}:
            yield f"the prompt of learner {row.chat_id} is {row.status}"


def _order(connection: Connection) -> Iterator[str]:
    turns = _rows(connection, "SELECT user_id, update_id FROM scenario_turns ORDER BY user_id, id")
    yield from _ascending("turns", [(row.user_id, row.update_id) for row in turns])
    query = (
        "SELECT chat_id, message_id FROM outbox WHERE action = 'send' AND message_id IS NOT NULL ORDER BY chat_id, id"
    )
    yield from _ascending("messages", [(row.chat_id, row.message_id) for row in _rows(connection, query)])


def _ascending(what: str, pairs: Sequence[tuple[int, int]]) -> Iterator[str]:
    for (learner, first), (other, second) in pairwise(pairs):
        if learner == other and second <= first:
            yield f"{what} of learner {learner} are out of order: {first} before {second}"


def _completions(connection: Connection) -> Iterator[str]:
    sessions = _rows(
        connection,
        "SELECT user_id, source_id, session_metadata FROM learning_sessions "
        "WHERE session_type = 'scenario' AND ended_at IS NOT NULL",
    )
    known = {(row.user_id, row.source_id, _document(row.session_metadata).get("run_id")) for row in sessions}
    query = "SELECT user_id, scenario_id, progress_id FROM scenario_progress_history"
    for row in _rows(connection, query):
        if (row.user_id, row.scenario_id, row.progress_id) not in known:
            yield f"the completion of run {row.progress_id} has no session"
    unfinished = (
        "SELECT h.progress_id AS run FROM scenario_progress_history h JOIN scenario_runs r ON r.id = h.progress_id "
        "WHERE r.status <> 'completed'"
    )
    yield from (f"run {row.run} has a completion but is not completed" for row in _rows(connection, unfinished))


def _memory(connection: Connection) -> Iterator[str]:
    for card in every(Card, connection.execute(table(Card).select())):
        user = users.get(connection, card.user_id)
        assert user is not None
        visit = Visit(
            connection=connection,
            user=user,
            is_new=False,
            now=user.last_seen_at,
            update_id=0,
            library=shipped.library(),
        )
        live, replayed = memory_of(card), rebuilt(visit, card)
        same = (live.due_on, live.reviewed_on, live.reps, live.lapses) == (
            replayed.due_on, replayed.reviewed_on, replayed.reps, replayed.lapses
        )  # fmt: skip
        if not same or not math.isclose(live.stability or 0, replayed.stability or 0, rel_tol=1e-9):
            yield f"card {card.id} is not what its log says: {live} against {replayed}"


def _document(value: Any) -> dict[str, Any]:
    return dict(json.loads(value) if isinstance(value, str) else value)
