"""A correction made fit to be read: the learner's own words stay, shouting and stray marks do not."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.scenarios.segments import Segment, merge

SHOUTED = 2  # Words in capitals from which a text counts as shouted.
RUNS = ((re.compile(r"([!?¡¿])\1+"), r"\1"), (re.compile(r"\.{2,}|…+"), "…"), (re.compile(r"([,;:])[,;:]+"), r"\1"))
SHOUT = re.compile(r"\b[^\W\d_a-z]{2,}(?: [^\W\d_a-z]{2,})+\b")  # Two words or more in capitals, amid others.
SPACES = ((re.compile(r"\s+"), " "), (re.compile(r" +([,.;:!?…])"), r"\1"), (re.compile(r"([,;:])(?=\w)"), r"\1 "))
PASSES = 6
WORD = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"([.!?…]\s+|^[\s¿¡]*)(\w)")


def tidied(pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return a marked sentence with plain punctuation, in sentence case where it was shouted."""
    found = tuple(pieces)
    for _ in range(PASSES):
        before, found = found, _tidied(found)
        if found == before:
            break
    return found


def _tidied(pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    """Tidy once; what was put right may have to be put right again where it now meets other marks."""
    whole = "".join(piece.text for piece in pieces)
    if not any(char.isalpha() for char in whole):
        return tuple(pieces)
    shouted = _is_shouted(WORD.findall(whole))
    calm = [Segment(text=_calm(piece.text, shouted=shouted), differs=piece.differs) for piece in pieces]
    joined = merge(_joined(calm))
    return _opened(joined) if shouted else joined


def _is_shouted(said: Sequence[str]) -> bool:
    """Tell whether a text was typed in capitals, even if its corrected words no longer are."""
    capitals = [word for word in said if word.isupper() and len(word) > 1]
    return len(said) >= SHOUTED and bool(capitals) and all(not char.islower() for word in said for char in word[:1])


def _calm(text: str, *, shouted: bool) -> str:
    """Leave pictures and repeated marks out of one piece."""
    kept = "".join(char for char in text if not _is_picture(char))
    for pattern, calm in (*RUNS, *SPACES):
        kept = pattern.sub(calm, kept)
    return kept.lower() if shouted else SHOUT.sub(lambda found: found[0].lower(), kept)


def _joined(pieces: Sequence[Segment]) -> list[Segment]:
    """Set right what only shows where two pieces meet: two spaces, or one before a comma."""
    found: list[Segment] = []
    for piece in pieces:
        before = found[-1].text if found else " "
        text = piece.text.lstrip() if before.endswith(" ") else piece.text
        if found and text[:1] in ",.;:!?…" and before.endswith(" "):
            found[-1] = Segment(text=before.rstrip(), differs=found[-1].differs)
        if text:
            found.append(Segment(text=text, differs=piece.differs))
    if found:
        found[-1] = Segment(text=found[-1].text.rstrip(" ,;:-"), differs=found[-1].differs)
    return [piece for piece in found if piece.text]


def _opened(pieces: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Begin the sentence with a capital again."""
    first, *rest = pieces
    return (replace(first, text=SENTENCE.sub(lambda found: found[1] + found[2].upper(), first.text)), *rest)


def _is_picture(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk", "Cs"} or char in "\ufe0f\u200d"
