"""Where a learner stands in a scene: a value that is stored after every answer and read back after any pause."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.scenarios.values import made

FORMAT = 1
LAST = "last."  # Before a variable: what it held when the scene was last completed.
Value = int | str | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one answer that moved the story was worth, and what it is worth if the learner contests that it was none."""

    turn: str
    intent: str
    quality: int
    met: tuple[str, ...] = ()
    believed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain JSON data."""
        return {
            "turn": self.turn,
            "intent": self.intent,
            "quality": self.quality,
            "met": list(self.met),
            "believed": self.believed,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """An error that was let through and may still be mended by typing again."""

    turn: str
    intent: str
    slots: Mapping[str, str]
    error_id: str
    outcome: int
    repaired_quality: int
    help_level: int
    cards: tuple[str, ...] = ()
    text: str = ""
    explained: bool = False


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The state of one play of a scene.

    `change` says which facts differ from the story as written, `history` which variants of lines were heard in this
    play and the ones before it, the latest last. `support` is the help given unasked, `built` the words tapped so far;
    `silences`, `ceiling` (the most this turn can still be worth) and `forgiven` belong to the turn. `remark` is what
    the tutor said last, `undo` the state before the last move, `praised` the answers that got a reaction,
    `woven` the due words asked for, by turn.
    """

    turn: str
    phase: str
    variant_seed: int = 0
    vars: Mapping[str, Value] = field(default_factory=dict)
    met: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    misses: int = 0
    help_level: int = 0
    help_asked: int = 0
    help_model: str = ""
    said: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    heard: str = ""
    pending: Pending | None = None
    answers: int = 0
    finished: bool = False
    change: int = 0
    history: tuple[str, ...] = ()
    support: int = 1
    built: tuple[int, ...] = ()
    silences: int = 0
    ceiling: int = 100
    forgiven: bool = False
    praised: tuple[int, ...] = ()
    remark: Mapping[str, Any] | None = None
    undo: Mapping[str, Any] | None = None
    woven: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON data."""
        # By hand, since it is done twice a turn; what is kept of an earlier state is plain already.
        values = {name: list(value) if type(value) is tuple else value for name, value in vars(self).items()}
        plain = {
            **values,
            "vars": dict(self.vars),
            "taken": dict(self.taken),
            "outcomes": [one.to_json() for one in self.outcomes],
            "pending": None if self.pending is None else _plain(asdict(self.pending)),
            "remark": _plain(self.remark),
            "woven": dict(self.woven),
        }
        return {"format": FORMAT, **plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Progress":
        """Read a stored state; one of another format raises ValueError."""
        if data.get("format") != FORMAT:
            raise ValueError(f"progress of format {data.get('format')!r} cannot be read")
        try:
            return cls._read(data)
        except (KeyError, TypeError) as error:
            raise ValueError(f"progress cannot be read: {error}") from error

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> "Progress":
        fields = cls.__dataclass_fields__
        known: dict[str, Any] = {
            name: tuple(value) if type(value) is list else value for name, value in data.items() if name in fields
        }
        known["outcomes"] = tuple(made(Outcome, {**one, "met": tuple(one["met"])}) for one in data.get("outcomes", ()))
        pending = data.get("pending")
        known["pending"] = Pending(**{**pending, "cards": tuple(pending.get("cards", ()))}) if pending else None
        return made(cls, known)


def _plain(value: Any) -> Any:
    """Turn tuples into lists, so that what is stored equals what is read back."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value
