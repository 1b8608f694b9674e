"""What the partner says now: variants chosen, amounts filled in, lines said again in another way."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from bot.scenarios.grammar import attribute
from bot.scenarios.progress import LAST, Progress, Value
from bot.scenarios.scene import Line, Scene
from bot.scenarios.text import utterance

SLOWLY = " … "
POINTED = frozenset({"en"})  # native languages that write 4.10; the others write 4,10
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def pick(lines: Mapping[str, str], seed: int, history: Sequence[str] = ()) -> str:
    """Choose the variant of a line that was heard longest ago or never; the seed decides among equals."""
    names = list(lines)
    first = seed % len(names)
    heard = {name: at for at, name in enumerate(history)}
    return min((*names[first:], *names[:first]), key=lambda name: heard.get(name, -1))


def replies(scene: Scene, keys: Iterable[str], progress: Progress) -> tuple[str, ...]:
    """Return the text ids of the partner's replies."""
    return tuple(pick(scene.pack.replies[reply], progress.variant_seed, progress.history) for reply in keys)


def turn_line(scene: Scene, turn_id: str, progress: Progress) -> tuple[str, ...]:
    """Return the text id of a turn's line; a silent turn has none, and a partner who remembers says so once."""
    been = any(outcome.turn == turn_id for outcome in progress.outcomes)
    say = ({} if been else reminders(scene, turn_id, progress.vars)) or scene.words_of(turn_id).say
    return (pick(say, progress.variant_seed, progress.history),) if say else ()


def reminders(scene: Scene, turn_id: str, values: Mapping[str, Value]) -> Mapping[str, str]:
    """Return how the partner can bring up the last play at a turn: the lines that recall most of what is known."""
    asked = {text_id: PLACEHOLDER.findall(text) for text_id, text in scene.words_of(turn_id).say_back.items()}
    known = {
        text_id: len(places)
        for text_id, places in asked.items()
        if all(_is_known(scene, place, values) for place in places)
    }
    most = max(known.values(), default=0)
    return {text_id: scene.texts[text_id] for text_id, recalled in known.items() if recalled == most and recalled}


def remembered(scene: Scene, history: Sequence[str], said: Iterable[str]) -> tuple[str, ...]:
    """Add lines to those heard, each once, the latest last; only lines that could be said otherwise are kept."""
    fresh = tuple(dict.fromkeys(text_id for text_id in said if text_id in scene.varied))
    return (*(text_id for text_id in history if text_id not in fresh), *fresh)


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


def amount(scene: Scene, value: int, decimal: str = "") -> str:
    """Write a price as the pack does, or with another decimal mark: 410 becomes 4,10, and 400 is simply 4."""
    money = scene.pack.money
    if money is None:
        return str(value)
    whole, cents = divmod(abs(value), 100)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}{decimal or money.decimal}{cents:02d}" if cents else f"{sign}{whole}"


def _is_known(scene: Scene, place: str, values: Mapping[str, Value]) -> bool:
    """Tell whether a placeholder can be filled: of an entity, with the attribute it asks for."""
    name, wanted = _variable(place)
    value, variable = values.get(name), name.removeprefix(LAST)
    if value is None or variable not in scene.slot_of or not isinstance(value, str):
        return value is not None
    entry = scene.entry(variable, value)
    return entry is not None and attribute(entry, wanted or "say") is not None


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
    if isinstance(value, int):
        return amount(scene, value, decimal="." if scene.native in POINTED else ",")
    words = scene.gloss.entities.get(slot, {}) if scene.gloss else {}
    return (words.get(value) if value else "") or _shown(scene, place, values)


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
    # An opening mark belongs to the word behind it, so the cut is at the space.
    spaces = {whole.text.rfind(" ", 0, token.start) + 1 for token in whole.tokens[1:]}
    starts = sorted({0, *spaces, len(whole.text)})
    return SLOWLY.join(whole.text[start:end].strip() for start, end in pairwise(starts))
