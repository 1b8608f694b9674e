"""Finding out what time it is for a learner, with as few questions as can be."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from bot.errors import NotAnswerableError, StaleButtonError, UnknownZoneError
from bot.services import schedule
from bot.services.visit import Visit
from scheduler import calendar
from storage import users
from storage.rows import changed

AWAITING_ZONE = "zone"  # places are on the screen: whatever is typed names one
AWAITING_CLOCK = "clock"  # "Is it 18:42?" stands at the end of a scene: what is typed may mean anything
# Buttons name a place by its number here, so places are only ever added at the end.
PLACES = (
    "Europe/London",
    "Europe/Madrid",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Atlantic/Azores",
    "America/Sao_Paulo",
    "America/Halifax",
    "America/New_York",
    "America/Chicago",
    "America/Mexico_City",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Bogota",
    "America/Argentina/Buenos_Aires",
    "Africa/Lagos",
    "Europe/Moscow",
    "UTC",
)
_LIKELY = {
    "de": "Europe/Berlin",
    "en": "Europe/London",
    "es": "Europe/Madrid",
    "fr": "Europe/Berlin",
    "hi": "Asia/Kolkata",
    "it": "Europe/Berlin",
    "ja": "Asia/Tokyo",
    "pl": "Europe/Berlin",
    "pt": "America/Sao_Paulo",
    "ru": "Europe/Moscow",
    "tr": "Europe/Istanbul",
    "zh": "Asia/Shanghai",
}
_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]([0-5]\d)")
_QUARTER = timedelta(minutes=15)
_NEAR_ENOUGH = 75
_MISSPELT = 75
_YES = frozenset(("yes", "y", "yeah", "yep", "ok", "okay", "right", "correct", "sí", "si", "vale", "claro", "exacto"))
_NO = frozenset(("no", "n", "nope", "wrong"))


@dataclass(frozen=True, kw_only=True)
class ClockQuestion:
    """The time it may be for the learner, and the place that says so."""

    place: int
    local: datetime
    hour: int


@dataclass(frozen=True, kw_only=True)
class PlaceList:
    """Places to choose from, each with the time it is there, and what is set now."""

    places: tuple[tuple[int, datetime], ...]
    zone: str | None
    local: datetime
    hour: int


@dataclass(frozen=True, kw_only=True)
class ZoneSet:
    """The learner's zone and hour as they now are."""

    zone: str
    local: datetime
    hour: int


def ask_once(visit: Visit) -> ClockQuestion | None:
    """Ask the clock question the first time there is something to remind of, and never again; typed text answers it."""
    if visit.user.zone_confirmed or visit.user.clock_asked:
        return None
    users.change(visit.connection, visit.user.id, clock_asked=True, awaiting=AWAITING_CLOCK)
    place = _likely_place(visit)
    return ClockQuestion(place=place, local=_local(visit.now, place), hour=visit.user.prompt_hour)


def list_places(visit: Visit) -> PlaceList:
    """Offer places by the time it is there; a typed city or time answers as well."""
    users.change(visit.connection, visit.user.id, awaiting=AWAITING_ZONE)
    ordered = sorted(
        ((place, _local(visit.now, place)) for place in range(len(PLACES))),
        key=lambda pair: pair[1].replace(tzinfo=None),
    )
    zone = visit.confirmed_zone
    return PlaceList(
        places=tuple(ordered), zone=zone, local=visit.now.astimezone(visit.zone), hour=visit.user.prompt_hour
    )


def choose_place(visit: Visit, place: int) -> ZoneSet:
    """Confirm the zone of a place on the list."""
    if place >= len(PLACES):
        raise StaleButtonError
    return _confirm(visit, PLACES[place])


def choose_named(visit: Visit, asked: str) -> ZoneSet:
    """Confirm a zone by its name, its city, or the time it is there."""
    return _confirm(visit, _resolve(visit.now, asked.strip()))


def answer_typed(visit: Visit, text: str) -> ZoneSet | PlaceList:
    """Take a text typed under the clock question: yes, no, a place or a time; anything else is no answer to it."""
    said = text.strip(" .,!¡").casefold()
    if said in _YES:
        return _confirm(visit, PLACES[_likely_place(visit)])
    if said in _NO:
        return list_places(visit)
    try:
        return _confirm(visit, _resolve(visit.now, text.strip()))
    except UnknownZoneError as error:
        if error.nearest and (_TIME.fullmatch(text.strip()) or _is_misspelt(said, error.nearest[0])):
            raise
        raise NotAnswerableError from None


def choose_hour(visit: Visit, hour: int) -> ZoneSet:
    """Set the hour at which the learner is prompted."""
    users.change(visit.connection, visit.user.id, prompt_hour=hour)
    moved = replace(visit, user=changed(visit.user, prompt_hour=hour))
    schedule.replan(moved)
    return _state(moved)


def _confirm(visit: Visit, zone: str) -> ZoneSet:
    if visit.user.awaiting in {AWAITING_ZONE, AWAITING_CLOCK}:
        users.change(visit.connection, visit.user.id, awaiting=None)
    return _state(schedule.set_zone(visit, zone))


def _state(visit: Visit) -> ZoneSet:
    return ZoneSet(zone=visit.user.zone, local=visit.now.astimezone(visit.zone), hour=visit.user.prompt_hour)


def _resolve(now: datetime, asked: str) -> str:
    if stated := _TIME.fullmatch(asked):
        raise UnknownZoneError(asked, _places_where(now, int(stated[1]), int(stated[2])))
    key = asked.casefold().replace(" ", "_")
    for name in _zones():
        if name.casefold() == key:
            return name
    cities = {name: _city(name) for name in _zones() if "/" in name}
    for name, city in cities.items():
        if city == asked.casefold():
            return name
    found = process.extract(asked.casefold(), cities, scorer=fuzz.WRatio, limit=3, score_cutoff=_NEAR_ENOUGH)
    raise UnknownZoneError(asked, tuple(name for _, _, name in found))


def _is_misspelt(said: str, zone: str) -> bool:
    return fuzz.ratio(said, _city(zone)) >= _MISSPELT


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].casefold().replace("_", " ")


def _likely_place(visit: Visit) -> int:
    return PLACES.index(_LIKELY.get(visit.user.native, "UTC"))


@cache
def _zones() -> tuple[str, ...]:
    """Return every zone there is; read from disk once, since a transaction must not wait for files."""
    return tuple(sorted(available_timezones()))


def _places_where(now: datetime, hour: int, minute: int) -> tuple[str, ...]:
    """Return the places on the list where it is that time now, give or take a few minutes."""

    def off(place: str) -> timedelta:
        local = now.astimezone(ZoneInfo(place))
        apart = abs(timedelta(hours=local.hour - hour, minutes=local.minute - minute))
        return min(apart, timedelta(days=1) - apart)

    return tuple(place for place in PLACES if off(place) <= _QUARTER)


def _local(now: datetime, place: int) -> datetime:
    return now.astimezone(calendar.zone(PLACES[place]))
