"""One learner's reminder: decide, write it all down, and say what is to be sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.services import sitting
from bot.services.parked import ParkedScene, park
from bot.services.questions import Asked, Occasion, ask, shown
from bot.services.visit import Visit
from scheduler import reminders
from scheduler.reminders import Action, Candidate, Decision
from storage import cards, learning_sessions, prompts, questions, runs, users
from storage.memory_tables import PromptSchedule, PromptStatus, Question, QuestionStatus
from storage.prompts import NewPrompt

WORDINGS = 12
WELCOME_BACK = WORDINGS  # the wording after a break, numbered after the others
_NOT_AGAIN_SOON = 9
_BREAK = timedelta(days=5)
LEDGER_KEPT = timedelta(days=90)
_LEDGER_NEEDED = 12  # worded rows kept however old they are: more than the wordings not to be used again


@dataclass(frozen=True, kw_only=True)
class Prompted:
    """What became of a learner's instant; a prompt to send has a ledger row already."""

    action: Action
    decision: Decision | None = None
    prompt_id: int | None = None
    asked: Asked | None = None
    wording: int = 0
    welcome_back: bool = False
    replaces: int | None = None
    parked: ParkedScene | None = None


def settle(visit: Visit) -> Prompted:
    """Decide about one learner and store everything that follows from it."""
    schedule = prompts.schedule_of(visit.connection, visit.user.id)
    if schedule.next_at is None or schedule.next_at > visit.now:
        return Prompted(action=Action.SKIP)
    decision = reminders.decide(_candidate(visit, schedule), visit.now)
    if decision.action is Action.SEND:
        return _send(visit, schedule, decision)
    if decision.action is Action.GOODBYE:
        return _goodbye(visit, schedule, decision)
    if decision.action is Action.MISSED:
        _record(visit, schedule, decision, PromptStatus.MISSED)
        prompts.reschedule(visit.connection, visit.user.id, prompted_on=_latest_day(schedule, decision))
    _move_on(visit, decision)
    return Prompted(action=decision.action, decision=decision)


def _candidate(visit: Visit, schedule: PromptSchedule) -> Candidate:
    user = visit.user
    return Candidate(
        user_id=user.id,
        planned_at=schedule.planned_at or visit.now,
        zone=visit.confirmed_zone,
        hour=user.prompt_hour,
        quiet=visit.quiet,
        last_seen_at=user.last_seen_at,
        last_practised_at=learning_sessions.practised_at(visit.connection, user.id),
        last_turn_at=runs.last_turn_at(visit.connection, user.id),
        due=cards.count_due(visit.connection, user.id, visit.today),
        ignored=schedule.ignored,
        said_goodbye=schedule.said_goodbye,
        reachable=user.reachable and not user.banned,
        prompted_on=schedule.prompted_on,
    )


def _move_on(visit: Visit, decision: Decision) -> None:
    changes: dict[str, Any] = {} if decision.action is Action.HOLD else {"planned_at": decision.next_at}
    prompts.reschedule(visit.connection, visit.user.id, next_at=decision.next_at, **changes)


def _send(visit: Visit, schedule: PromptSchedule, decision: Decision) -> Prompted:
    card = sitting.next_card(visit, ())
    if card is None:
        _move_on(visit, decision)
        return Prompted(action=Action.SKIP, decision=decision)
    previous = questions.open_prompt(visit.connection, visit.user.id)
    question = ask(visit, card, Occasion(from_prompt=True))
    wording = _wording(visit, decision)
    prompt_id = _record(visit, schedule, decision, PromptStatus.QUEUED, wording=wording, question_id=question.id)
    if prompt_id is None:
        questions.close(visit.connection, question.id, QuestionStatus.PASSED)
        _move_on(visit, decision)
        return Prompted(action=Action.SKIP, decision=decision)
    _count(visit, schedule, decision)
    _replace(visit, previous, question)
    return Prompted(
        action=Action.SEND,
        decision=decision,
        prompt_id=prompt_id,
        asked=shown(question),
        wording=wording,
        welcome_back=wording == WELCOME_BACK,
        replaces=previous.id if previous else None,
        parked=park(visit),
    )


def _replace(visit: Visit, previous: Question | None, question: Question) -> None:
    """Let the new question stand in place of the one nobody answered."""
    if previous is not None:
        questions.close(visit.connection, previous.id, QuestionStatus.PASSED)
    users.change(visit.connection, visit.user.id, awaiting=f"question:{question.id}")


def _count(visit: Visit, schedule: PromptSchedule, decision: Decision, *, goodbye: bool = False) -> None:
    prompts.reschedule(
        visit.connection,
        visit.user.id,
        next_at=decision.next_at,
        planned_at=decision.next_at,
        ignored=decision.ignored,
        said_goodbye=goodbye,
        prompted_on=_latest_day(schedule, decision),
    )


def _latest_day(schedule: PromptSchedule, decision: Decision) -> date:
    """Return the last local date that has its prompt, or has missed it."""
    return max(decision.local_on, schedule.prompted_on or decision.local_on)


def _goodbye(visit: Visit, schedule: PromptSchedule, decision: Decision) -> Prompted:
    prompt_id = _record(visit, schedule, decision, PromptStatus.QUEUED)
    _count(visit, schedule, decision, goodbye=True)
    action = Action.GOODBYE if prompt_id is not None else Action.SKIP
    return Prompted(action=action, decision=decision, prompt_id=prompt_id)


def _record(
    visit: Visit, schedule: PromptSchedule, decision: Decision, status: PromptStatus, **what: int | None
) -> int | None:
    planned_at = schedule.planned_at or visit.now
    row = NewPrompt(user_id=visit.user.id, local_on=decision.local_on, planned_at=planned_at, status=status, **what)
    # Each new row makes room for itself, so that the ledger grows with the learners and not with the years.
    prompts.fold(visit.connection, visit.user.id, decision.local_on - LEDGER_KEPT, _LEDGER_NEEDED)
    return prompts.record(visit.connection, row)


def _wording(visit: Visit, decision: Decision) -> int:
    """Choose among the texts those not used lately: a fresh one works better than the best one repeated."""
    recent = prompts.wordings(visit.connection, visit.user.id, _NOT_AGAIN_SOON)
    if _was_away(visit) and WELCOME_BACK not in recent:
        return WELCOME_BACK
    fresh = [wording for wording in range(WORDINGS) if wording not in recent]
    return fresh[(visit.user.id + decision.local_on.toordinal()) % len(fresh)]


def _was_away(visit: Visit) -> bool:
    last = learning_sessions.practised_at(visit.connection, visit.user.id)
    return last is not None and visit.now - last >= _BREAK
