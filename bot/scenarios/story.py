"""How the story goes on: what an understood intent sets, adds, meets, makes the partner say, and where it leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.scenarios.conditions import holds
from bot.scenarios.model import After, Branch, Effects, Intent
from bot.scenarios.progress import LAST, Value
from bot.scenarios.scene import Scene
from bot.scenarios.values import replace

HEARD, RECALLED = "$", "@"  # Before a slot: what was just said; before a variable: what it held at the last play.


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step of the story: the new variables, the partner's replies, and the turn it leads to.

    `spent` means that a way back was taken too often: the partner replies, but the try counts as not understood.
    """

    to: str
    vars: Mapping[str, Value]
    taken: Mapping[str, int]
    reply: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    spent: bool = False


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where the story stands before an intent is heard."""

    turn: str
    vars: Mapping[str, Value]
    taken: Mapping[str, int]


def advance(scene: Scene, position: Position, intent_id: str, slots: Mapping[str, str]) -> Move:
    """Let an intent take effect: set, add, meets, go, in this order."""
    intent = scene.hears(position.turn)[intent_id]
    values = _applied(scene, intent, position.vars, slots)
    at, branch = _branch(scene, intent, values)
    for name, effects in ((intent_id, intent), (f"{intent_id}/{at}", branch)):
        if _is_spent(position, name, effects):
            return _instead(scene, position, effects.after, _move(scene, position, intent, branch, slots))
    taken = dict(position.taken)
    for name, effects in ((intent_id, intent), (f"{intent_id}/{at}", branch)):
        if effects.max is not None:
            taken[_name(position, name)] = taken.get(_name(position, name), 0) + 1
    return replace(_move(scene, position, intent, branch, slots), taken=taken)


def replies_of(intents: Iterable[Intent]) -> set[str]:
    """Return every reply that intents, their branches and what stands in for them can call for."""
    effects: list[Effects] = [one for intent in intents for one in (intent, *intent.go)]
    called = [*(one.reply for one in effects), *(one.after.reply for one in effects if one.after)]
    return {name for names in called for name in names}


def look_up(scene: Scene, values: Mapping[str, Value], variable: str, attribute: str | None) -> Value:
    """Return what a variable holds, or an attribute of it from the story or else from the pack."""
    value = values.get(variable)
    if attribute is None or not isinstance(value, str):
        return value if attribute is None else None
    slot = scene.slot_of.get(variable, variable)
    facts = scene.story.entities.get(slot, {}).get(value, {})
    if attribute in facts:
        return facts[attribute]
    entry = scene.entry(variable, value)
    return entry.price if entry is not None and attribute == "price" else None


def _move(scene: Scene, position: Position, intent: Intent, branch: Branch, slots: Mapping[str, str]) -> Move:
    """Apply an intent and one of its branches."""
    values = _applied(scene, branch, _applied(scene, intent, position.vars, slots), slots)
    leaves = branch.to != position.turn
    return Move(
        to=branch.to,
        vars=values,
        taken=position.taken,
        reply=(*intent.reply, *branch.reply),
        met=(intent.meets,) if intent.meets and leaves else (),
    )


def _instead(scene: Scene, position: Position, after: After | None, back: Move) -> Move:
    """Go on as another intent where the author says so; otherwise the way back is spent."""
    if after is None:
        return replace(back, vars=position.vars, spent=True)
    other = advance(scene, position, after.as_intent, {})
    return replace(other, reply=(*after.reply, *other.reply))


def _branch(scene: Scene, intent: Intent, values: Mapping[str, Value]) -> tuple[int, Branch]:
    """Return the first branch whose condition holds; the last one always does."""
    for at, branch in enumerate(intent.go):
        if holds(branch.when, lambda variable, attribute: look_up(scene, values, variable, attribute)):
            return at, branch
    return len(intent.go) - 1, intent.go[-1]


def _applied(scene: Scene, effects: Effects, values: Mapping[str, Value], slots: Mapping[str, str]) -> dict[str, Value]:
    """Set and add what an intent or a branch says."""
    changed = dict(values)
    for variable, value in effects.set.items():
        changed[variable] = _value(value, values, slots)
    for variable, amount in effects.add.items():
        changed[variable] = _number(changed.get(variable)) + _number(_amount(scene, amount, values, slots))
    return changed


def _value(value: Value, values: Mapping[str, Value], slots: Mapping[str, str]) -> Value:
    """Return what to set: a constant, the $slot heard, or what @variable held when the scene was last completed."""
    if isinstance(value, str) and value.startswith(HEARD):
        return slots.get(value[1:])
    if isinstance(value, str) and value.startswith(RECALLED):
        return values.get(LAST + value[1:])
    return value


def _amount(scene: Scene, amount: int | str, values: Mapping[str, Value], slots: Mapping[str, str]) -> Value:
    """Return a number to add: a constant, or an attribute of the entity heard or recalled."""
    if isinstance(amount, int):
        return amount
    variable, _, attribute = amount[1:].partition(".")
    return look_up(scene, {variable: _value(amount[:1] + variable, values, slots)}, variable, attribute or None)


def _number(value: Value) -> int:
    """Read a value as a number; nothing counts as zero."""
    return value if isinstance(value, int) else 0


def _is_spent(position: Position, name: str, effects: Effects) -> bool:
    """Tell whether a way back has been taken as often as it may."""
    return effects.max is not None and position.taken.get(_name(position, name), 0) >= effects.max


def _name(position: Position, name: str) -> str:
    """Return the name under which a way is counted."""
    return f"{position.turn}/{name}"
