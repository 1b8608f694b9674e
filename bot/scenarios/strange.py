"""Words of an answer that its sentence does not explain: misspelt ones, and ones of another language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.scenarios import spelling, wordlists
from bot.scenarios.formbook import FormBook
from bot.scenarios.verdict import DifferenceKind, Heard

Judged = tuple[DifferenceKind, str] | None

SHORTEST = 3  # A shorter unknown word is a letter, an initial or a sound.
FOREIGN_FROM = 4.0  # A word this frequent in another language is recognised as one of it,
NATIVE_FROM = 3.6  # a little less will do in the learner's own,
FOREIGN_BY = 1.0  # if it is so much rarer in the target language, where lists hold loans and titles too,
OWN_FROM = 4.3  # and never if it is frequent there.
COMMON = 3.5  # A word that nobody knows was meant to be one this frequent that is written almost so.
RARE, COMMONER = 3.3, 1.5  # A rare word one edit from a much commoner one that is expected was meant to be that.
REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Strange:
    """A word that is none of its language, and what it was meant to be where that is known."""

    at: int
    kind: DifferenceKind
    right: str = ""


def strange(
    book: FormBook, heard: Heard, names: frozenset[int], native: str, expected: Mapping[str, str]
) -> Iterator[Strange]:
    """Yield the strange words of an answer; what may be a name is left in peace."""
    for at, word in enumerate(heard.folded):
        plain = word in book.words or word in book.closed or word in book.loans or not word.isalpha()
        if plain or at in names:
            continue
        judge = _known if wordlists.known(word, book.language) else _unknown
        found = judge(book, word, native if heard.spelt[at] == word else "", expected)
        if found is not None:
            yield Strange(at=at, kind=found[0], right=found[1])


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


def _known(book: FormBook, word: str, native: str, expected: Mapping[str, str]) -> Judged:
    """Judge a word that the target language has, if only as a loan or a rarity."""
    own = wordlists.zipf(word, book.language)
    if len(wordlists.lemmas(word, book.language)) > 1:
        return None
    if own < OWN_FROM and wordlists.zipf(word, native) >= max(FOREIGN_FROM, own + FOREIGN_BY):
        return DifferenceKind.FOREIGN, ""
    near = _near(book, word, expected) if own < RARE else ""
    if near and wordlists.zipf(near, book.language) >= own + COMMONER:
        return DifferenceKind.TYPO, near
    return None


def _unknown(book: FormBook, word: str, native: str, expected: Mapping[str, str]) -> Judged:
    """Judge a word that the target language does not have; one that merely stands in no list is let be."""
    if len(word) < SHORTEST or derived(book, word):
        return None
    if wordlists.zipf(word, native) >= FOREIGN_FROM:
        return DifferenceKind.FOREIGN, ""
    near = _near(book, word, expected)
    if near:
        return DifferenceKind.TYPO, near
    if wordlists.zipf(word, native) >= NATIVE_FROM:
        return DifferenceKind.FOREIGN, ""
    if native and any(form.zipf >= FOREIGN_FROM for form in wordlists.forms(word)):
        return DifferenceKind.FOREIGN, ""
    known = next((one for one in _misspelt(book, word) if wordlists.zipf(one, book.language) >= COMMON), "")
    return (DifferenceKind.TYPO, known) if known else None


def _misspelt(book: FormBook, word: str) -> Iterator[str]:
    """Yield what a misspelt word may have been: two letters changed about, one doubled, or one that sounds alike."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    yield REPEATED.sub(r"\1", word)
    for one, other in book.rules.sounds:
        for wrong, right in ((one, other), (other, one)):
            if wrong and wrong in word:
                yield word.replace(wrong, right)
    yield "h" + word


def _near(book: FormBook, word: str, expected: Mapping[str, str]) -> str:
    """Return the word within a slip's reach: one of the turn, or else one of the pack."""
    here = spelling.near(word, expected)
    if here:
        return expected[here[0][1]]
    elsewhere = spelling.near(word, book.words)
    return elsewhere[0][1] if elsewhere else ""
