"""Words that a language writes together at an apostrophe, found again where somebody left it out: «l addition»."""

from collections.abc import Collection

ELIDED = {
    "l": "l'", "la": "l'", "le": "l'", "d": "d'", "de": "d'", "j": "j'", "je": "j'", "m": "m'", "me": "m'",
    "s": "s'", "se": "s'", "n": "n'", "ne": "n'", "c": "c'", "ce": "c'", "qu": "qu'", "que": "qu'",
}  # fmt: skip


def elided(words: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    """Return the words with each pair joined that is known with an apostrophe between its parts."""
    found: list[str] = []
    at = 0
    while at < len(words):
        joined = ELIDED[words[at]] + words[at + 1] if words[at] in ELIDED and at + 1 < len(words) else ""
        found.append(joined if joined in known else words[at])
        at += 2 if joined in known else 1
    return tuple(found)
