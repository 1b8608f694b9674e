"""Faults found in content files, each with the file and the line where its author will look."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.scenarios.reading import Document, Where
from bot.scenarios.rules import ERROR, rule_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One breach of a rule in a content file; `code` is the rule's name."""

    file: str
    line: int | None
    code: str
    message: str

    @property
    def fatal(self) -> bool:
        """Tell whether this keeps the file from being used."""
        return rule_of(self.code).severity is ERROR

    @property
    def number(self) -> str:
        """Return the rule's code, such as L03."""
        return rule_of(self.code).code

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
        """Note a breach of a rule; the rule says whether the file can still be used."""
        self.found.append(Problem(file=self.file, line=self.document.line(where), code=code, message=message))

    @property
    def usable(self) -> bool:
        """Tell whether the file can be used."""
        return not any(problem.fatal for problem in self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)
