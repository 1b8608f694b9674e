"""A one-minute drill: predicted wrong sentences of a rule, each beside the right one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from bot.scenarios.grading import grade
from bot.scenarios.grammar import comparable
from bot.scenarios.phrasebook import Mistake
from bot.scenarios.scene import Scene

ITEMS = 6
LONGEST = 7  # Words of a sentence: it stands on a button.
FEWEST = 2  # Fewer words leave nothing to compare.


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A wrong sentence and the right one."""

    wrong: str
    right: str


def pairs(scenes: Iterable[Scene], rule: str, seed: str, count: int = ITEMS) -> tuple[Pair, ...]:
    """Draw pairs of a rule from the scenes, short ones and each about other words; a seed draws the same ones again."""
    found = [one for scene in scenes for one in _predicted(scene, rule)]
    drawn = sorted(found, key=lambda one: (one.size, _draw(seed, one.wrong)))
    topics: dict[str, int] = {}
    ranked: list[tuple[int, int, _Predicted]] = []
    for at, one in enumerate(drawn):
        topics[one.topic] = topics.get(one.topic, 0) + 1
        ranked.append((topics[one.topic], at, one))
    chosen = (_pair(one) for _, _, one in sorted(ranked, key=lambda one: one[:2]))
    return tuple(islice(dict.fromkeys(pair for pair in chosen if pair is not None), count))


def is_right(text: str, pair: Pair) -> bool:
    """Tell whether a typed text is the right sentence; accents and capitals do not count."""
    return comparable(text) == comparable(pair.right)


def right_first(pair: Pair, seed: str) -> bool:
    """Tell whether the right sentence is the upper one of a choice; nothing else gives it away."""
    return bool(_draw(seed, pair.right)[0] % 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Predicted:
    """A predicted error with its place: the scene, the turn, and what it is about."""

    scene: Scene
    turn: str
    wrong: str
    mistake: Mistake
    size: int
    topic: str


def _predicted(scene: Scene, rule: str) -> Iterator[_Predicted]:
    """Yield the errors of a rule that a scene predicts, about its main words."""
    main = {entry.say for entries in scene.pack.lexicon.values() for entry in entries.values()}
    known = scene.pack.malrules.get(rule)
    if known is None:
        return
    for turn_id in filter({*known.at, *known.match}.__contains__, scene.book.turns):
        for wrong, mistake in scene.turn_book(turn_id).mistakes.of(rule, LONGEST):
            if mistake.note or (mistake.noun is not None and mistake.noun.say not in main):
                continue
            size, topic = wrong.count(" ") + 1, mistake.noun.say if mistake.noun else str(mistake.slots or mistake.swap)
            if size >= FEWEST:
                yield _Predicted(scene=scene, turn=turn_id, wrong=wrong, mistake=mistake, size=size, topic=topic)


def _pair(one: _Predicted) -> Pair | None:
    """Write a predicted error beside its right sentence, as they are spelt; nothing where none is known."""
    mistake, scene = one.mistake, one.scene
    said = " ".join(mistake.right) or _model(scene, one)
    if not said:
        return None
    known = {**scene.turn_book(one.turn).vocabulary, **{_fold(word): word for word in mistake.right}}
    bad = {_fold(word): word for word in mistake.swap[1].split(" ")}
    shown = " ".join(bad.get(word) or known.get(word, word) for word in one.wrong.split(" "))
    return None if shown == said else Pair(wrong=_capital(shown), right=_capital(said))


def _model(scene: Scene, one: _Predicted) -> str:
    """Return the model answer that means the same as an error which the pack spells out."""
    models = scene.words_of(one.turn).model.get(one.mistake.intent, {}).values()
    slots = dict(one.mistake.slots)
    return next((text for text in models if dict(grade(scene, one.turn, text).slots) == slots), "")


def _fold(word: str) -> str:
    return " ".join(comparable(word))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _draw(seed: str, text: str) -> bytes:
    return blake2b(f"{seed}/{text}".encode(), digest_size=8).digest()
