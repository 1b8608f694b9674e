"""Answers that nobody of the pack's authors wrote, and how well a hearer understands them."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.running import CONTENT
from bot.scenarios.library import Library, UnknownScenario
from bot.scenarios.scene import Scene
from bot.scenarios.verdict import Form, Layer, Verdict

Meaning = tuple[str | None, tuple[tuple[str, str], ...]]

# In most files odd lines are for tuning and even lines are held out; these are one or the other as a whole.
OPEN = frozenset({"cafe_order/es.outside-learner.jsonl", "cafe_order/es.outside-fluent.jsonl"})
CLOSED = frozenset({"cafe_order/es.outside-second.jsonl"})
# Lines of a closed file that a run printed before it was closed here: they were seen, so they are held out no more.
SEEN = {"cafe_order/es.outside-second.jsonl": frozenset({19, 33})}
Hearer = Callable[[Scene, str, str], Meaning]


@dataclass(frozen=True, kw_only=True)
class Outside:
    """One answer with the label its writer gave it, and whether it was there to be learnt from."""

    scene: Scene
    turn: str
    text: str
    meaning: Meaning
    form: str | None
    kind: str
    writer: str
    tuned: bool
    error_id: str | None = None


@dataclass
class Tally:
    """How often each outcome came about."""

    right: int = 0
    wrong: int = 0
    false: int = 0
    missed: int = 0
    rejected: int = 0

    def add(self, wanted: Meaning, found: Meaning) -> None:
        """Count one answer."""
        if found[0] is None:
            name = "rejected" if wanted[0] is None else "missed"
        else:
            name = "right" if found == wanted else "false" if wanted[0] is None else "wrong"
        setattr(self, name, getattr(self, name) + 1)

    @property
    def understood(self) -> int:
        """Return how many answers were taken as understood."""
        return self.right + self.wrong + self.false

    @property
    def meant(self) -> int:
        """Return how many answers meant something."""
        return self.right + self.wrong + self.missed

    def __str__(self) -> str:
        """Write the confusion with precision and recall and their intervals."""
        return (
            f"right {self.right:4d} | wrong meaning {self.wrong:3d} | false {self.false:3d} | missed {self.missed:3d} "
            f"| rightly not {self.rejected:3d} | precision {share(self.right, self.understood)} "
            f"| recall {share(self.right, self.meant)}"
        )


@dataclass
class FormTally:
    """How fair and how watchful the remarks on form are."""

    fine: int = 0
    accused: int = 0
    errors: int = 0
    noticed: int = 0
    named: int = 0
    rightly_named: int = 0
    layers: Counter[str] = field(default_factory=Counter)

    def add(self, case: Outside, verdict: Verdict) -> None:
        """Count one answer; form is judged only where the meaning was got right."""
        self.layers[str(verdict.layer)] += 1
        if meaning(case.scene, case.turn, verdict) != case.meaning or verdict.layer is Layer.REPAIR:
            return
        if case.form == "ok":
            self.fine += 1
            self.accused += verdict.form is Form.ERROR
        elif case.form == "error":
            self.errors += 1
            self.noticed += verdict.form in (Form.SLIP, Form.ERROR)
        if case.error_id:
            self.named += 1
            self.rightly_named += verdict.error_id == case.error_id

    def __str__(self) -> str:
        """Write the figures with their intervals."""
        names = f" | error id right {share(self.rightly_named, self.named)}" if self.named else ""
        return f"false accusation {share(self.accused, self.fine)} | noticed {share(self.noticed, self.errors)}{names}"


def share(part: int, whole: int) -> str:
    """Write a share with its Wilson 95 % interval."""
    low, high = wilson(part, whole)
    return f"{part}/{whole} = {part / whole if whole else 0:.3f} [{low:.3f}, {high:.3f}]"


def wilson(part: int, whole: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson interval of a share."""
    if not whole:
        return 0.0, 1.0
    middle = part / whole + z * z / (2 * whole)
    reach = z * math.sqrt(part * (whole - part) / whole**3 + z * z / (4 * whole * whole))
    return max(0.0, (middle - reach) / (1 + z * z / whole)), min(1.0, (middle + reach) / (1 + z * z / whole))


def meaning(scene: Scene, turn_id: str, verdict: Verdict) -> Meaning:
    """Return what a verdict understood, with the slots that the turn can take."""
    return verdict.intent, kept(scene, turn_id, dict(verdict.slots))


def kept(scene: Scene, turn_id: str, slots: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Keep the slots that some intent of the turn can fill: a greeting that orders orders nothing yet."""
    return tuple(sorted(pair for pair in slots.items() if pair[0] in _able(scene, turn_id)))


@cache
def _able(scene: Scene, turn_id: str) -> frozenset[str]:
    """Return the slots that a turn can take; it is asked three times an answer, and looks at every phrase there is."""
    accepted = scene.turn_book(turn_id).accepted
    return frozenset(name for phrases in accepted.values() for one in phrases for name, _ in one.slots)


def outside(library: Library, root: Path = CONTENT) -> Iterator[Outside]:
    """Yield every outside answer that lies beside a pack."""
    for path in sorted(root.glob("*/*.outside*.jsonl")):
        try:
            scene = library.scene(path.parent.name, path.name.partition(".")[0], "en")
        except UnknownScenario:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                yield _case(scene, json.loads(line), tuned=is_tuned(f"{path.parent.name}/{path.name}", number))


def is_tuned(name: str, number: int) -> bool:
    """Tell whether a line of a file was there to be learnt from, and may be shown."""
    if name in CLOSED:
        return number in SEEN.get(name, ())
    return name in OPEN or number % 2 == 1


def _case(scene: Scene, row: dict[str, object], *, tuned: bool) -> Outside:
    slots = row.get("slots")
    wanted = kept(scene, str(row["turn"]), slots if isinstance(slots, dict) else {})
    intent = row["intent"]
    return Outside(
        scene=scene,
        turn=str(row["turn"]),
        text=str(row["text"]),
        meaning=(str(intent) if intent else None, wanted if intent else ()),
        form=str(row["form"]) if row.get("form") else None,
        kind=str(row.get("kind", "")),
        writer=str(row.get("writer", "")),
        tuned=tuned,
        error_id=str(row["error_id"]) if row.get("error_id") else None,
    )


def tally(cases: Iterable[Outside], hearer: Hearer) -> Tally:
    """Measure one hearer on some answers."""
    found = Tally()
    for case in cases:
        found.add(case.meaning, hearer(case.scene, case.turn, case.text))
    return found
