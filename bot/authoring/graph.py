"""A story drawn: turns as boxes, intents as arrows, for Mermaid or Graphviz."""

from collections.abc import Iterator

from bot.scenarios.conditions import Comparison
from bot.scenarios.model import Branch, Intent
from bot.scenarios.scene import Scene

Arrow = tuple[str, str, str]


def mermaid(scene: Scene) -> Iterator[str]:
    """Yield the drawing in Mermaid's words."""
    yield "flowchart TD"
    for phase in scene.phases:
        yield f'  subgraph {phase.id}_phase["{phase.id}"]'
        for turn_id in phase.turns:
            yield (
                f'    {turn_id}_turn["{turn_id}"]'
                if not scene.turns[turn_id].stage
                else f'    {turn_id}_turn(["{turn_id}"])'
            )
        yield "  end"
    for origin, label, target in _arrows(scene):
        yield f'  {origin}_turn -->|"{label}"| {target}_turn'


def dot(scene: Scene) -> Iterator[str]:
    """Yield the drawing in Graphviz' words."""
    yield f'digraph "{scene.id}" {{'
    for phase in scene.phases:
        turns = " ".join(f'"{turn_id}"' for turn_id in phase.turns)
        yield f'  subgraph "cluster_{phase.id}" {{ label="{phase.id}"; {turns} }}'
    for origin, label, target in _arrows(scene):
        yield f'  "{origin}" -> "{target}" [label="{label}"]'
    yield "}"


def _arrows(scene: Scene) -> Iterator[Arrow]:
    for turn_id, turn in scene.turns.items():
        for name, intent in turn.hears.items():
            for branch in intent.go:
                yield turn_id, _label(name, intent, branch), branch.to


def _label(name: str, intent: Intent, branch: Branch) -> str:
    """Name an arrow by its intent, its condition and how often it may be taken."""
    condition = " and ".join(map(_written, branch.when))
    most = branch.max or intent.max
    parts = [name, f"if {condition}" if condition else "", f"at most {most}" if most else ""]
    return ", ".join(part for part in parts if part)


def _written(part: Comparison) -> str:
    shown = part.variable if part.attribute is None else f"{part.variable}.{part.attribute}"
    constant = "null" if part.constant is None else part.constant
    return f"{shown} {'==' if part.equal else '!='} {constant}"
