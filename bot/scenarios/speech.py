"""What the partner says now: variants chosen, amounts filled in, lines said again in another way."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from bot.scenarios.progress import Progress, Value
from bot.scenarios.scene import Line, Scene
from bot.scenarios.text import utterance

SLOWLY = " … "


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
    text, translation = line.text, line.translation
    for name, value in values.items():
        shown = _shown(scene, name, value)
        text = text.replace(f"{{{name}}}", shown)
        translation = translation.replace(f"{{{name}}}", shown)
    return replace(line, text=text, translation=translation)


def _shown(scene: Scene, name: str, value: Value) -> str:
    """Return a value as it is spoken of."""
    if isinstance(value, int):
        return amount(scene, value)
    entry = scene.entry(name, value) if value else None
    return entry.say if entry else value or ""


def _slowly(text: str) -> str:
    """Set the words of a line apart."""
    whole = utterance(text)
    if not whole.tokens:
        return text
    starts = [0, *(token.start for token in whole.tokens[1:]), len(whole.text)]
    return SLOWLY.join(whole.text[start:end].strip() for start, end in pairwise(starts))
