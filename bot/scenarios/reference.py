"""Answers by reference: what "the second" and "that one" mean after what the partner has just offered."""

from collections.abc import Sequence

from bot.scenarios.clauses import Marked
from bot.scenarios.gist import finds
from bot.scenarios.grammar import comparable
from bot.scenarios.phrasebook import GistKey, TurnBook
from bot.scenarios.scene import Scene

EXPLAINED = ("frames", "polite", "carriers", "corrections", "instead", "rather", "asides")


def referred(scene: Scene, turn_id: str, said: Marked, span: tuple[int, int], spoken: Sequence[str]) -> GistKey | None:
    """Return the option that a clause points at, when it does nothing but point."""
    label = _label(said, span)
    return _chosen(label, options(scene, turn_id, spoken)) if label else None


def pointer(said: Marked, span: tuple[int, int]) -> bool:
    """Tell whether a clause does nothing but point at what was just spoken of."""
    return _label(said, span) == "pointers"


def _label(said: Marked, span: tuple[int, int]) -> str:
    """Return how a clause points, or nothing when it also does something else."""
    places = range(*span)
    ordinals = {label for at in places for label in said.marks[at] if label.startswith("places:")}
    pointing = ordinals or ({"pointers"} if any(said.has("pointers", at) for at in places) else set())
    if len(pointing) != 1:
        return ""
    label = next(iter(pointing))
    explained = (said.places(label) | said.places("pointers")).union(*(said.places(name) for name in EXPLAINED))
    return label if all(at in explained for at in places) else ""


def options(scene: Scene, turn_id: str, spoken: Sequence[str]) -> tuple[GistKey, ...]:
    """Return what the partner's last words offered, in the order in which they said it."""
    known = scene.texts
    texts = [known[text_id] for text_id in reversed(spoken) if text_id in known]
    texts = texts or list((scene.words_of(turn_id).say or {}).values())
    for text in texts:
        offered = _offered(comparable(text), scene.turn_book(turn_id), scene)
        if len(offered) > 1:
            return offered
    return _offered(comparable(texts[0]), scene.turn_book(turn_id), scene) if texts else ()


def _offered(said: tuple[str, ...], book: TurnBook, scene: Scene) -> tuple[GistKey, ...]:
    """List the different meanings whose key words stand in a line."""
    found: dict[object, GistKey] = {}
    for one in sorted(finds(said, book, scene.pack.meaning), key=lambda find: find.start):
        found.setdefault((one.key.intent, one.key.slots), one.key)
    return tuple(found.values())


def _chosen(label: str, offered: tuple[GistKey, ...]) -> GistKey | None:
    """Pick by place from the front, from the back, or the middle; a pointer only where there is no choice."""
    if label == "pointers":
        return offered[0] if len(offered) == 1 else None
    place = int(label.removeprefix("places:"))
    if place == 0:
        return offered[len(offered) // 2] if len(offered) > 1 and len(offered) % 2 else None
    at = place - 1 if place > 0 else len(offered) + place
    return offered[at] if len(offered) > 1 and 0 <= at < len(offered) else None
