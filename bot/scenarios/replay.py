"""A scene played again: told in other words, with other facts, by a partner who remembers the last time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.scenarios.progress import LAST, Progress, Value
from bot.scenarios.scene import Scene
from bot.scenarios.speech import reminders
from bot.scenarios.verdict import Layer, Verdict


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What earlier plays leave to a new one: the change of facts whose turn it is, the lines heard, the last values."""

    change: int = 0
    history: tuple[str, ...] = ()
    last: Mapping[str, Value] = field(default_factory=dict)


FIRST = Earlier()


def earlier(scene: Scene, latest: Mapping[str, Any] | None, completed: Mapping[str, Any] | None) -> Earlier:
    """Return what the states of the latest play and of the last completed one leave to the next."""
    before, done = _read(latest), _read(completed)
    return Earlier(
        change=_next_change(scene, before) if before else 0,
        history=before.history if before else (),
        last=_recalled(scene, done) if done else {},
    )


def known_to_both(scene: Scene, progress: Progress, verdict: Verdict) -> Verdict:
    """Leave an answer that refers to the last play ununderstood by a partner who has none to remember."""
    back = {name for name, intent in scene.hears(progress.turn).items() if intent.back}
    models = {text_id for name in back for text_id in scene.words_of(progress.turn).model.get(name, {})}
    if verdict.intent not in back and verdict.own_text_id not in models:
        return verdict
    if reminders(scene, progress.turn, progress.vars):
        return verdict
    return Verdict(intent=None, slots={}, form=None, layer=Layer.UNKNOWN, words=verdict.words)


def _next_change(scene: Scene, before: Progress) -> int:
    """Return the change whose turn it is; a scene in which nobody spoke has not used up its own."""
    return (before.change + 1) % (len(scene.story.changes) + 1) if before.answers else before.change


def _recalled(scene: Scene, done: Progress) -> dict[str, Value]:
    """Return what the variables held in the end, under the names by which the partner recalls them."""
    return {
        LAST + name: value
        for name, value in done.vars.items()
        if value is not None and name in scene.story.vars and _is_there(scene, name, value)
    }


def _is_there(scene: Scene, name: str, value: Value) -> bool:
    return name not in scene.slot_of or (isinstance(value, str) and scene.entry(name, value) is not None)


def _read(state: Mapping[str, Any] | None) -> Progress | None:
    """Read a stored state; one of another format leaves nothing."""
    try:
        return Progress.from_json(state) if state else None
    except ValueError:
        return None
