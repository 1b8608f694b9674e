"""Facts about reminders: when one goes out, every reason why it does not, and what a sweep survives."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import Quiet, at_local, is_quiet, local_date, study_day
from scheduler.calendar import zone as zone_of
from scheduler.reminders import Action, Candidate, Decision, decide, first_plan, may_stand, sweep

MADRID = ZoneInfo("Europe/Madrid")
DAY = date(2026, 5, 4)
NO_QUIET = Quiet(starts=0, ends=0)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return at_local(DAY + timedelta(days=days), time(hour, minute), MADRID)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


ANA = Candidate(
    user_id=7,
    planned_at=at(9),
    zone="Europe/Madrid",
    hour=9,
    quiet=Quiet(),
    last_seen_at=at(18, days=-1),
    last_practised_at=at(18, days=-1),
    last_turn_at=at(18, days=-1),
    due=3,
    ignored=0,
    said_goodbye=False,
    reachable=True,
    prompted_on=DAY - timedelta(days=1),
)
TOMORROW_AT_NINE = at(9, days=1)


def test_a_prompt_goes_out_at_its_hour_and_expires_after_three() -> None:
    assert decide(ANA, at(9)) == Decision(
        action=Action.SEND, local_on=DAY, next_at=TOMORROW_AT_NINE, ignored=1, expires_at=at(12)
    )


def test_a_bot_that_was_down_until_one_sends_none_that_day_and_the_next_at_its_hour() -> None:
    missed = decide(ANA, at(13))
    assert missed == Decision(action=Action.MISSED, local_on=DAY, next_at=TOMORROW_AT_NINE, ignored=0)
    assert decide(replace(ANA, planned_at=TOMORROW_AT_NINE), TOMORROW_AT_NINE).action is Action.SEND


def test_the_window_is_open_until_just_before_three_hours() -> None:
    assert decide(ANA, at(12) - SECOND).action is Action.SEND
    assert decide(ANA, at(12)).action is Action.MISSED


def test_a_bot_that_was_down_for_days_plans_the_present_date_while_its_window_is_not_over() -> None:
    assert decide(ANA, at(8, days=4)).next_at == at(9, days=4)
    assert decide(ANA, at(10, days=4)).next_at == at(9, days=4)
    assert decide(ANA, at(12, days=4)).next_at == at(9, days=5)


def test_a_prompt_never_slides_into_the_next_date() -> None:
    late = replace(ANA, hour=23, quiet=NO_QUIET, planned_at=at(23))
    assert decide(late, at(23, 59)).expires_at == at(0, days=1)
    assert decide(late, at(0, days=1)).action is Action.MISSED


def test_a_prompt_never_slides_into_quiet_hours() -> None:
    evening = replace(ANA, hour=20, planned_at=at(20))
    assert decide(evening, at(20, 30)).expires_at == at(21)
    assert decide(evening, at(21)).action is Action.MISSED


def test_whoever_practised_today_is_left_alone_and_not_counted() -> None:
    practised = replace(ANA, last_practised_at=at(4), ignored=2)
    assert decide(practised, at(9)) == Decision(action=Action.SKIP, local_on=DAY, next_at=TOMORROW_AT_NINE, ignored=2)


def test_practice_before_four_belongs_to_the_day_before() -> None:
    assert decide(replace(ANA, last_practised_at=at(3, 59)), at(9)).action is Action.SEND


def test_nothing_due_means_no_prompt() -> None:
    assert decide(replace(ANA, due=0), at(9)) == Decision(
        action=Action.SKIP, local_on=DAY, next_at=TOMORROW_AT_NINE, ignored=0
    )


def test_a_date_that_had_its_prompt_gets_no_second_one() -> None:
    assert decide(replace(ANA, prompted_on=DAY), at(9)).action is Action.SKIP
    ahead = decide(replace(ANA, prompted_on=DAY + timedelta(days=1)), at(9))
    assert (ahead.action, ahead.next_at) == (Action.SKIP, at(9, days=2))


def test_a_scene_is_not_interrupted() -> None:
    playing = replace(ANA, last_turn_at=at(8, 50))
    assert decide(playing, at(9)) == Decision(action=Action.HOLD, local_on=DAY, next_at=at(9, 20), ignored=0)
    assert decide(playing, at(9, 20)).action is Action.SEND


def test_a_scene_that_outlasts_the_window_costs_the_prompt_but_is_no_miss() -> None:
    assert decide(replace(ANA, last_turn_at=at(11, 45)), at(11, 50)).action is Action.SKIP


def test_a_plan_that_new_settings_made_quiet_waits_for_the_end_of_quiet_hours() -> None:
    early = replace(ANA, planned_at=at(7), hour=7)
    assert decide(early, at(7)) == Decision(action=Action.HOLD, local_on=DAY, next_at=at(8), ignored=0)
    assert decide(early, at(8)).action is Action.SEND


@pytest.mark.parametrize("hour", [3, 22])
def test_a_plan_that_stays_quiet_moves_on_without_a_miss(hour: int) -> None:
    hushed = decide(replace(ANA, planned_at=at(hour)), at(hour))
    assert (hushed.action, hushed.ignored) == (Action.SKIP, 0)
    assert hushed.next_at == TOMORROW_AT_NINE


def test_a_plan_looked_at_early_is_held() -> None:
    assert decide(ANA, at(8, 30)) == Decision(action=Action.HOLD, local_on=DAY, next_at=at(9), ignored=0)


def test_whoever_cannot_be_reached_or_was_told_goodbye_hears_nothing() -> None:
    unreachable = decide(replace(ANA, reachable=False), at(9))
    assert (unreachable.action, unreachable.next_at) == (Action.SILENT, TOMORROW_AT_NINE)
    for reachable in (True, False):
        told = decide(replace(ANA, said_goodbye=True, ignored=5, reachable=reachable), at(9))
        assert (told.action, told.next_at) == (Action.SILENT, None)


def ignoring_everything(candidate: Candidate, days: int) -> list[tuple[Action, date]]:
    spoken, end = [], candidate.planned_at + timedelta(days=days)
    while candidate.planned_at < end:
        decision = decide(candidate, candidate.planned_at)
        spoken.append((decision.action, decision.local_on))
        candidate = replace(
            candidate, prompted_on=decision.local_on, ignored=decision.ignored,
            said_goodbye=decision.action is Action.GOODBYE, planned_at=decision.next_at or end,
        )  # fmt: skip
    return spoken


@pytest.mark.parametrize("zone", ["Europe/Madrid", None])
def test_ignored_prompts_come_on_days_1_2_4_8_and_15_then_goodbye_on_22_and_nothing_for_a_year(
    zone: str | None,
) -> None:
    spoken = ignoring_everything(replace(ANA, zone=zone, planned_at=at(17, 30)), 400)
    assert [(action, (on - DAY).days + 1) for action, on in spoken] == [
        *((Action.SEND, day) for day in (1, 2, 4, 8, 15)),
        (Action.GOODBYE, 22),
    ]


def test_a_bot_that_comes_back_days_later_within_the_window_still_prompts_that_day() -> None:
    back = at(9, 10, days=4)
    missed = decide(ANA, back)
    assert (missed.action, missed.local_on, missed.next_at) == (Action.MISSED, DAY, at(9, days=4))
    assert decide(replace(ANA, planned_at=at(9, days=4), prompted_on=DAY), back).action is Action.SEND


def test_a_goodbye_has_no_next_time_and_keeps_to_the_window() -> None:
    farewell = decide(replace(ANA, ignored=5), at(9))
    assert farewell == Decision(action=Action.GOODBYE, local_on=DAY, next_at=None, ignored=5, expires_at=at(12))


def test_without_a_zone_the_prompt_comes_a_day_after_the_last_message_and_quiet_hours_are_unknown() -> None:
    seen = utc(4, 22, 10)
    plan = first_plan(
        zone=None,
        hour=9,
        quiet=Quiet(),
        now=seen,
        last_seen_at=seen,
        prompted_on=None,
        earliest_due_on=date(2026, 5, 5),
        practised_at=seen,
    )
    assert plan == utc(5, 21, 40)
    ana = replace(ANA, zone=None, planned_at=plan, last_seen_at=seen, last_practised_at=seen, prompted_on=None)
    decision = decide(ana, plan)
    assert (decision.action, decision.next_at) == (Action.SEND, utc(6, 21, 40))
    assert decide(replace(ana, ignored=2), plan).next_at == utc(9, 21, 40)


def test_without_a_zone_a_message_at_the_rollover_waits_for_the_next_study_day_to_begin() -> None:
    seen = utc(4, 4, 10)
    plan = first_plan(
        zone=None,
        hour=9,
        quiet=Quiet(),
        now=seen,
        last_seen_at=seen,
        prompted_on=None,
        earliest_due_on=date(2026, 5, 5),
        practised_at=seen,
    )
    assert plan == utc(5, 4)


def plan_at(
    now: datetime,
    *,
    hour: int = 9,
    due_on: date | None = DAY,
    prompted_on: date | None = None,
    practised_at: datetime | None = None,
) -> datetime | None:
    return first_plan(
        zone="Europe/Madrid", hour=hour, quiet=NO_QUIET, now=now, last_seen_at=now,
        prompted_on=prompted_on, earliest_due_on=due_on, practised_at=practised_at or now,
    )  # fmt: skip


def test_after_practice_the_next_plan_is_the_hour_of_the_next_day() -> None:
    assert plan_at(at(18)) == TOMORROW_AT_NINE
    assert plan_at(at(2, days=1)) == TOMORROW_AT_NINE
    assert plan_at(at(2, days=1), prompted_on=DAY + timedelta(days=1)) == at(9, days=2)


def test_new_settings_keep_the_prompt_of_a_day_without_practice() -> None:
    yesterday = at(18, days=-1)
    assert plan_at(at(7), hour=12, practised_at=yesterday) == at(12)
    assert plan_at(at(7), hour=12, practised_at=at(6)) == at(12, days=1)
    assert plan_at(at(13), hour=12, practised_at=yesterday) == at(12, days=1)
    assert plan_at(at(13), hour=17, practised_at=yesterday, prompted_on=DAY) == at(17, days=1)


def test_without_a_zone_a_later_message_moves_the_prompt() -> None:
    planned, seen = utc(5, 9, 30), utc(4, 20)
    ana = replace(ANA, zone=None, planned_at=planned, last_seen_at=seen, last_practised_at=utc(4, 10), prompted_on=None)
    decision = decide(ana, planned)
    assert (decision.action, decision.next_at) == (Action.SKIP, utc(5, 19, 30))
    assert decide(replace(ana, planned_at=utc(5, 19, 30)), utc(5, 19, 30)).action is Action.SEND


def test_only_a_plan_without_a_zone_that_lags_a_little_on_the_same_day_may_stand() -> None:
    assert may_stand(utc(5, 9), utc(5, 9), zone=None)
    assert may_stand(utc(5, 9), utc(5, 9, 30), zone=None)
    assert not may_stand(utc(5, 9), utc(5, 9, 31), zone=None)
    assert not may_stand(utc(5, 9, 1), utc(5, 9), zone=None)
    assert not may_stand(utc(5, 9), utc(5, 9, 1), zone="UTC")
    assert not may_stand(utc(5, 3, 59), utc(5, 4), zone=None)
    assert not may_stand(utc(4, 23, 59), utc(5, 0), zone=None)
    assert not may_stand(None, utc(5, 9), zone=None)
    assert not may_stand(utc(5, 9), None, zone=None)


def test_the_next_plan_waits_for_the_first_due_day() -> None:
    assert plan_at(at(18), due_on=DAY + timedelta(days=5)) == at(9, days=5)
    assert plan_at(at(18), due_on=DAY + timedelta(days=5), hour=1) == at(1, days=6)


def test_without_any_card_there_is_no_plan() -> None:
    assert plan_at(at(18), due_on=None) is None


zones = st.sampled_from(sorted(available_timezones()))
starts = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
quiets = st.builds(
    lambda first, long: Quiet(starts=first, ends=(first + long) % 24), st.integers(0, 23), st.integers(0, 20)
)
NEWCOMER = replace(ANA, last_practised_at=None, last_turn_at=None, prompted_on=None)
candidates = st.builds(replace, st.just(NEWCOMER), zone=zones, hour=st.integers(0, 23), quiet=quiets)


def sixty_days(learner: Candidate, start: datetime, minutes: int, *, answers: bool) -> list[tuple[datetime, Decision]]:
    """Sweep for sixty days, replanning after each answer, and return every prompt that went out."""
    tz, sent, now = zone_of(learner.zone), [], start
    next_at: datetime | None = replanned(learner, start)
    while next_at is not None and now < start + timedelta(days=60):
        now += max(
            timedelta(minutes=minutes), (next_at - now) // timedelta(minutes=minutes) * timedelta(minutes=minutes)
        )
        if next_at > now:
            continue
        learner = replace(learner, planned_at=next_at, due=1)
        decision = decide(learner, now)
        next_at, learner = decision.next_at, replace(learner, ignored=decision.ignored)
        if decision.action in {Action.SEND, Action.GOODBYE}:
            sent.append((now, decision))
            learner = replace(learner, prompted_on=local_date(now, tz))
            if answers:
                learner = replace(learner, last_practised_at=now, ignored=0)
                next_at = replanned(learner, now)
    return sent


def replanned(learner: Candidate, now: datetime) -> datetime | None:
    tomorrow = study_day(now, zone_of(learner.zone)) + timedelta(days=1)
    return first_plan(
        zone=learner.zone, hour=learner.hour, quiet=learner.quiet, now=now, last_seen_at=now,
        prompted_on=learner.prompted_on, earliest_due_on=tomorrow, practised_at=now,
    )  # fmt: skip


@given(learner=candidates, start=starts, minutes=st.integers(1, 600), answers=st.booleans())
def test_no_prompt_is_ever_quiet_or_the_second_of_its_date(
    learner: Candidate,
    start: datetime,
    minutes: int,
    answers: bool,  # noqa: FBT001 - Hypothesis passes it by name
) -> None:
    tz, sent = zone_of(learner.zone), sixty_days(learner, start, minutes, answers=answers)
    dates = [local_date(now, tz) for now, _ in sent]
    assert len(set(dates)) == len(dates)
    for now, decision in sent:
        assert decision.expires_at is not None
        assert now < decision.expires_at <= now + 3 * HOUR
        assert local_date(now, tz) == local_date(decision.expires_at - SECOND, tz) == decision.local_on
        assert not is_quiet(now, tz, learner.quiet)
        assert not is_quiet(decision.expires_at - SECOND, tz, learner.quiet)


# An hour before the rollover can be skipped into the new study day, which then has had its practice by the next night.
@given(candidates.filter(lambda learner: learner.hour >= 4), starts, st.integers(1, 15))
def test_whoever_answers_gets_one_prompt_on_every_date(learner: Candidate, start: datetime, minutes: int) -> None:
    tz, sent = zone_of(learner.zone), sixty_days(learner, start, minutes, answers=True)
    dates = [local_date(now, tz) for now, _ in sent]
    assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))]
    assert len(dates) >= 58


newcomers = st.builds(replace, st.just(NEWCOMER), zone=st.none())
moments = st.integers(0, 40).map(lambda minutes: timedelta(minutes=minutes))


@given(newcomers, starts, moments, st.integers(0, 3))
def test_a_plan_that_was_left_to_stand_asks_nobody_early_or_on_another_day(
    learner: Candidate, start: datetime, later: timedelta, days: int
) -> None:
    now = start + later
    due_on = study_day(start, ZoneInfo("UTC")) + timedelta(days=days)
    plan, newer = (
        first_plan(
            zone=None, hour=9, quiet=NO_QUIET, now=seen, last_seen_at=seen,
            prompted_on=None, earliest_due_on=due_on, practised_at=seen,
        )
        for seen in (start, now)
    )  # fmt: skip
    if not may_stand(plan, newer, zone=None):
        return
    assert plan is not None and newer is not None  # noqa: PT018
    due = int(due_on <= study_day(plan, ZoneInfo("UTC")))
    seen = replace(learner, planned_at=plan, last_seen_at=now, last_practised_at=now, last_turn_at=now, due=due)
    decision = decide(seen, plan)
    if decision.action is Action.SKIP:
        assert decision.next_at == newer
    else:
        assert decision.action is Action.SEND
        assert plan - now >= 23 * HOUR
        assert decision.local_on == local_date(newer, ZoneInfo("UTC"))


@dataclass
class PaperDesk:
    """A desk whose learners stay claimable until they are settled well."""

    waiting: list[int]
    broken: frozenset[int] = frozenset()
    asked: list[int] = field(default_factory=list)

    async def claim(self, now: datetime, limit: int) -> Sequence[int]:
        return self.waiting[:limit]

    async def settle(self, user_id: int, now: datetime) -> Action:
        self.asked.append(user_id)
        if user_id in self.broken:
            raise RuntimeError("out of paper")
        self.waiting.remove(user_id)
        return Action.SEND if user_id % 2 else Action.SKIP


async def test_a_sweep_goes_on_in_batches_until_nobody_is_left() -> None:
    desk = PaperDesk(list(range(1, 8)))
    assert await sweep(desk, lambda: at(9), batch=3) == Counter({Action.SEND: 4, Action.SKIP: 3})
    assert desk.asked == [1, 2, 3, 4, 5, 6, 7]


async def test_learners_who_fail_are_logged_tried_once_and_stop_nobody(caplog: pytest.LogCaptureFixture) -> None:
    desk = PaperDesk(list(range(1, 8)), broken=frozenset({1, 2, 3}))
    with caplog.at_level(logging.ERROR):
        assert await sweep(desk, lambda: at(9), batch=2) == Counter({Action.SEND: 2, Action.SKIP: 2})
    assert sorted(desk.asked) == [1, 2, 3, 4, 5, 6, 7]
    assert [record.getMessage() for record in caplog.records] == [
        f"settling the reminder of learner {user_id} failed" for user_id in (1, 2, 3)
    ]
    assert all(record.exc_info for record in caplog.records)
