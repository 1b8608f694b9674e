"""Rows that could not be brought over, listed in a CSV file that only its owner can read."""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.legacy.reading import OCCURRENCE, LegacyError, Row
from bot.legacy.values import plain

HEADER = ("table", "key", "reason", "row")


class AsideList:
    """A list of rows set aside, written beside its place and put there only when all is done.

    It is no longer `wanted` once the import was given up, which the thread that still writes learns by it.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: Any = None
        self._rows = 0
        self.wanted = True

    def begin(self) -> None:
        """Begin anew: an import that lost a race is run again from its start."""
        self.drop()
        self._rows, self.wanted = 0, True
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._part.unlink(missing_ok=True)
            number = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError as error:
            raise LegacyError(f"{self.path}: cannot be written: {error.strerror}") from error
        self._file = os.fdopen(number, "w", encoding="utf-8", newline="")
        csv.writer(self._file).writerow(HEADER)

    def add(self, table: str, key: str, reason: str, row: Row) -> None:
        """List a row with the reason why it was set aside."""
        self._rows += 1
        if self._file is not None:
            values = {name: plain(value) for name, value in row.items() if name != OCCURRENCE}
            csv.writer(self._file).writerow((table, key, reason, json.dumps(values, ensure_ascii=False)))

    def keep(self) -> str | None:
        """Put the list in its place and return where that is; an empty list is none."""
        if self._file is None or self.path is None:
            return None
        self._file.close()
        self._file = None
        if not self._rows:
            self._part.unlink()
            return None
        self._part.replace(self.path)
        return str(self.path)

    def drop(self) -> None:
        """Throw away what has not been kept."""
        self.wanted = False
        if self._file is not None:
            self._file.close()
            self._file = None
            self._part.unlink(missing_ok=True)

    @property
    def _part(self) -> Path:
        assert self.path is not None  # noqa: S101 - only asked for where there is a path
        return self.path.with_name(self.path.name + ".part")


@contextmanager
def listed(path: Path | None) -> Iterator[AsideList]:
    """Yield a list that is thrown away unless it was kept."""
    found = AsideList(path)
    try:
        yield found
    finally:
        found.drop()
