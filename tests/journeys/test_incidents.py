"""What an admin hears of in the chat when the bot is in trouble, and that it is heard once."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.services.incidents import Kind
from storage import outbox
from storage.outbox import Draft
from tests.journeys.conftest import ADMIN, Tutor

FULL = "The disk is nearly full: 100 MB are left for the data. Please make room soon."

LATE = (
    "Answers are late: the oldest has not been sent for 6 minutes. If Telegram is down, they leave as soon as it is "
    "back."
)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


async def look_twice(tutor: Tutor) -> None:
    """Let a minute pass and look, twice: what is still so is told."""
    for _ in range(2):
        tutor.clock.advance(minutes=1)
        await tutor.app.sweep()
        await tutor.app.oversight.look()
        # The queues are read at most once every few seconds.
        tutor.app.oversight._pulse._seen = None
    await tutor.settled()


def heard(tutor: Tutor) -> list[str]:
    return [message.plain for message in tutor.fake.chats.get(ADMIN, []) if message.mine]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, tutor: Tutor, tmp_path: Path) -> dict[str, int]:
    free = {"megabytes": 100}

    def usage(_folder: object) -> Usage:
        return Usage(total=2**40, used=0, free=free["megabytes"] * 2**20)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    watched: Any = tutor.app.oversight._watched
    object.__setattr__(watched, "data_dir", tmp_path / "not" / "there" / "yet")
    return free


async def test_an_admin_hears_once_that_the_disk_is_nearly_full_and_once_that_it_is_not(
    tutor: Tutor, disk: dict[str, int]
) -> None:
    tutor.learner(id=ADMIN)
    for _ in range(5):
        await look_twice(tutor)
    assert heard(tutor) == [FULL]
    disk["megabytes"] = 100_000
    for _ in range(5):
        await look_twice(tutor)
    assert heard(tutor) == [FULL, "The disk has room again."]
    disk["megabytes"] = 100
    await look_twice(tutor)
    assert heard(tutor) == [FULL, "The disk has room again.", FULL]


@pytest.mark.usefixtures("disk")
async def test_an_admin_who_learns_with_the_bot_reads_it_in_their_own_language(tutor: Tutor) -> None:
    admin = tutor.learner(id=ADMIN, language_code="es")
    await admin.says("/start")
    await look_twice(tutor)
    assert heard(tutor)[-1].startswith("El disco está casi lleno: quedan 100 MB")


@pytest.mark.usefixtures("disk")
async def test_an_admin_who_never_wrote_to_the_bot_is_no_trouble(
    tutor: Tutor, caplog: pytest.LogCaptureFixture
) -> None:
    tutor.fake.blocked.add(ADMIN)
    for _ in range(3):
        await look_twice(tutor)
    assert [params["chat_id"] for method, params in tutor.fake.calls if method == "sendMessage"] == [ADMIN]
    assert "Incident begun: disk 100" in caplog.text


async def test_a_reply_that_cannot_leave_is_told_when_it_can_again(tutor: Tutor) -> None:
    ana, _ = tutor.learner(), tutor.learner(id=ADMIN)
    await ana.says("/start")
    await tutor.database.run(outbox.put, [Draft(chat_id=ana.id, payload={"text": "late"})], tutor.clock())
    tutor.clock.advance(minutes=4)
    await look_twice(tutor)
    assert heard(tutor) == [LATE]
    await tutor.restart()
    for _ in range(4):
        await look_twice(tutor)
    assert heard(tutor)[1:] == ["Answers are sent without delay again."]


async def test_a_start_after_a_night_off_is_no_incident(tutor: Tutor) -> None:
    ana, _ = tutor.learner(), tutor.learner(id=ADMIN)
    await tutor.stop()
    tutor.fake.new_update(message=ana.message("/start"))
    tutor.clock.advance(hours=9)
    await tutor.restart()
    await tutor.world.settle()
    await look_twice(tutor)
    assert heard(tutor) == []


async def test_a_failed_backup_is_told_with_its_reason_and_its_mending(tutor: Tutor) -> None:
    tutor.learner(id=ADMIN)
    await tutor.app.alarms.begin(Kind.BACKUP, "no space left <on device>")
    tutor.clock.now += timedelta(days=1)
    await look_twice(tutor)
    await tutor.app.alarms.end(Kind.BACKUP)
    await tutor.settled()
    assert heard(tutor) == [
        "The backup failed: no space left <on device>. The bot goes on. The log says more; then run: tertulia backup",
        "The backup works again.",
    ]
