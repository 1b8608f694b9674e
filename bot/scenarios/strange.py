"""Words of an answer that its sentence does not explain: misspelt ones, and ones of another language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.scenarios import spelling, wordlists
from bot.scenarios.formbook import FormBook
from bot.scenarios.verdict import DifferenceKind

SHORTEST = 3  # A shorter unknown word is a letter, an initial or a sound.
FOREIGN_FROM = 4.0  # A word this frequent in another language is recognised as one of it,
FOREIGN_BY = 1.0  # if it is so much rarer in the target language, where lists hold loans and titles too,
OWN_FROM = 4.3  # and never if it is frequent there.
RARE, COMMONER = 3.3, 1.5  # A rare word one edit from a much commoner one that is expected was meant to be that.
REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Strange:
    """A word that is none of its language, and what it was meant to be where that is known."""

    at: int
    kind: DifferenceKind
    right: str = ""


def strange(
    book: FormBook, said: tuple[str, ...], names: frozenset[int], native: str, expected: Mapping[str, str]
) -> Iterator[Strange]:
    """Yield the strange words of an answer; what may be a name is left in peace."""
    for at, word in enumerate(said):
        if word in book.words or word in book.closed or word in book.loans or not word.isalpha():
            continue
        found = _known(book, at, word, native, expected) if wordlists.known(word, book.language) else None
        if found is None and not wordlists.known(word, book.language) and at not in names:
            found = _unknown(book, at, word, native, expected)
        if found is not None:
            yield found


def derived(book: FormBook, word: str) -> bool:
    """Tell whether a rule makes a word from a known one: a diminutive, a verb with pronouns, drawn-out letters."""
    for ending, instead in book.rules.small:
        if word.endswith(ending) and wordlists.known(word.removesuffix(ending) + instead, book.language):
            return True
    for clitic in book.rules.clitics.split():
        if word.endswith(clitic) and wordlists.known(word.removesuffix(clitic), book.language):
            return True
    short = REPEATED.sub(r"\1", word)
    return short != word and (wordlists.known(short, book.language) or len(short) < SHORTEST)


def _known(book: FormBook, at: int, word: str, native: str, expected: Mapping[str, str]) -> Strange | None:
    """Judge a word that the target language has, if only as a loan or a rarity."""
    own = wordlists.zipf(word, book.language)
    if len(wordlists.lemmas(word, book.language)) > 1:
        return None
    if own < OWN_FROM and wordlists.zipf(word, native) >= max(FOREIGN_FROM, own + FOREIGN_BY):
        return Strange(at=at, kind=DifferenceKind.FOREIGN)
    near = _near(word, expected) if own < RARE else ""
    if near and wordlists.zipf(near, book.language) >= own + COMMONER:
        return Strange(at=at, kind=DifferenceKind.TYPO, right=near)
    return None


def _unknown(book: FormBook, at: int, word: str, native: str, expected: Mapping[str, str]) -> Strange | None:
    """Judge a word that the target language does not have."""
    if len(word) < SHORTEST or derived(book, word):
        return None
    if wordlists.zipf(word, native) >= FOREIGN_FROM:
        return Strange(at=at, kind=DifferenceKind.FOREIGN)
    near = _near(word, expected)
    if not near and any(form.zipf >= FOREIGN_FROM or form.language == native for form in wordlists.forms(word)):
        return Strange(at=at, kind=DifferenceKind.FOREIGN)
    return Strange(at=at, kind=DifferenceKind.TYPO, right=near)


def _near(word: str, expected: Mapping[str, str]) -> str:
    """Return the expected word within a slip's reach."""
    near = ((edits, known) for known in expected if (edits := spelling.distance(word, known)) is not None)
    nearest = min(near, default=None)
    return expected[nearest[1]] if nearest else ""
