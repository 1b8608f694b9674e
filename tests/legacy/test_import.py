"""Facts about bringing a whole file over: every row is accounted for, once, and nothing else changes."""

import csv
import hashlib
import json
import stat
from typing import Any

import pytest
from sqlalchemy import text

from bot.legacy.aside import AsideList
from bot.legacy.bringing import bring_over
from bot.legacy.command import Asked, read_order
from bot.legacy.reading import LegacyError
from storage import users
from tests import shipped
from tests.legacy import old_database
from tests.legacy.conftest import Operator, tally
from tests.legacy.old_database import ANA, BEN, CARLA, REPETITIONS, SESSIONS, WORDS

pytestmark = pytest.mark.both_databases
TABLES = (
    "users", "learning_sessions", "vocabulary_items", "vocabulary_contexts", "cards", "reviews", "scenario_runs",
    "scenario_progress_history", "prompt_schedule", "legacy_imports",
)  # fmt: skip


async def sizes(operator: Operator) -> dict[str, int]:
    return {table: await operator.count(table) for table in TABLES}


@pytest.mark.parametrize("shape", ["before", "after"])
async def test_every_row_read_is_imported_merged_or_set_aside(operator: Operator, shape: str) -> None:
    report = await operator.imports(getattr(old_database, shape)(operator.folder / "old.db"))

    assert all(one.adds_up for one in report.tallies)
    assert tally(report, "vocabulary_items").read == WORDS
    assert tally(report, "spaced_repetition_items").read == REPETITIONS
    first = "learning_sessions" if shape == "before" else "learning_sessions_old"
    assert tally(report, first).read == SESSIONS
    assert report.left_alone == {"conversations": 1}
    with operator.aside.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == report.set_aside > 0
    assert {row["reason"] for row in listed} == {
        "its user is not in the map", "its user is neither in users nor the map"
    }  # fmt: skip
    assert json.loads(listed[0]["row"])["session_id"] == "session-6"


async def test_what_the_report_says_was_imported_stands_in_the_tables(operator: Operator) -> None:
    report = await operator.imports(old_database.after(operator.folder / "old.db"))
    found = await sizes(operator)

    counts = {one.table: one.imported for one in report.tallies}
    # Three completions had no sitting of their own and got one.
    sittings = counts["learning_sessions"] + counts["learning_sessions_old"] + 3
    assert found["learning_sessions"] == sittings
    assert found["vocabulary_items"] == counts["vocabulary_items"] + counts["spaced_repetition_items"]
    assert found["scenario_progress_history"] == counts["scenario_progress_history"] == found["scenario_runs"]
    assert found["legacy_imports"] == sum(one.imported + one.merged for one in report.tallies) - (
        tally(report, "learning_sessions").merged
    )
    assert sorted(row.id for row in await operator.rows("SELECT id FROM users")) == [ANA, BEN, CARLA]


async def test_a_second_run_adds_nothing(operator: Operator) -> None:
    file = old_database.after(operator.folder / "old.db")
    await operator.imports(file)
    once = await sizes(operator)
    report = await operator.imports(file)

    assert await sizes(operator) == once
    assert all(one.adds_up and not one.imported and not one.merged for one in report.tallies)


async def test_the_migrated_file_adds_only_what_is_new_since_the_one_before(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "before.db"))
    once = await sizes(operator)
    report = await operator.imports(old_database.after(operator.folder / "after.db"))

    assert {one.table: one.imported for one in report.tallies} == {
        "learning_sessions_old": 0, "learning_sessions": 3, "vocabulary_items": 0, "spaced_repetition_items": 0,
        "scenario_progress_history": 5,
    }  # fmt: skip
    assert (await sizes(operator))["vocabulary_items"] == once["vocabulary_items"]


