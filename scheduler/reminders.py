"""Who is reminded, and when again: the policy as a pure function, and the sweep as a function of its ports.

A prompt is a favour that is easily spoilt, so every rule here is a reason not to send one. The rules are asked in order
and the first that has something to say decides.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from scheduler import calendar
from scheduler.calendar import Quiet, is_quiet, local_date, study_day

WINDOW = timedelta(hours=3)
SCENE_REST = timedelta(minutes=30)
AWAKE_AGAIN_AFTER = timedelta(hours=23, minutes=30)
IGNORED_BEFORE_GOODBYE = 5
_LAG = timedelta(minutes=30)
_DAY = timedelta(days=1)
_NO_QUIET = Quiet(starts=0, ends=0)

logger = logging.getLogger(__name__)


class Action(StrEnum):
    """Say what is done about one learner whose planned instant has come."""

    SEND = "send"
    GOODBYE = "goodbye"
    MISSED = "missed"
    HOLD = "hold"
    SKIP = "skip"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Hold all that the decision about one learner depends on; `zone` is None until they confirmed it."""

    user_id: int
    planned_at: datetime
    zone: str | None
    hour: int
    quiet: Quiet
    last_seen_at: datetime
    last_practised_at: datetime | None
    last_turn_at: datetime | None
    due: int
    ignored: int
    said_goodbye: bool
    reachable: bool
    prompted_on: date | None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Hold what to do, the local date it is done for, and when to look at the learner again."""

    action: Action
    local_on: date
    next_at: datetime | None
    ignored: int
    expires_at: datetime | None = None


class Desk(Protocol):
    """Give the sweep the learners whose instant has come, and settle each in one transaction."""

    async def claim(self, now: datetime, limit: int) -> Sequence[int]:
        """Return the ids of at most `limit` learners whose next instant is not after `now`."""

    async def settle(self, user_id: int, now: datetime) -> Action:
        """Decide about one learner and store everything that follows from it."""


def decide(candidate: Candidate, now: datetime) -> Decision:
    """Return what is owed to this learner now; a prompt only if no rule objects."""
    case = _Case.of(candidate, now)
    rules = (_silent, _early, _nothing_owed, _late, _mid_scene, _goodbye)
    objections = (objection for rule in rules if (objection := rule(case)) is not None)
    return next(objections, None) or _prompt(case)


def first_plan(  # noqa: PLR0913 - one argument for each column the plan depends on, all named at the call
    *,
    zone: str | None,
    hour: int,
    quiet: Quiet,
    now: datetime,
    last_seen_at: datetime,
    prompted_on: date | None,
    earliest_due_on: date | None,
    practised_at: datetime | None,
) -> datetime | None:
    """Return the next planned instant after practice or a change of settings; None if there is no card at all."""
    if earliest_due_on is None:
        return None
    rhythm = _Rhythm.of(zone=zone, hour=hour, quiet=quiet, last_seen_at=last_seen_at)
    today = study_day(now, rhythm.tz)
    practised = practised_at is not None and practised_at >= calendar.day_starts_at(today, rhythm.tz)
    first_day = max(today + _DAY if practised else today, earliest_due_on)
    at = rhythm.next_at(max(prompted_on or first_day - _DAY, first_day - _DAY), now)
    # At an hour before the rollover, what is due on a study day is due only on the date after it.
    while study_day(at, rhythm.tz) < first_day:
        at = rhythm.next_at(local_date(at, rhythm.tz), now)
    return at


def may_stand(plan: datetime | None, newer: datetime | None, *, zone: str | None) -> bool:
    """Tell whether a plan will do although the newer one is a little later.

    Without a zone the plan moves on with every message; one that lags behind is put off when its instant has come.
    """
    if zone is not None or plan is None or newer is None or not timedelta() <= newer - plan <= _LAG:
        return False
    tz = calendar.zone(None)
    return (local_date(plan, tz), study_day(plan, tz)) == (local_date(newer, tz), study_day(newer, tz))


async def sweep(desk: Desk, clock: Callable[[], datetime], *, batch: int = 200) -> Counter[Action]:
    """Settle every learner who is due, each once, and return how often each action was taken."""
    tally: Counter[Action] = Counter()
    tried: set[int] = set()
    # Whoever failed is still due and claimed again: room for them keeps the others coming.
    while fresh := set(await desk.claim(clock(), batch + len(tried) - tally.total())) - tried:
        for user_id in sorted(fresh):
            action = await _settle(desk, user_id, clock())
            tally.update([] if action is None else [action])
        tried |= fresh
    return tally


async def _settle(desk: Desk, user_id: int, now: datetime) -> Action | None:
    try:
        return await desk.settle(user_id, now)
    except Exception:
        logger.exception("settling the reminder of learner %d failed", user_id)
        return None


@dataclass(frozen=True, kw_only=True)
class _Rhythm:
    """The instants at which a learner may be planned: their hour, or a day after they were last awake."""

    tz: ZoneInfo
    hour: int
    quiet: Quiet
    anchor: datetime | None

    @classmethod
    def of(cls, *, zone: str | None, hour: int, quiet: Quiet, last_seen_at: datetime) -> "_Rhythm":
        tz = calendar.zone(zone)
        if zone is not None:
            return cls(tz=tz, hour=hour, quiet=quiet, anchor=None)
        # Half an hour at most is added so that the next study day, and with it the cards, has begun.
        begun = calendar.day_starts_at(study_day(last_seen_at, tz) + _DAY, tz)
        return cls(tz=tz, hour=hour, quiet=_NO_QUIET, anchor=max(last_seen_at + AWAKE_AGAIN_AFTER, begun))

    def next_at(self, after_day: date, now: datetime) -> datetime:
        if self.anchor is None:
            return calendar.next_prompt_at(after_day=after_day, now=now, hour=self.hour, tz=self.tz, quiet=self.quiet)
        passed = max(after_day, local_date(now, self.tz) - _DAY) - local_date(self.anchor, self.tz)
        at = self.anchor + max(passed + _DAY, timedelta())
        return at if at > now else at + _DAY


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One candidate at one instant, with the window in which their prompt may go out."""

    learner: Candidate
    now: datetime
    rhythm: _Rhythm
    day: date
    opens: datetime
    closes: datetime

    @classmethod
    def of(cls, learner: Candidate, now: datetime) -> "_Case":
        rhythm = _Rhythm.of(
            zone=learner.zone, hour=learner.hour, quiet=learner.quiet, last_seen_at=learner.last_seen_at
        )
        planned, tz, quiet = learner.planned_at, rhythm.tz, rhythm.quiet
        day = local_date(planned, tz)
        opens = calendar.quiet_ends_after(planned, tz, quiet) if is_quiet(planned, tz, quiet) else planned
        closes = min(planned + WINDOW, calendar.date_ends_at(day, tz))
        hushed = calendar.quiet_starts_after(opens, tz, quiet)
        return cls(learner=learner, now=now, rhythm=rhythm, day=day, opens=opens, closes=min(closes, hushed or closes))

    def settled(self, action: Action, next_at: datetime | None) -> Decision:
        return Decision(action=action, local_on=self.day, next_at=next_at, ignored=self.learner.ignored)

    def moved_on(self, action: Action) -> Decision:
        last_day = max(self.day, self.learner.prompted_on or self.day)
        # After days of silence the present day's window may be open: its instant has passed, its prompt has not.
        return self.settled(action, self.rhythm.next_at(last_day, self.now - WINDOW))


