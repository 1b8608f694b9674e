"""The frequent words of several languages: whether a word is known, how frequent it is, and what it is a form of.

The table lies sorted in one file, of which a look-up reads one block: nothing else of it is held in memory.
`tools/build_words.py` says how the file is made.
"""

import os
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from sys import intern

from bot.scenarios.text import fold

TABLE = Path(__file__).parent.parent / "languages" / "words.tsv"
REMEMBERED = 8_000
BLOCK = 4096
LAST_LATIN = 0x02FF
LANGUAGES = ("es", "fr", "en", "de", "it", "pt")
SCRIPTS = {
    "CYRILLIC": "ru", "GREEK": "el", "ARABIC": "ar", "HEBREW": "he", "DEVANAGARI": "hi", "THAI": "th",
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "ARMENIAN": "hy", "GEORGIAN": "ka",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class WordForm:
    """A spelling as one language has it: its frequency on the Zipf scale and the folded lemmas it may belong to."""

    language: str
    spelling: str
    zipf: float
    lemmas: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def forms(folded: str) -> tuple[WordForm, ...]:
    """Return every known word that is written like this but for its accents, in whatever language."""
    row = _row(folded.encode())
    return tuple(map(_form, row.split("\t")[1:])) if row else ()


def known(word: str, language: str) -> bool:
    """Tell whether a word belongs to a language, accents left out or not."""
    return any(form.language == language for form in forms(fold(word)))


def zipf(word: str, language: str) -> float:
    """Return how frequent a word is in a language, 0 for one that is not known."""
    return max((form.zipf for form in forms(fold(word)) if form.language == language), default=0.0)


def lemmas(word: str, language: str) -> frozenset[str]:
    """Return all folded lemmas a word may be a form of; an unknown word is its own."""
    folded = fold(word)
    found = [form.lemmas for form in forms(folded) if form.language == language]
    return frozenset({folded}.union(*found))


def vote(words: Iterable[str]) -> dict[str, float]:
    """Return the weight of each language for a text: the sum of how frequent its words are there."""
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for word in words:
        best: dict[str, float] = {}
        for form in forms(fold(word)):
            best[form.language] = max(best.get(form.language, 0.0), form.zipf)
        for language, weight in best.items():
            weights[language] += weight
    return weights


def script_language(text: str) -> str | None:
    """Return the language that a script other than the Latin one speaks for."""
    for char in text:
        if char.isalpha() and ord(char) > LAST_LATIN:
            name = unicodedata.name(char, "").partition(" ")[0].partition("-")[0]
            return SCRIPTS.get(name)
    return None


def speaks(words: Sequence[str], target: str, *, margin: float = 0.0) -> str:
    """Return the language of a short text, the target language unless another one outweighs it by the margin."""
    if words and (script := script_language(words[0])):
        return script
    weights = vote(words)
    best = max(weights, key=lambda language: weights[language])
    return best if weights[best] > weights.get(target, 0.0) + margin else target


def _form(field: str) -> WordForm:
    language, spelling, frequency, *listed = field.split(" ")
    own = dict.fromkeys(intern(fold(word)) for word in (spelling, *listed))
    return WordForm(language=intern(language), spelling=spelling, zipf=int(frequency) / 10, lemmas=tuple(own))


@cache
def _table() -> tuple[int, tuple[bytes, ...], tuple[int, ...]]:
    """Open the file and note where each of its blocks begins, and with which spelling."""
    words: list[bytes] = []
    starts: list[int] = []
    at = 0
    with TABLE.open("rb") as file:
        for line in file:
            if not starts or at - starts[-1] >= BLOCK:
                words.append(line.partition(b"\t")[0])
                starts.append(at)
            at += len(line)
    return os.open(TABLE, os.O_RDONLY), tuple(words), (*starts, at)


def _row(wanted: bytes) -> str:
    """Find the line that begins with a spelling in the one block where it can stand."""
    file, words, starts = _table()
    block = bisect_right(words, wanted) - 1
    if block < 0:
        return ""
    lines = b"\n" + os.pread(file, starts[block + 1] - starts[block], starts[block])
    found = lines.find(b"\n" + wanted + b"\t")
    return lines[found + 1 : lines.find(b"\n", found + 1)].decode() if found >= 0 else ""
