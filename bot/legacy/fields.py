"""One row of the old file, read column by column; what was not asked for is left over and kept."""

from datetime import datetime, tzinfo
from typing import Any

from bot.legacy import values
from bot.legacy.reading import OCCURRENCE, Row


class Fields:
    """A row of either shape: a column goes by its names before and after the migration of December 2025."""

    def __init__(self, row: Row, zone: tzinfo) -> None:
        self._row = row
        self._zone = zone
        self._used: set[str] = {OCCURRENCE, "id", "user_id", "created_at", "updated_at"}

    def raw(self, *names: str) -> Any:
        """Return the first value that says something."""
        self._used.update(names)
        return next((self._row[name] for name in names if not values.absent(self._row.get(name))), None)

    def text(self, *names: str, longest: int = 4000) -> str:
        """Return a text; absent is empty, and one that is cut is left over whole."""
        value = self.raw(*names)
        found = values.text(value, longest=longest)
        if found.endswith("…") and len(found) == longest:
            self.keep(*names)
        return found

    def number(self, *names: str) -> float | None:
        """Return a number, if one is given."""
        return values.number(self.raw(*names), names[0])

    def count(self, *names: str) -> int:
        """Return a whole number from 0 up; absent is 0."""
        return values.count(self.raw(*names), names[0])

    def instant(self, *names: str) -> datetime | None:
        """Return an instant, if one is given."""
        return values.instant(self.raw(*names), names[0], self._zone)

    def language(self) -> str | None:
        """Return the language, if one is given."""
        return values.language(self.raw("language", "language_code"))

    def texts(self, name: str) -> tuple[list[str], bool]:
        """Return the texts of a list; false means that it is broken, and left over as it is."""
        found, whole = values.texts(self.raw(name))
        if not whole:
            self.keep(name)
        return found, whole

    def keep(self, *names: str) -> None:
        """Leave these columns over although they were read, since not all they say is carried on."""
        self._used.difference_update(names)

    def leftover(self) -> dict[str, Any] | None:
        """Return what nobody asked for and says something."""
        rest = {name: value for name, value in self._row.items() if name not in self._used}
        said = {values.text(name): values.document(value) for name, value in rest.items() if not values.absent(value)}
        return said or None