def _silent(case: _Case) -> Decision | None:
    if case.learner.said_goodbye:
        return case.settled(Action.SILENT, None)
    # Whoever cannot be reached may write again at any time: looked at once a day, they are prompted as before.
    return None if case.learner.reachable else case.moved_on(Action.SILENT)


def _early(case: _Case) -> Decision | None:
    anchor = case.rhythm.anchor
    if anchor is not None and case.now < anchor:
        return case.settled(Action.SKIP, anchor)  # they wrote again since the plan was made
    if case.now >= case.opens:
        return None
    return case.settled(Action.HOLD, case.opens) if case.opens < case.closes else case.moved_on(Action.SKIP)


def _nothing_owed(case: _Case) -> Decision | None:
    learner, tz = case.learner, case.rhythm.tz
    today_began = calendar.day_starts_at(study_day(case.now, tz), tz)
    practised = learner.last_practised_at is not None and learner.last_practised_at >= today_began
    prompted = learner.prompted_on is not None and learner.prompted_on >= case.day
    return case.moved_on(Action.SKIP) if practised or prompted or learner.due <= 0 else None


def _late(case: _Case) -> Decision | None:
    if case.now < case.closes and not is_quiet(case.now, case.rhythm.tz, case.rhythm.quiet):
        return None
    # A plan that fell into quiet hours was overtaken by new settings: nobody missed it.
    return case.moved_on(Action.MISSED if case.opens == case.learner.planned_at else Action.SKIP)


def _mid_scene(case: _Case) -> Decision | None:
    if case.learner.last_turn_at is None:
        return None
    rested_at = case.learner.last_turn_at + SCENE_REST
    if case.now >= rested_at:
        return None
    return case.settled(Action.HOLD, rested_at) if rested_at < case.closes else case.moved_on(Action.SKIP)


def _goodbye(case: _Case) -> Decision | None:
    if case.learner.ignored < IGNORED_BEFORE_GOODBYE:
        return None
    return Decision(
        action=Action.GOODBYE,
        local_on=case.day,
        next_at=None,
        ignored=case.learner.ignored,
        expires_at=case.closes,
    )


def _prompt(case: _Case) -> Decision:
    ignored = case.learner.ignored + 1
    gap = timedelta(days=calendar.gap_after(ignored) or 0)
    return Decision(
        action=Action.SEND,
        local_on=case.day,
        next_at=case.rhythm.next_at(case.day + gap - _DAY, case.now),
        ignored=ignored,
        expires_at=case.closes,
    )
