"""Words that are due, woven into a scene: at which turn each can be used."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.scenarios.grading import Form, Verdict
from bot.scenarios.grammar import comparable
from bot.scenarios.scene import Scene
from bot.scenarios.text import fold, key

MOST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class DueWord:
    """A word to be said: its card, the words as they stand in a sentence, what it means."""

    card: int
    gap: str
    meaning: str


def woven(scene: Scene, words: Iterable[DueWord], most: int = MOST) -> dict[str, DueWord]:
    """Give words to the turns at which they can be said, at most one a turn, in the order given."""
    found: dict[str, DueWord] = {}
    for word in words:
        if len(found) == most:
            break
        turn = _turn_for(scene, word, found)
        if turn is not None:
            found[turn] = word
    return found


def fitting(scene: Scene, words: Iterable[DueWord]) -> int:
    """Count the words that can be used in a scene."""
    return sum(any(_can_be_said(scene, turn, word) for turn in scene.turns) for word in words)


def is_used(verdict: Verdict, gap: str) -> bool:
    """Tell whether an answer that was right says a word."""
    said = " ".join(fold(word.casefold()) for word in verdict.words)
    return verdict.form in (Form.OK, Form.SLIP) and _inner(gap) in f" {said} "


def _turn_for(scene: Scene, word: DueWord, taken: Mapping[str, object]) -> str | None:
    """Return the turn whose model answer says a word, else the first at which it may be said."""
    inner = _inner(word.gap)
    free = [turn for turn in scene.turns if turn not in taken and _can_be_said(scene, turn, word)]
    modelled = (turn for turn in free if inner in f" {key(comparable(scene.model(turn).text))} ")
    return next(modelled, free[0] if free else None)


def _can_be_said(scene: Scene, turn: str, word: DueWord) -> bool:
    """Tell whether some model or accepted sentence of a turn holds a word."""
    inner, words = _inner(word.gap), comparable(word.gap)
    return any(inner in f" {model} " for model in _models(scene, turn)) or scene.book.says(turn, words)


def _models(scene: Scene, turn: str) -> Iterator[str]:
    """Yield the folded models of a turn."""
    for lines in scene.words_of(turn).model.values():
        yield from (key(comparable(text)) for text in lines.values())


def _inner(gap: str) -> str:
    """Return words as they stand in a folded text, none of them cut."""
    return f" {key(comparable(gap))} "