async def test_a_map_that_knows_more_people_brings_over_what_was_set_aside(operator: Operator) -> None:
    file = old_database.before(operator.folder / "old.db")
    first = await operator.imports(file)
    operator.map.write_text(f"{old_database.MAP}dora_2025,7000000004\n99,7000000005\n", encoding="utf-8")
    second = await operator.imports(file)

    assert second.set_aside == 0
    assert sum(one.imported + one.merged for one in second.tallies) == first.set_aside


async def test_rows_that_agree_in_everything_are_all_kept(operator: Operator) -> None:
    file = old_database.before(operator.folder / "old.db")
    old_database.change(file, "DELETE FROM learning_sessions")
    for _ in range(3):
        old_database.change(
            file, "INSERT INTO learning_sessions (user_id, session_type, language_code, started_at) "
            "VALUES (1, 'vocabulary', 'es', '2025-11-01 10:00:00')",
        )  # fmt: skip
    assert tally(await operator.imports(file), "learning_sessions").imported == 3
    assert tally(await operator.imports(file), "learning_sessions").already == 3


async def test_a_dry_run_says_the_same_and_writes_nothing(operator: Operator) -> None:
    file = old_database.after(operator.folder / "old.db")
    empty = await sizes(operator)
    tried = await operator.imports(file, dry=True)

    assert await sizes(operator) == empty
    assert tried.tallies == (await operator.imports(file)).tallies


async def test_a_fault_in_the_middle_leaves_nothing(operator: Operator) -> None:
    file = old_database.after(operator.folder / "old.db")
    empty = await sizes(operator)
    pages = bytearray(file.read_bytes())
    half = len(pages) // 2 // 4096 * 4096
    pages[half : half + 8192] = b"\xff" * 8192
    file.write_bytes(pages)

    with pytest.raises(LegacyError, match="malformed"):
        await operator.imports(file)
    assert await sizes(operator) == empty
    assert list(operator.folder.glob("aside*")) == []


async def test_an_import_that_was_given_up_takes_everything_back(operator: Operator) -> None:
    order = read_order(
        Asked(
            file=old_database.before(operator.folder / "old.db"), users=operator.map, dry=False, aside=None, zone="UTC"
        )
    )

    class Impatient(AsideList):
        """Is given up at its tenth row, as by Ctrl-C on another thread."""

        def add(self, *what: Any) -> None:
            super().add(*what)
            if self._rows == 10:
                self.drop()

    with pytest.raises(LegacyError, match="interrupted"):
        await operator.database.run(bring_over, order, shipped.library(), Impatient(None), operator.now)
    assert set((await sizes(operator)).values()) == {0}


async def test_a_database_that_fails_in_the_middle_keeps_nothing(operator: Operator) -> None:
    file = old_database.after(operator.folder / "old.db")
    # The last thing an import does is planning prompts; without their table it fails there.
    await operator.database.run(lambda connection: connection.execute(text("ALTER TABLE prompt_schedule RENAME TO x")))
    with pytest.raises(Exception, match="prompt_schedule"):
        await operator.imports(file)
    await operator.database.run(lambda connection: connection.execute(text("ALTER TABLE x RENAME TO prompt_schedule")))
    assert set((await sizes(operator)).values()) == {0}


async def test_the_old_file_is_never_written_nor_is_anything_laid_beside_it(operator: Operator) -> None:
    file = old_database.after(operator.folder / "old.db")
    old_database.change(file, "PRAGMA journal_mode=WAL")
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    await operator.imports(file)

    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert sorted(path.name for path in operator.folder.iterdir()) == ["aside.csv", "map.csv", "old.db"]


