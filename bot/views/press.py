"""The grammar of button data: one frozen class a button, encoded as short ids and decoded with its types.

Old buttons stay readable: fields are only ever added at the end, and a word is never reused for another meaning.
"""

import re
from dataclasses import dataclass, fields
from typing import ClassVar, Self

SEPARATOR = ":"


@dataclass(frozen=True)
class Press:
    """A button's meaning: its word and the short ids it carries."""

    WORD: ClassVar[str]
    LOWEST: ClassVar[int] = 0
    HIGHEST: ClassVar[int] = 2**63 - 1

    def encode(self) -> str:
        """Return the data that Telegram hands back when the button is pressed."""
        return SEPARATOR.join((self.WORD, *map(str, vars(self).values())))

    @classmethod
    def decode(cls, data: str) -> Self | None:
        """Return the press that made this data, or nothing if it is none of this kind."""
        word, *values = data.split(SEPARATOR)
        kinds = [field.type for field in fields(cls)]
        if word != cls.WORD or len(values) != len(kinds):
            return None
        read = [cls._number(value) if kind is int else value for kind, value in zip(kinds, values, strict=True)]
        return None if None in read else cls(*read)

    @classmethod
    def _number(cls, value: str) -> int | None:
        """Return a number as `encode` writes it, if a button of this kind can carry it."""
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,18}", value):
            return None
        return int(value) if cls.LOWEST <= int(value) <= cls.HIGHEST else None
