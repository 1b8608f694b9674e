"""What the partner says now: variants chosen, amounts filled in, lines said again in another way."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from bot.scenarios.grammar import attribute
from bot.scenarios.progress import Progress, Value
from bot.scenarios.scene import Line, Scene
from bot.scenarios.text import utterance

SLOWLY = " … "
LAST = "last."  # Before a variable: what it held when the scene was last completed.
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def pick(lines: Mapping[str, str], seed: int) -> str:
    """Choose one of the variants of a line."""
    return list(lines)[seed % len(lines)]


def replies(scene: Scene, keys: Iterable[str], seed: int) -> tuple[str, ...]:
    """Return the text ids of the partner's replies."""
    return tuple(pick(scene.pack.replies[reply], seed) for reply in keys)


def turn_line(scene: Scene, turn_id: str, seed: int) -> tuple[str, ...]:
    """Return the text id of a turn's line; a silent turn has none."""
    say = scene.words_of(turn_id).say
    return (pick(say, seed),) if say else ()


def asks_back(scene: Scene, misses: int) -> str:
    """Return the text id with which the partner asks back, another one each time."""
    return pick(scene.pack.asks_back, misses)


def spoken(scene: Scene, text_ids: Iterable[str], values: Mapping[str, Value]) -> tuple[Line, ...]:
    """Return lines as they are said, amounts filled in; ids that the pack no longer has are left out."""
    return tuple(_filled(scene, scene.line(text_id), values) for text_id in text_ids if text_id in scene.texts)


def again(scene: Scene, progress: Progress, how: Literal["plain", "slow", "gloss"]) -> tuple[Line, ...]:
    """Say the last lines again: as they were, slowly, or with the translation open."""
    lines = spoken(scene, progress.said, progress.vars)
    if how == "slow":
        return tuple(replace(line, text=_slowly(line.text)) for line in lines)
    return tuple(replace(line, open=how == "gloss") for line in lines)


def amount(scene: Scene, value: int) -> str:
    """Write a price as the pack does: 410 becomes 4,10."""
    money = scene.pack.money
    if money is None:
        return str(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}{money.decimal}{abs(value) % 100:02d}"


def _filled(scene: Scene, line: Line, values: Mapping[str, Value]) -> Line:
    """Put the values of variables into a line."""
    if "{" not in line.text and "{" not in line.translation:
        return line
    text = PLACEHOLDER.sub(lambda found: _shown(scene, found[1], values), line.text)
    translation = PLACEHOLDER.sub(lambda found: _translated(scene, found[1], values), line.translation)
    return replace(line, text=text, translation=translation)


def _shown(scene: Scene, place: str, values: Mapping[str, Value]) -> str:
    """Return a value, or an attribute of the entity it names; what is unknown stays as it stands."""
    name, wanted = _variable(place)
    if name not in values:
        return f"{{{place}}}"
    value = values[name]
    if isinstance(value, int):
        return amount(scene, value)
    entry = scene.entry(name.removeprefix(LAST), value) if value else None
    if entry is None:
        return value or ""
    return attribute(entry, wanted or "say") or ""


def _translated(scene: Scene, place: str, values: Mapping[str, Value]) -> str:
    """Return a value in the learner's language, where the gloss has a word for it."""
    name, _ = _variable(place)
    value, slot = values.get(name), scene.slot_of.get(name.removeprefix(LAST), name.removeprefix(LAST))
    words = scene.gloss.entities.get(slot, {}) if scene.gloss else {}
    return words.get(value) or _shown(scene, place, values) if isinstance(value, str) else _shown(scene, place, values)


def _variable(place: str) -> tuple[str, str]:
    """Split a placeholder into the variable and the attribute asked for."""
    last = LAST if place.startswith(LAST) else ""
    name, _, wanted = place.removeprefix(LAST).partition(".")
    return last + name, wanted


def _slowly(text: str) -> str:
    """Set the words of a line apart."""
    whole = utterance(text)
    if not whole.tokens:
        return text
    starts = [0, *(token.start for token in whole.tokens[1:]), len(whole.text)]
    return SLOWLY.join(whole.text[start:end].strip() for start, end in pairwise(starts))
