"""Facts about claims: one worker a chat, nothing forgotten, and a dead worker's chats are free."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from storage import claims, inbox, send_budget
from storage.engine import Database
from storage.health import queues
from storage.health.check import Look, look_for
from storage.inbox import RawUpdate
from storage.presence import Presence, Standing
from tests.clock import START

pytestmark = [pytest.mark.several_processes, pytest.mark.real_time]

ANA, BEA, EVA = 1001, 1002, 1003
ME, OTHER = 11, 12
PATIENCE = 180
CLAIMS = {"unclaimed", "overdue"}
LONG_AGO = START - timedelta(days=400)


@pytest.fixture
async def alive(database: Database) -> AsyncIterator[Presence]:
    presence = Presence(database.url, ME)
    await presence.join()
    yield presence
    await presence.leave()


def announce(connection: Connection, *chats: int, me: int = ME, take: bool = False) -> dict[int, int]:
    ours, _ = claims.announce(connection, chats, me=me, take_free=take)
    return dict(ours)


def owners(connection: Connection) -> dict[int, int | None]:
    return {row[0]: row[1] for row in connection.execute(text("SELECT chat_id, worker FROM chat_claims"))}


async def test_a_chat_is_taken_by_one_worker_only(database: Database) -> None:
    await database.run(announce, ANA, BEA, EVA)
    assert len(await database.run(claims.take, ME, 2)) == 2
    assert len(await database.run(claims.take, OTHER, 2)) == 1
    assert sorted(value or 0 for value in (await database.run(owners)).values()) == [ME, ME, OTHER]


async def test_what_is_new_in_a_chat_is_told_to_whoever_serves_it(database: Database, alive: Presence) -> None:
    await database.run(announce, ANA, take=True)
    assert await database.run(announce, ANA, BEA, me=OTHER) == {}
    notes = alive.notes()
    heard = {(note.worker, note.chats) for note in [await anext(notes), await anext(notes)]}
    assert heard == {(ME, (ANA,)), (claims.NOBODY, (BEA,))}


async def test_a_chat_with_news_nobody_has_seen_is_not_let_go(database: Database) -> None:
    seen = await database.run(announce, ANA, BEA, take=True)
    await database.run(announce, ANA, me=OTHER)
    assert await database.run(claims.let_go, ME, seen) == {BEA}
    assert await database.run(claims.let_go, OTHER, {ANA: 2}) == frozenset()
    assert await database.run(claims.let_go, ME, {ANA: 2}) == {ANA}
    assert await database.run(owners) == {}


async def test_the_chats_of_a_worker_that_lives_no_more_are_free(database: Database, alive: Presence) -> None:
    await database.run(announce, ANA, take=True)
    await database.run(announce, BEA, me=OTHER, take=True)
    assert await database.run(claims.free_dead) == 1
    assert await database.run(owners) == {ANA: ME, BEA: None}
    await alive.leave()
    async with asyncio.timeout(PATIENCE):
        while not await database.run(claims.free_dead):
            pass  # the server notices in its own time
    assert await database.run(owners) == {ANA: None, BEA: None}


async def test_one_worker_leads_and_another_takes_over_at_once(database: Database, alive: Presence) -> None:
    other = Presence(database.url, OTHER)
    await other.join()
    first, second = await alive.look(), await other.look()
    assert (first.leads, second.leads, second.workers) == (True, False, 2)
    await alive.leave()
    async with asyncio.timeout(PATIENCE):
        while await other.look() != Standing(leads=True, workers=1):
            pass
    await other.leave()


async def test_what_waits_without_a_claim_is_covered_and_a_stray_is_found(database: Database) -> None:
    await database.run(inbox.accept, [RawUpdate(update_id=1, chat_id=ANA, body="{}")], LONG_AGO)
    assert await database.run(claims.cover) == 1
    assert await database.run(claims.cover) == 0
    taken = await database.run(claims.take, ME, 5)
    assert await database.run(claims.strays, ME, timedelta(seconds=2)) == taken.keys() == {ANA}
    (waiting,) = await database.run(inbox.undone_of, [ANA, BEA])
    assert waiting.update_id == 1


async def test_reservations_of_the_budget_follow_one_another_whoever_makes_them(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    waits = [await each.run(send_budget.reserve, 100.0) for each in (database, other, database, other)]
    await other.close()
    assert [round(wait / 100) for wait in waits] == [0, 1, 2, 3]


async def test_the_doctor_finds_chats_that_wait_unseen_and_chats_of_the_dead(
    database: Database, alive: Presence
) -> None:
    def sick(connection: Connection) -> dict[str, int]:
        look = Look(connection=connection, now=START, alive_at=START)
        return {check.name: look_for(check, look).count for check in queues.CHECKS if check.name in CLAIMS}

    def mend(connection: Connection) -> None:
        for check in queues.CHECKS:
            if check.name in CLAIMS and check.repair is not None:
                check.repair(Look(connection=connection, now=START, alive_at=START))

    await database.run(inbox.accept, [RawUpdate(update_id=1, chat_id=ANA, body="{}")], START)
    await database.run(announce, BEA, me=OTHER, take=True)
    await database.run(announce, EVA, me=alive.number, take=True)
    assert await database.run(sick) == {"unclaimed": 1, "overdue": 1}
    await database.run(mend)
    assert await database.run(sick) == {"unclaimed": 0, "overdue": 0}
    assert await database.run(owners) == {ANA: None, BEA: None, EVA: ME}
