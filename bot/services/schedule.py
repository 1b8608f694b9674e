"""Keeping a learner's next prompt in step with what they do and set."""

from dataclasses import replace
from datetime import datetime

from bot.services.visit import Visit
from scheduler import calendar, reminders
from storage import cards, learning_sessions, prompts, users
from storage.rows import changed


def practised(visit: Visit) -> None:
    """Plan the next prompt after any practice: whatever was ignored before is forgiven."""
    _plan(visit, visit.now, ignored=0, said_goodbye=False)


def replan(visit: Visit) -> None:
    """Plan the next prompt anew after a change of zone, hour or words."""
    _plan(visit, learning_sessions.practised_at(visit.connection, visit.user.id))


def plan_absent(visit: Visit) -> None:
    """Plan the next prompt of a learner who is not here now: by when they were last seen, not by this moment."""
    practised_at = learning_sessions.practised_at(visit.connection, visit.user.id)
    _plan(visit, practised_at, last_seen_at=visit.user.last_seen_at)


def set_zone(visit: Visit, name: str) -> Visit:
    """Confirm the learner's zone; days that cards are due stay, their instants move; return the visit there."""
    users.change(visit.connection, visit.user.id, zone=name, zone_confirmed=True)
    tz = calendar.zone(name)
    starts = {day: calendar.day_starts_at(day, tz) for day in cards.due_days(visit.connection, visit.user.id)}
    cards.rezone(visit.connection, visit.user.id, starts)
    moved = replace(visit, user=changed(visit.user, zone=name, zone_confirmed=True))
    replan(moved)
    return moved


def _plan(
    visit: Visit, practised_at: datetime | None, *, last_seen_at: datetime | None = None, **changes: object
) -> None:
    user, connection = visit.user, visit.connection
    schedule, earliest_due_on = prompts.schedule_and_earliest(connection, user.id)
    next_at = reminders.first_plan(
        zone=visit.confirmed_zone,
        hour=user.prompt_hour,
        quiet=visit.quiet,
        now=visit.now,
        last_seen_at=last_seen_at or visit.now,
        prompted_on=schedule.prompted_on,
        earliest_due_on=earliest_due_on,
        practised_at=practised_at,
    )
    on_plan = schedule.next_at == schedule.planned_at
    stands = on_plan and reminders.may_stand(schedule.next_at, next_at, zone=visit.confirmed_zone)
    planned = changes if stands else {"next_at": next_at, "planned_at": next_at, **changes}
    # Nearly every answer leaves the plan as it is.
    if any(getattr(schedule, name) != value for name, value in planned.items()):
        prompts.reschedule(connection, user.id, **planned)
