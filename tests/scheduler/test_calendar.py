"""Facts about days, hours and zones: one prompt per local date, never in quiet hours, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import (
    Quiet,
    at_local,
    day_starts_at,
    gap_after,
    is_quiet,
    local_date,
    next_prompt_at,
    prompt_instant,
    study_day,
    zone,
)

NO_QUIET = Quiet(starts=0, ends=0)
ZONES = sorted(available_timezones())
INTERESTING = [
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "America/Asuncion", "America/Havana",
    "America/New_York", "America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/Scoresbysund",
    "America/St_Johns", "America/Tijuana", "Antarctica/Troll", "Asia/Almaty", "Asia/Beirut", "Asia/Gaza",
    "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Azores", "Australia/Lord_Howe",
    "Australia/Sydney", "Europe/Chisinau", "Europe/Dublin", "Europe/London", "Europe/Madrid", "Pacific/Apia",
    "Pacific/Chatham", "Pacific/Easter", "Pacific/Kiritimati", "UTC",
]  # fmt: skip

zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(0, 23)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
quiets = st.builds(lambda starts, length: Quiet(starts=starts, ends=(starts + length) % 24), hours, st.integers(0, 20))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc] # year, month, day and so on, in order


def prompts(zone_: ZoneInfo, hour: int, quiet: Quiet, start: datetime, count: int) -> list[datetime]:
    sent = [start]
    for _ in range(count):
        day = local_date(sent[-1], zone_)
        sent.append(next_prompt_at(after_day=day, now=sent[-1], hour=hour, tz=zone_, quiet=quiet))
    return sent[1:]


def assert_one_a_date_and_none_in_quiet(sent: list[datetime], tz: ZoneInfo, quiet: Quiet) -> None:
    dates = [local_date(at, tz) for at in sent]
    assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))]
    assert not any(is_quiet(at, tz, quiet) for at in sent)


@given(zones, hours, quiets, instants)
def test_every_zone_gets_one_prompt_a_date_and_none_in_quiet_hours(
    tz: ZoneInfo, hour: int, quiet: Quiet, start: datetime
) -> None:
    assert_one_a_date_and_none_in_quiet(prompts(tz, hour, quiet, start, 60), tz, quiet)


@pytest.mark.parametrize("name", INTERESTING)
@pytest.mark.parametrize(("hour", "quiet"), [(0, NO_QUIET), (2, NO_QUIET), (23, NO_QUIET), (9, Quiet()), (22, Quiet())])
def test_two_years_in_an_interesting_zone_have_one_prompt_a_date(name: str, hour: int, quiet: Quiet) -> None:
    sent = prompts(ZoneInfo(name), hour, quiet, utc(2026, 1, 1, 12), 731)
    assert_one_a_date_and_none_in_quiet(sent, ZoneInfo(name), quiet)


def test_nine_in_tokyo_is_midnight_utc_all_year() -> None:
    for day in (date(2026, 1, 15), date(2026, 7, 15)):
        assert prompt_instant(day, 9, zone("Asia/Tokyo"), Quiet()) == datetime.combine(day, time(0), UTC)


def test_nine_in_new_york_stays_nine_when_the_clocks_change() -> None:
    tz = zone("America/New_York")
    sent = prompts(tz, 9, Quiet(), utc(2026, 3, 6, 14), 2)
    assert sent == [utc(2026, 3, 7, 14), utc(2026, 3, 8, 13)]


def test_a_skipped_hour_moves_forward_and_a_repeated_one_is_its_first() -> None:
    tz = zone("America/New_York")
    assert at_local(date(2026, 3, 8), time(2, 30), tz) == utc(2026, 3, 8, 7, 30)
    assert at_local(date(2026, 11, 1), time(1, 30), tz) == utc(2026, 11, 1, 5, 30)
    assert at_local(date(2026, 11, 1), time(1, 30, fold=1), tz) == utc(2026, 11, 1, 5, 30)


def test_the_date_that_samoa_skipped_has_no_prompt_and_breaks_nothing() -> None:
    tz = zone("Pacific/Apia")
    sent = prompts(tz, 9, Quiet(), at_local(date(2011, 12, 28), time(12), tz), 3)
    assert [local_date(at, tz) for at in sent] == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


def test_the_evening_that_nuuk_loses_an_hour_prompts_just_before() -> None:
    tz = zone("America/Nuuk")
    lost = date(2026, 3, 28)
    assert prompt_instant(lost, 23, tz, NO_QUIET) == at_local(lost, time(22, 30), tz)


def test_an_hour_in_the_night_waits_for_the_morning_and_a_late_one_goes_before_quiet() -> None:
    tz, day = zone("Europe/Madrid"), date(2026, 5, 4)
    assert prompt_instant(day, 6, tz, Quiet()) == at_local(day, time(8), tz)
    assert prompt_instant(day, 22, tz, Quiet()) == at_local(day, time(20, 30), tz)
    assert prompt_instant(day, 22, tz, Quiet(starts=22, ends=23)) == at_local(day, time(23), tz)


def test_quiet_hours_wrap_midnight_and_equal_ends_mean_none() -> None:
    tz = zone(None)
    assert [hour for hour in range(24) if not is_quiet(utc(2026, 1, 1, hour), tz, Quiet())] == list(range(8, 21))
    assert [hour for hour in range(24) if is_quiet(utc(2026, 1, 1, hour), tz, Quiet(starts=13, ends=15))] == [13, 14]
    assert not any(is_quiet(utc(2026, 1, 1, hour), tz, NO_QUIET) for hour in range(24))


@pytest.mark.parametrize(("starts", "ends"), [(24, 8), (21, 24), (-1, 8)])
def test_quiet_hours_outside_the_day_are_refused(starts: int, ends: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 23"):
        Quiet(starts=starts, ends=ends)


def test_the_study_day_lasts_until_four() -> None:
    tz = zone("Europe/Madrid")
    assert study_day(utc(2026, 1, 10, 2, 59), tz) == date(2026, 1, 9)
    assert study_day(utc(2026, 1, 10, 3), tz) == date(2026, 1, 10)


@given(zones, instants)
def test_a_study_day_begins_before_and_ends_after_each_of_its_moments(tz: ZoneInfo, now: datetime) -> None:
    day = study_day(now, tz)
    assert day_starts_at(day, tz) <= now < day_starts_at(day + timedelta(days=1), tz)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../etc/passwd", "America", "a" * 300, "x\0y"])
def test_an_unknown_zone_is_refused_in_one_clear_line(name: str) -> None:
    with pytest.raises(ValueError, match=r"^unknown time zone '[^\n]*'$"):
        zone(name)


def test_no_zone_is_utc() -> None:
    assert zone(None) == ZoneInfo("UTC")


def test_naive_instants_are_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="naive"):
        study_day(naive, zone(None))
    with pytest.raises(ValueError, match="naive"):
        next_prompt_at(after_day=date(2026, 1, 1), now=naive, hour=9, tz=zone(None), quiet=Quiet())


def test_unanswered_prompts_thin_out_and_then_stop() -> None:
    assert [gap_after(ignored) for ignored in range(8)] == [1, 1, 2, 4, 7, 7, None, None]
