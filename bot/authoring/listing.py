"""Accepted sentences for a second reader: a few of each turn, always the same ones."""

from collections.abc import Iterator
from random import Random

from bot.scenarios.scene import Scene

SHOWN = 30
SEED = 7


def listed(scene: Scene) -> Iterator[str]:
    """Yield some sentences that each turn accepts, with the intent they are accepted as."""
    chance = Random(SEED)  # noqa: S311 - it chooses what is read, and guards nothing
    for turn_id in scene.turns:
        accepted = scene.turn_book(turn_id).accepted
        phrases = [found[0] for _, found in sorted(accepted.items())]
        yield f"## {scene.id}/{scene.language} {turn_id}: {min(SHOWN, len(phrases))} of {len(phrases)}"
        for phrase in chance.sample(phrases, min(SHOWN, len(phrases))):
            yield f"  {phrase.intent}: {' '.join(phrase.words)}"
