"""The gist of an answer that is not among the right ones: its key words, unless they are negated or disagree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.scenarios.phrasebook import GistKey, Slots
from bot.scenarios.text import fold

STEM = 4  # A key word of this length may carry an ending: café, cafés; pagar, pagarla.
ENDING = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class _Find:
    """A key where it was found."""

    start: int
    end: int
    key: GistKey


def find(
    said: tuple[str, ...], keys: Mapping[str, tuple[GistKey, ...]], negators: frozenset[str]
) -> tuple[str, Slots] | None:
    """Return the one meaning all key words of an answer agree on."""
    finds = _longest(list(_finds(said, keys)))
    meant = [found for found in finds if found.key.negative or negators.isdisjoint(said[: found.start])]
    if len({found.key.intent for found in meant}) != 1:
        return None
    slots: dict[str, str] = {}
    for found in meant:
        for name, value in found.key.slots:
            if slots.setdefault(name, value) != value:
                return None
    return meant[0].key.intent, tuple(sorted(slots.items()))


def nearest(recasts: Sequence[tuple[str, ...]], said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the well-formed sentence that shares most with what was said; the author's first where none shares any."""
    heard = frozenset(said)

    def shared(words: tuple[str, ...]) -> tuple[int, int]:
        both = len({fold(word.casefold()) for word in words} & heard)
        return both, both - len(words) if both else 0

    return max(recasts, key=shared, default=())


def _finds(said: tuple[str, ...], keys: Mapping[str, tuple[GistKey, ...]]) -> Iterator[_Find]:
    """Yield every key that occurs, wherever it begins."""
    for start, word in enumerate(said):
        for stem in {word[: len(word) - cut] for cut in range(min(ENDING, len(word)) + 1)}:
            for key in keys.get(stem, ()):
                end = start + len(key.words)
                if end <= len(said) and all(map(_is_form, said[start:end], key.words)):
                    yield _Find(start=start, end=end, key=key)


def _is_form(word: str, stem: str) -> bool:
    """Tell whether a word is the key word, perhaps with an ending."""
    if word == stem:
        return True
    return len(stem) >= STEM and word.startswith(stem) and len(word) - len(stem) <= ENDING


def _longest(finds: list[_Find]) -> list[_Find]:
    """Drop every find that a longer one overlaps."""
    return [
        one
        for one in finds
        if not any(
            other.end - other.start > one.end - one.start and other.start < one.end and one.start < other.end
            for other in finds
        )
    ]
