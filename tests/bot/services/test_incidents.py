"""Facts about what admins must hear of: what is judged wrong, and that each change is told once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.delivery.alarms import Alarms
from bot.services import incidents
from bot.services.incidents import Change, Kind, Readings, judge
from bot.views.reply import Reply
from storage.delivery_tables import OutboxMessage
from storage.engine import Database
from storage.queues import Queues
from tests.bot.delivery.rows import outbox_rows
from tests.clock import START, FixedClock

MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE
EMPTY = Queues(
    undone=0, undone_since=None, unsent=0, unsent_since=None, reply_unsent_since=None, prompt_due_since=None
)  # fmt: skip
ADMINS = (11, 12)


def readings(*, queues: dict[str, Any] | None = None, **changed: Any) -> Readings:
    fine: dict[str, Any] = {"swept_at": START, "sweep_every": timedelta(seconds=30), "disk": None}
    return Readings(queues=Queues(**{**vars(EMPTY), **(queues or {})}), **{**fine, **changed})


def ago(**span: float) -> Any:
    return START - timedelta(**span)


def test_nothing_is_wrong_where_nothing_waits() -> None:
    assert judge(readings(), START) == {}


@pytest.mark.parametrize(
    ("queue", "limit", "kind"),
    [
        ("undone_since", timedelta(minutes=2), Kind.INBOX),
        ("reply_unsent_since", timedelta(minutes=5), Kind.OUTBOX),
        ("prompt_due_since", timedelta(minutes=30), Kind.PROMPTS),
    ],
)
def test_a_queue_is_judged_by_its_oldest_and_told_in_minutes(queue: str, limit: timedelta, kind: Kind) -> None:
    second = timedelta(seconds=1)
    assert judge(readings(queues={queue: START - limit + second}), START) == {}
    assert judge(readings(queues={queue: START - limit}), START) == {kind: str(limit // timedelta(minutes=1))}


def test_a_sweep_that_does_not_come_through_has_stopped_the_prompts() -> None:
    assert judge(readings(swept_at=ago(minutes=9)), START) == {}
    assert judge(readings(swept_at=ago(minutes=10)), START) == {Kind.PROMPTS: "10"}
    seldom = timedelta(minutes=5)
    assert judge(readings(swept_at=ago(minutes=99), sweep_every=seldom), START) == {}
    assert judge(readings(swept_at=ago(minutes=100), sweep_every=seldom), START) == {Kind.PROMPTS: "100"}


@pytest.mark.parametrize(
    ("free", "total", "megabytes"),
    [
        (499 * MEGABYTE, 600 * MEGABYTE, "499"),
        (499 * MEGABYTE, 2000 * GIGABYTE, "499"),
        (501 * MEGABYTE, 5 * GIGABYTE, None),
        (4 * GIGABYTE, 100 * GIGABYTE, "4096"),
        (6 * GIGABYTE, 100 * GIGABYTE, None),
        (50 * GIGABYTE, 2000 * GIGABYTE, None),  # less than a twentieth, and still years of room
    ],
)
def test_a_disk_is_nearly_full_by_share_or_by_size(free: int, total: int, megabytes: str | None) -> None:
    assert judge(readings(disk=(free, total)), START).get(Kind.DISK) == megabytes


def test_refused_content_is_named() -> None:
    assert judge(readings(refused=["a/es.yaml", "b/fr.yaml"]), START) == {Kind.CONTENT: "a/es.yaml, b/fr.yaml"}


def begun(kind: Kind, detail: str) -> Change:
    return Change(kind=kind, detail=detail)


def over(kind: Kind) -> Change:
    return Change(kind=kind, over=True)


@pytest.mark.both_databases
async def test_an_incident_is_told_when_it_begins_when_it_is_over_and_when_it_comes_again(
    database: Database, clock: FixedClock
) -> None:
    full = {Kind.DISK: "400"}
    assert await database.run(incidents.note, full, clock()) == [begun(Kind.DISK, "400")]
    for _ in range(30):
        clock.advance(minutes=1)
        assert await database.run(incidents.note, full, clock()) == []
    clock.advance(minutes=5)
    assert await database.run(incidents.note, {}, clock()) == []
    clock.advance(minutes=1)
    assert await database.run(incidents.note, {}, clock()) == [over(Kind.DISK)]
    assert await database.run(incidents.note, {}, clock()) == []
    assert await database.run(incidents.note, full, clock()) == [begun(Kind.DISK, "400")]


@pytest.mark.both_databases
async def test_incidents_of_different_kinds_are_told_apart(database: Database, clock: FixedClock) -> None:
    assert await database.run(incidents.note, {Kind.DISK: "400"}, clock()) == [begun(Kind.DISK, "400")]
    both = {Kind.DISK: "390", Kind.INBOX: "2"}
    assert await database.run(incidents.note, both, clock()) == [begun(Kind.INBOX, "2")]
    clock.advance(minutes=6)
    assert await database.run(incidents.note, {Kind.INBOX: "8"}, clock()) == [over(Kind.DISK)]


async def test_a_failed_backup_stays_open_until_one_succeeds(database: Database, clock: FixedClock) -> None:
    await database.run(incidents.note, {Kind.BACKUP: "disk full"}, clock())
    clock.advance(days=2)
    assert await database.run(incidents.note, {}, clock()) == []
    assert list(await database.run(incidents.end, Kind.BACKUP, clock())) == [over(Kind.BACKUP)]
    assert list(await database.run(incidents.end, Kind.BACKUP, clock())) == []


async def test_what_was_over_long_ago_is_forgotten(database: Database, clock: FixedClock) -> None:
    def count(connection: Connection) -> object:
        return connection.scalar(text("SELECT count(*) FROM incidents"))

    await database.run(incidents.note, {Kind.BACKUP: "x"}, clock())
    await database.run(incidents.end, Kind.BACKUP, clock())
    clock.advance(days=91)
    await database.run(incidents.note, {Kind.BACKUP: "x"}, clock())
    assert await database.run(count) == 2
    await database.run(incidents.end, Kind.BACKUP, clock())
    assert await database.run(count) == 1


class Telling:
    """One process's alarms over a database, and what it would send."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.offered: list[OutboxMessage] = []
        self.alarms = Alarms(
            database,
            self.offered.extend,
            clock,
            claims=_Everybody(),  # type: ignore[arg-type]  # the two methods that are asked for
            admin_ids=ADMINS,
            view=lambda change, native: Reply(text=f"{native} {change.kind} {change.detail} {change.over}"),
        )