async def test_the_list_of_rows_set_aside_is_for_its_owner_alone(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    assert stat.S_IMODE(operator.aside.stat().st_mode) == 0o600


async def test_missing_tables_and_columns_are_told(operator: Operator) -> None:
    file = old_database.before(operator.folder / "old.db")
    old_database.change(file, "DROP TABLE vocabulary_items")
    old_database.change(file, "ALTER TABLE spaced_repetition_items DROP COLUMN ease_factor")
    report = await operator.imports(file)

    assert report.absent == ["learning_sessions_old", "vocabulary_items", "scenario_progress_history"]
    assert tally(report, "spaced_repetition_items").missing_columns == ["ease_factor"]
    assert tally(report, "spaced_repetition_items").imported > 0


async def test_a_file_without_users_is_mapped_by_what_its_rows_say(operator: Operator) -> None:
    file = old_database.before(operator.folder / "old.db")
    old_database.change(file, "DROP TABLE users")
    operator.map.write_text("1,x\n2,y\n".replace("1,x", "legacy_user,telegram_id\n1,11").replace("2,y", "ana_2025,12"))
    report = await operator.imports(file)
    assert report.new_learners == 2
    assert "its user is neither in users nor the map" in tally(report, "vocabulary_items").aside


async def test_values_nobody_can_read_set_their_row_aside_with_the_reason(operator: Operator) -> None:
    file = old_database.before(operator.folder / "old.db")
    for change in ("started_at = 'yesterday'", "items_correct = -4", "session_type = 'karaoke'",
                   "language_code = 'xqz'", "started_at = '2199-01-01 00:00:00'"):  # fmt: skip
        old_database.change(file, f"UPDATE learning_sessions SET {change} WHERE id = "  # noqa: S608 - a test's own
            f"(SELECT min(id) FROM learning_sessions WHERE user_id = 1 AND {change.split(' = ')[0]} NOT IN "
            "('yesterday', '-4', 'karaoke', 'xqz', '2199-01-01 00:00:00') AND started_at <> 'yesterday' "
            "AND session_type <> 'karaoke' AND coalesce(items_correct, 0) <> -4 AND language_code <> 'xqz')",
        )  # fmt: skip
    aside = tally(await operator.imports(file), "learning_sessions").aside
    assert set(aside) >= {
        "started_at is not a time", "items_correct is out of range", "the session_type is unknown",
        "the language is unknown", "started_at is out of range",
    }  # fmt: skip


async def test_a_learner_who_is_here_already_stays_as_they_chose_to_be(operator: Operator) -> None:
    await operator.database.run(users.visit, ANA, "es", operator.now)
    await operator.database.run(lambda connection: users.change(connection, ANA, target="fr", prompt_hour=20))
    report = await operator.imports(old_database.before(operator.folder / "old.db"))

    (ana,) = await operator.rows("SELECT native, target, prompt_hour, zone FROM users WHERE id = :id", id=ANA)
    assert tuple(ana) == ("es", "fr", 20, "UTC")
    assert report.new_learners == 2


async def test_somebody_new_begins_with_what_they_learnt_and_the_zone_they_chose(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    (ana,) = await operator.rows("SELECT native, target, zone, zone_confirmed FROM users WHERE id = :id", id=ANA)
    assert (ana.native, ana.target, ana.zone, bool(ana.zone_confirmed)) == ("en", "es", "Europe/Madrid", True)
    (ben,) = await operator.rows("SELECT zone, zone_confirmed FROM users WHERE id = :id", id=BEN)
    assert (ben.zone, bool(ben.zone_confirmed)) == ("UTC", False)


async def test_everybody_with_cards_will_be_reminded(operator: Operator) -> None:
    await operator.imports(old_database.before(operator.folder / "old.db"))
    planned = await operator.rows("SELECT user_id FROM prompt_schedule WHERE next_at IS NOT NULL")
    assert {row.user_id for row in planned} == {ANA, BEN, CARLA}


async def test_whoever_is_deleted_leaves_no_trace_of_the_import_either(operator: Operator) -> None:
    await operator.imports(old_database.after(operator.folder / "old.db"))
    for who in (ANA, BEN, CARLA):
        await operator.database.run(users.forget, who)
    assert set((await sizes(operator)).values()) == {0}
