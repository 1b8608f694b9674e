"""An answer beside the right sentence: where they part, and what kind of difference each is."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.scenarios import spelling, wordlists
from bot.scenarios.text import fold
from bot.scenarios.verdict import Difference, DifferenceKind

Words = Sequence[str]


def differences(given: Words, right: Words, language: str) -> tuple[Difference, ...]:
    """List where an answer and the right sentence part."""
    plain = [word.casefold() for word in right]
    if list(given) == plain:
        return ()
    return tuple(_differences(given, right, plain, language))


def _differences(given: Words, right: Words, plain: Words, language: str) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, given, plain, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = min(last - first, end - start)
        for step in range(pairs):
            mine, theirs = given[first + step], right[start + step]
            yield Difference(given=mine, expected=theirs, kind=kind_of(mine, theirs, language))
        for word in given[first + pairs : last]:
            yield Difference(given=word, expected="", kind=DifferenceKind.EXTRA)
        for word in right[start + pairs : end]:
            yield Difference(given="", expected=word, kind=DifferenceKind.MISSING)


def kind_of(given: str, right: str, language: str) -> DifferenceKind:
    """Name the difference between two words that stand for each other."""
    mine, theirs = fold(given), fold(right.casefold())
    if mine == theirs:
        return DifferenceKind.ACCENT
    if not wordlists.known(mine, language) and spelling.distance(mine, theirs) is not None:
        return DifferenceKind.TYPO
    if wordlists.lemmas(mine, language) & wordlists.lemmas(theirs, language):
        return DifferenceKind.FORM
    return DifferenceKind.LITTLE_WORD
