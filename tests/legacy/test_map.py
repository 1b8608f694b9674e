"""Facts about the map of users: two spellings of one person, and one clear line about what is wrong."""

from datetime import UTC as _UTC
from pathlib import Path

import pytest

from bot.legacy import reading
from bot.legacy.people import People, read_map
from bot.legacy.reading import LegacyError
from bot.legacy.values import UnusableError
from tests.legacy import old_database


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("", "line 1: the header must be legacy_user,telegram_id"),
        ("user,telegram\n1,2\n", "line 1: the header must be"),
        ("legacy_user,telegram_id\n", "maps nobody"),
        ("legacy_user,telegram_id\n1,@ana\n", "line 2: the telegram_id must be a numeric id"),
        ("legacy_user,telegram_id\n1,0\n", "line 2: the telegram_id must be a numeric id"),
        ("legacy_user,telegram_id\n1,7\n\n1,8\n", "line 4: 1 has another telegram_id further up"),
        ("legacy_user,telegram_id\n1;7\n", "line 2: must be legacy_user,telegram_id"),
        ("legacy_user,telegram_id\n,7\n", "line 2: must be legacy_user,telegram_id"),
    ],
)
def test_a_bad_map_is_told_in_one_line(tmp_path: Path, said: str, line: str) -> None:
    path = tmp_path / "map.csv"
    path.write_text(said, encoding="utf-8")
    with pytest.raises(LegacyError) as told:
        read_map(path)
    assert str(told.value).startswith(f"{path}")
    assert line in str(told.value)
    assert "\n" not in str(told.value)


def test_a_map_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(LegacyError, match="No such file"):
        read_map(tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LegacyError, match="UTF-8"):
        read_map(tmp_path / "odd.csv")


def test_a_map_may_come_from_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_bytes("\ufefflegacy_user,telegram_id\r\n 1 , 7\r\nana_2025,7\r\n".encode())
    assert read_map(path) == {"1": 7, "ana_2025": 7}


def test_both_spellings_of_a_person_lead_to_one_learner(tmp_path: Path) -> None:
    with reading.opened(old_database.before(tmp_path / "old.db")) as old:
        people = People({"1": 7, "ben_2025": 8}, old, _UTC)
    assert [people.telegram_id(who) for who in (1, "1", 1.0, "ana_2025", 2, " ben_2025 ")] == [7, 7, 7, 7, 8, 8]


def test_a_person_with_two_telegram_ids_is_refused(tmp_path: Path) -> None:
    with (
        reading.opened(old_database.before(tmp_path / "old.db")) as old,
        pytest.raises(LegacyError, match="two telegram ids"),
    ):
        People({"1": 7, "ana_2025": 8}, old, _UTC)


@pytest.mark.parametrize(
    ("who", "why"),
    [(3, "not in the map"), (99, "neither in users nor the map"), (None, "names no user"), ("", "names no user")],
)
def test_a_row_of_nobody_says_why(tmp_path: Path, who: object, why: str) -> None:
    with reading.opened(old_database.before(tmp_path / "old.db")) as old:
        people = People({"1": 7}, old, _UTC)
        with pytest.raises(UnusableError, match=why):
            people.telegram_id(who)


def test_people_of_the_map_without_rows_are_named(tmp_path: Path) -> None:
    with reading.opened(old_database.before(tmp_path / "old.db")) as old:
        assert People({"1": 7, "nobody": 9}, old, _UTC).strangers() == ["nobody"]
