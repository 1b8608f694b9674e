"""The learners rows are brought to: those who are here already stay as they are, the others are added."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from bot.legacy.people import Known
from bot.scenarios.library import Library
from bot.services import schedule
from bot.services.enrolment import NATIVES
from bot.services.visit import Visit
from bot.services.vocabulary import NEW_A_DAY
from scheduler import calendar
from storage import cards, learning_sessions, users
from storage.rows import changed
from storage.tables import User


class Learner:
    """One learner for the time of an import."""

    def __init__(self, visit: Visit, known: Known) -> None:
        self.visit = visit
        self._known = known

    def spoken(self, scenario_id: str) -> str:
        """Return the language in which they played a scenario, as far as the old file tells."""
        return self._known.spoken.get(scenario_id, self.visit.user.target)

    def first_recall(self) -> date:
        """Return the next study day with room for another new word, and take that place."""
        day = self.visit.today + timedelta(days=1)
        while self._planned.get(day, 0) >= NEW_A_DAY:
            day += timedelta(days=1)
        self._planned[day] = self._planned.get(day, 0) + 1
        return day

    @cached_property
    def _planned(self) -> dict[date, int]:
        return dict(cards.new_by_day(self.visit.connection, self.visit.user.id, self.visit.today))

    def plan_prompt(self) -> None:
        """Plan the next prompt by when they were last seen; of somebody new that may be their last sitting there."""
        visit = self.visit
        last = learning_sessions.practised_at(visit.connection, visit.user.id)
        if visit.is_new and self._known.last_seen_at is None and last is not None:
            users.change(visit.connection, visit.user.id, last_seen_at=last)
            visit = replace(visit, user=changed(visit.user, last_seen_at=last))
        schedule.plan_absent(visit)


class Learners:
    """Everybody an import brings something to, each looked up or added once, with their row locked."""

    def __init__(self, connection: Connection, library: Library, now: datetime) -> None:
        self._connection = connection
        self._library = library
        self._now = now
        self._met: dict[int, Learner] = {}

    def of(self, telegram_id: int, known: Known) -> Learner:
        """Return a learner, added unless they are here."""
        if telegram_id not in self._met:
            self._met[telegram_id] = Learner(self._visit(telegram_id, known), known)
        return self._met[telegram_id]

    @property
    def added(self) -> int:
        """Return how many were not here before."""
        return sum(learner.visit.is_new for learner in self._met.values())

    def plan_prompts(self) -> None:
        """Plan everybody's next prompt."""
        for learner in self._met.values():
            learner.plan_prompt()

    def _visit(self, telegram_id: int, known: Known) -> Visit:
        user = users.locked(self._connection, telegram_id)
        is_new = user is None
        if user is None:
            user = self._newcomer(telegram_id, known)
            users.enrol(self._connection, user)
        return Visit(
            connection=self._connection, user=user, is_new=is_new, now=self._now, update_id=0, library=self._library
        )

    def _newcomer(self, telegram_id: int, known: Known) -> User:
        target, native = self._languages(known)
        zone = _chosen_zone(known.zone)
        where: dict[str, Any] = {} if zone is None else {"zone": zone, "zone_confirmed": True, "clock_asked": True}
        seen = min(known.last_seen_at or self._now, self._now)
        return User(id=telegram_id, native=native, target=target, created_at=self._now, last_seen_at=seen, **where)

    def _languages(self, known: Known) -> tuple[str, str]:
        """Return the language learnt most of those that have scenes here, and one that explains it."""
        there = self._library.languages()
        learnt = (code for code, _ in known.languages.most_common() if code in there)
        target = next(learnt, str(User.model_fields["target"].default))
        natives = [code for code in NATIVES if code != target]
        return target, known.ui_language if known.ui_language in natives else natives[0]


def _chosen_zone(name: str | None) -> str | None:
    """Return a zone somebody chose; the predecessor wrote UTC for everybody who had not."""
    if name is None or "/" not in name or name.startswith("Etc/"):
        return None
    try:
        calendar.zone(name)
    except ValueError:
        return None
    return name
