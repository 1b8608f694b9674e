"""Facts about one update and its reply."""

from sqlalchemy import text

from storage.engine import Database
from tests.bot.delivery.tiny import Tiny


def statuses(connection: object) -> list[tuple[str, int]]:
    rows = connection.execute(text("SELECT status, count(*) FROM inbox GROUP BY status ORDER BY status"))  # type: ignore[attr-defined]
    return [tuple(row) for row in rows]


async def test_a_message_is_answered_and_marked_done(tiny: Tiny, database: Database) -> None:
    ana = tiny.world.learner()
    shown = await ana.says("hola")
    assert [message.plain for message in shown] == ["You said hola"]
    assert await database.run(statuses) == [("done", 1)]


async def test_a_button_is_answered_with_its_toast(tiny: Tiny) -> None:
    ana = tiny.world.learner()
    await ana.says("button")
    await ana.presses("Press")
    assert ana.screen == "Was pressed"
    assert ana.toast == "Thanks"
