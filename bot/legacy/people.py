"""Whose rows they are: from the predecessor's users, written in two spellings, to learners here."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from bot.legacy.reading import LegacyError, OldFile, Row
from bot.legacy.values import UnusableError, instant, language, text

HEADER = ["legacy_user", "telegram_id"]
_LARGEST_ID = 2**52  # Telegram's ids have at most 52 significant bits


@dataclass(kw_only=True)
class Known:
    """What the old file tells of one learner."""

    ui_language: str | None = None
    zone: str | None = None
    languages: Counter[str] = field(default_factory=Counter)
    last_seen_at: datetime | None = None
    has_rows: bool = False
    spoken: dict[str, str] = field(default_factory=dict)


class People:
    """The learners of the map, found by any spelling the old tables use."""

    def __init__(self, mapped: Mapping[str, int], old: OldFile, zone: tzinfo) -> None:
        self._ids = dict(mapped)
        self._mapped = mapped
        self._old = old
        self._reasons: dict[str, str] = {}
        self.known: dict[int, Known] = {}
        for legacy_user, telegram_id in mapped.items():
            known = self.known.setdefault(telegram_id, Known())
            person = old.person(legacy_user)
            if person is not None:
                self._introduce(person, telegram_id)
                _recall(known, person, zone)
        for name in old.tables:
            if name != "users":
                self._look_over(name)

    def telegram_id(self, legacy_user: Any) -> int:
        """Return whose row it is, or say why nobody can be found."""
        said = spelling(legacy_user)
        found = self._ids.get(said)
        if found is None:
            raise UnusableError(self._reason(said))
        return found

    def strangers(self) -> list[str]:
        """Return those of the map who have no rows in the file."""
        return [said for said, telegram_id in self._mapped.items() if not self.known[telegram_id].has_rows]

    def hear(self, tables: Sequence[str]) -> None:
        """Note in which language each scenario was played, which only the sittings tell: the commonest one counts."""
        columns = (("user_id",), ("source_id", "scenario_id"), ("language", "language_code"))
        for who, scenario, tongue, _ in (row for table in tables for row in self._old.summed(table, *columns)):
            telegram_id = self._ids.get(spelling(who))
            code = _readable(tongue)
            if telegram_id is not None and code is not None:
                self.known[telegram_id].spoken[text(scenario)] = code

    def _introduce(self, person: Row, telegram_id: int) -> None:
        """Let both spellings of a person lead to one learner."""
        for column in ("id", "user_id"):
            said = spelling(person.get(column))
            if said and self._ids.setdefault(said, telegram_id) != telegram_id:
                raise LegacyError(f"the map gives one person of the file two telegram ids: legacy_user {said}")

    def _look_over(self, table: str) -> None:
        """Count the languages of a table's rows, so that a new learner begins with the one they learnt."""
        for who, _ in self._old.summed(table, ("user_id",)):
            if (telegram_id := self._ids.get(spelling(who))) is not None:
                self.known[telegram_id].has_rows = True
        for who, tongue, count in self._old.summed(table, ("user_id",), ("language", "language_code")):
            telegram_id = self._ids.get(spelling(who))
            code = _readable(tongue)
            if telegram_id is not None and code is not None:
                self.known[telegram_id].languages[code] += count

    def _reason(self, said: str) -> str:
        if said not in self._reasons:
            there = bool(said) and self._old.person(said) is not None
            self._reasons[said] = "its user is not in the map" if there else "its user is neither in users nor the map"
        return self._reasons[said] if said else "it names no user"


def spelling(value: Any) -> str:
    """Return a user as the map would write it: 7, 7.0 and ' 7 ' are one."""
    said = text(int(value) if isinstance(value, float) and value.is_integer() else value)
    return said.removesuffix(".0") if said.removesuffix(".0").isdecimal() else said


def read_map(path: Path) -> dict[str, int]:
    """Return telegram ids by legacy user, from a CSV file with the header legacy_user,telegram_id."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _mapped(path, csv.reader(file))
    except OSError as error:
        raise LegacyError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise LegacyError(f"{path}: is not a CSV file in UTF-8") from error


def _mapped(path: Path, rows: Iterator[list[str]]) -> dict[str, int]:
    if [cell.strip() for cell in next(rows, [])] != HEADER:
        raise LegacyError(f"{path}, line 1: the header must be {','.join(HEADER)}")
    found: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != len(HEADER) or not cells[0]:
            raise LegacyError(f"{path}, line {number}: must be legacy_user,telegram_id")
        telegram_id = _telegram_id(cells[1])
        if telegram_id is None:
            raise LegacyError(f"{path}, line {number}: the telegram_id must be a numeric id such as 1234567")
        if found.setdefault(spelling(cells[0]), telegram_id) != telegram_id:
            raise LegacyError(f"{path}, line {number}: {cells[0]} has another telegram_id further up")
    if not found:
        raise LegacyError(f"{path}: maps nobody")
    return found


def _telegram_id(said: str) -> int | None:
    found = int(said) if said.isascii() and said.isdecimal() else 0
    return found if 0 < found < _LARGEST_ID else None


def _readable(tongue: Any) -> str | None:
    """Return a language; a row whose language is unknown is set aside when its turn comes."""
    try:
        return language(tongue)
    except UnusableError:
        return None


def _recall(known: Known, person: Row, zone: tzinfo) -> None:
    """Note what the row of `users` tells; what cannot be read there is only a preference."""
    known.ui_language = known.ui_language or _readable(person.get("ui_language"))
    known.zone = known.zone or text(person.get("timezone")) or None
    try:
        known.last_seen_at = known.last_seen_at or instant(person.get("last_login"), "last_login", zone)
    except UnusableError:
        known.last_seen_at = None
