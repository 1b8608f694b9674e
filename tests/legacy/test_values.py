"""Facts about single values of real files: what is absent, what is written otherwise, what cannot be read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.legacy import values
from bot.legacy.values import UnusableError

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["2025-12-01 12:00:00", "2025-12-01T12:00:00.000000", "2025-12-01T13:00:00+01:00", "2025-12-01 12:00:00Z",
     "1764590400", 1764590400, 1764590400.0, "1764590400000", " 2025-12-01T12:00 "],
)  # fmt: skip
def test_an_instant_is_read_however_it_was_written(written: object) -> None:
    assert values.instant(written, "started_at", UTC) == NOON


def test_a_time_without_a_zone_is_of_the_zone_the_operator_names() -> None:
    assert values.instant("2025-12-01 13:00:00", "started_at", MADRID) == NOON
    assert values.instant("2025-12-01T12:00:00Z", "started_at", MADRID) == NOON


@pytest.mark.parametrize("written", [None, "", "  ", "NULL", "None"])
def test_an_absent_time_is_none(written: object) -> None:
    assert values.instant(written, "ended_at", UTC) is None


@pytest.mark.parametrize(
    "written", ["soon", "0000-00-00 00:00:00", "2025-13-01", "9999-12-31", b"\xff", "1e400", 1e300]
)
def test_a_time_nobody_can_read_is_named(written: object) -> None:
    with pytest.raises(UnusableError, match="ended_at"):
        values.instant(written, "ended_at", UTC)


@pytest.mark.parametrize(
    ("written", "code"),
    [("es", "es"), ("es-ES", "es"), ("ES_mx", "es"), ("Spanish", "es"), ("español", "es"), ("castellano", "es"),
     ("spa", "es"), ("zh-CN", "zh"), ("French", "fr"), ("日本語", "ja"), (" en ", "en"), ("", None), (None, None)],
)  # fmt: skip
def test_a_language_is_one_however_it_is_spelt(written: object, code: str | None) -> None:
    assert values.language(written) == code


def test_a_language_nobody_knows_is_told() -> None:
    with pytest.raises(UnusableError, match="language"):
        values.language("elvish-tengwar")


@pytest.mark.parametrize(("written", "number"), [(None, 0), ("", 0), (4, 4), ("4", 4), (4.0, 4), (" 7 ", 7)])
def test_a_counter_may_be_absent(written: object, number: int) -> None:
    assert values.count(written, "items_studied") == number


@pytest.mark.parametrize("written", [-1, "many", float("inf"), 10**12, "nan"])
def test_a_counter_nobody_can_have_is_named(written: object) -> None:
    with pytest.raises(UnusableError, match="items_studied"):
        values.count(written, "items_studied")


@pytest.mark.parametrize(
    ("written", "found"),
    [('["a", "b"]', (["a", "b"], True)), ("", ([], True)), (None, ([], True)), ("[broken", ([], False)),
     ('"one"', (["one"], True)), ('{"a": 1}', ([], False)), ('["a", null, {"b": 1}]', (["a"], True))],
)  # fmt: skip
def test_a_broken_list_is_told_from_an_empty_one(written: object, found: tuple[list[str], bool]) -> None:
    assert values.texts(written) == found


@pytest.mark.parametrize("written", ["a\0b", '["\\ud800"]', b"\xff\xfe".decode("utf-8", "replace")])
def test_what_no_database_takes_is_left_out_of_a_text(written: str) -> None:
    for found in (values.text(written), *values.texts(written)[0]):
        assert "\0" not in found
        found.encode("utf-8")