class _Everybody:
    """Serves every chat."""

    def announce(self, _connection: Connection, chats: Any, *, take: bool = False) -> Any:
        return chats

    def accept(self, announced: Any) -> Any:
        return announced


async def test_what_is_seen_twice_running_is_told_to_every_admin_and_sent(
    database: Database, clock: FixedClock
) -> None:
    telling = Telling(database, clock)
    for _ in range(3):
        await telling.alarms.look({Kind.INBOX: "3"})
    assert [row.chat_id for row in telling.offered] == [11, 12]
    assert {(row.payload or {})["text"] for row in telling.offered} == {"en inbox 3 False"}


async def test_what_passes_by_itself_is_not_told(database: Database, clock: FixedClock) -> None:
    telling = Telling(database, clock)
    for found in ({Kind.INBOX: "3"}, {}, {Kind.INBOX: "2"}, {Kind.DISK: "400"}):
        await telling.alarms.look(found)
    assert telling.offered == []


async def test_what_happened_is_told_at_once_and_its_end_too(database: Database, clock: FixedClock) -> None:
    telling = Telling(database, clock)
    await telling.alarms.begin(Kind.BACKUP, "disk full")
    await telling.alarms.begin(Kind.BACKUP, "disk full")
    await telling.alarms.end(Kind.BACKUP)
    await telling.alarms.end(Kind.BACKUP)
    words = [(row.payload or {})["text"] for row in telling.offered if row.chat_id == ADMINS[0]]
    assert words == ["en backup disk full False", "en backup  True"]


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    other = Database(database_url)
    yield other
    await other.close()


@pytest.mark.both_databases
async def test_two_processes_that_see_the_same_tell_it_once(
    database: Database, other: Database, clock: FixedClock
) -> None:
    tellings = [Telling(database, clock), Telling(other, clock)]
    for _ in range(3):
        await asyncio.gather(*(each.alarms.look({Kind.DISK: "400"}) for each in tellings))
    clock.advance(minutes=6)
    for _ in range(3):
        await asyncio.gather(*(each.alarms.look({}) for each in tellings))
    stored = await database.run(outbox_rows)
    told = [(row.chat_id, (row.payload or {})["text"]) for row in stored]
    assert told == [(admin, f"en disk {rest}") for rest in ("400 False", " True") for admin in ADMINS]
    assert sorted(row.id for each in tellings for row in each.offered) == [row.id for row in stored]
