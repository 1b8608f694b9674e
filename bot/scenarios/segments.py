"""The right sentence with what differs marked: what a learner is shown after a slip."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.scenarios.text import Utterance, fold

SHORT = 3  # Of «en» for «con» no letter is right, though they share one.


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A piece of the right sentence, and whether the learner wrote it differently."""

    text: str
    differs: bool


def plain(text: str) -> tuple[Segment, ...]:
    """Return a text in which nothing is marked."""
    return (Segment(text=text, differs=False),) if text else ()


def mark(given: str, right: str) -> tuple[Segment, ...]:
    """Mark the letters of the right word that are not in the given one; a short or too long word is marked whole."""
    if len(right) <= SHORT and fold(given) != fold(right.casefold()):
        return (Segment(text=right, differs=True),)
    pieces = [
        Segment(text=right[start:end], differs=kind != "equal")
        for kind, _, _, start, end in SequenceMatcher(None, given, right.casefold(), autojunk=False).get_opcodes()
        if end > start
    ]
    if len(right) == len(right.casefold()) and any(piece.differs for piece in pieces):
        return tuple(pieces)
    return (Segment(text=right, differs=True),)


def correct(said: Utterance, right: Sequence[str]) -> tuple[Segment, ...]:
    """Rewrite what was said with the right words, keeping the learner's own punctuation and capitals."""
    matcher = SequenceMatcher(None, said.words, [word.casefold() for word in right], autojunk=False)
    pieces: list[Segment] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            pieces.extend(Segment(text=_gap(said, at) + _raw(said, at), differs=False) for at in range(first, last))
        else:
            pieces.extend(_replaced(said, range(first, last), right[start:end]))
    tail = said.text[said.tokens[-1].end :].rstrip() if said.tokens else ""
    return merge([*pieces, Segment(text=tail, differs=False)])


def merge(pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join neighbours of one kind and trim the ends."""
    joined: list[Segment] = []
    for piece in pieces:
        if joined and joined[-1].differs == piece.differs:
            joined[-1] = Segment(text=joined[-1].text + piece.text, differs=piece.differs)
        elif piece.text:
            joined.append(piece)
    if joined:
        joined[0] = Segment(text=joined[0].text.lstrip(), differs=joined[0].differs)
    return tuple(piece for piece in joined if piece.text)


def _replaced(said: Utterance, places: range, right: Sequence[str]) -> Iterator[Segment]:
    """Yield the right words for the places where others stood; a place too many vanishes."""
    for offset, word in enumerate(right):
        if offset < len(places):
            at = places[offset]
            yield Segment(text=_gap(said, at), differs=False)
            yield from mark(said.tokens[at].word, _like(_raw(said, at), word))
        elif places.stop == 0:  # A word missing at the very start stands before its space.
            yield Segment(text=word, differs=True)
            yield Segment(text=" ", differs=False)
        else:
            yield Segment(text=" ", differs=False)
            yield Segment(text=word, differs=True)


def _gap(said: Utterance, at: int) -> str:
    """Return what stands before a token: spaces and punctuation."""
    return said.text[said.tokens[at - 1].end if at else 0 : said.tokens[at].start]


def _raw(said: Utterance, at: int) -> str:
    """Return a token as the learner typed it."""
    return said.text[said.tokens[at].start : said.tokens[at].end]


def _like(model: str, word: str) -> str:
    """Give the word a capital when the one it replaces had one."""
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
