"""Faults found in content files, each with the file and the line where its author will look."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.scenarios.reading import Document, Where


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One fault of a content file; one that is not fatal leaves the file in use."""

    file: str
    line: int | None
    code: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.code}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The faults of one file, collected while it is checked."""

    file: str
    document: Document
    found: list[Problem] = field(default_factory=list)

    def report(self, where: Where, code: str, message: str) -> None:
        """Note a fault that keeps the file from being used."""
        self.found.append(Problem(file=self.file, line=self.document.line(where), code=code, message=message))

    def remark(self, where: Where, code: str, message: str) -> None:
        """Note a fault with which the file can still be used."""
        line = self.document.line(where)
        self.found.append(Problem(file=self.file, line=line, code=code, message=message, fatal=False))

    @property
    def usable(self) -> bool:
        """Tell whether the file can be used."""
        return not any(problem.fatal for problem in self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)
