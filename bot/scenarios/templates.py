"""The finite grammar in which authors write what is accepted, and its reader.

`[x]` optional, `(a|b)` choice, `<name>` fragment, `{slot}`, `{slot=entry}`, `{slot.form}`, `{slot=entry.form}` and
`{!slot=entry}`, which fills a slot without a word. No repetition and no wildcard: every sentence can be listed, so that
a check can prove what a pack understands, and hints and corrections come out of the same data.
"""

import re
from dataclasses import dataclass

PIECE = re.compile(r"\s+|[\[\]()|]|<[^<>]*>|\{[^{}]*\}|[^\s\[\]()|<>{}]+|.", re.DOTALL)
SLOT = re.compile(r"(!?)([a-z]\w*)(?:=(\w+))?(?:\.(\w+))?")
FRAGMENT = re.compile(r"[a-z]\w*")


MOST_BRACKETS = 60


class TemplateError(ValueError):
    """A template cannot be read or listed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A literal piece of text."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A place for a word of the lexicon; a silent one fills the slot and says nothing."""

    name: str
    entry: str | None
    form: str | None
    silent: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Fragment:
    """A named piece of grammar."""

    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequence:
    """Pieces one after the other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of several pieces."""

    options: "tuple[Node, ...]"


Node = Word | Slot | Fragment | Sequence | Choice
NOTHING = Sequence(parts=())


def parse(template: str) -> Node:
    """Read a template, strictly: what does not balance is refused."""
    if sum(map(template.count, "([")) > MOST_BRACKETS:
        raise TemplateError(f"it has more than {MOST_BRACKETS} brackets")
    pieces = [piece for piece in PIECE.findall(template) if not piece.isspace()]
    pieces.reverse()
    node = _choice(pieces, "")
    if pieces:
        raise TemplateError(f"{pieces[-1]!r} closes nothing in {template!r}")
    return node


def _choice(pieces: list[str], closing: str) -> Node:
    """Read alternatives up to the closing bracket, which is left standing."""
    options = [_sequence(pieces)]
    while pieces and pieces[-1] == "|":
        if not closing:
            raise TemplateError("'|' stands outside of brackets")
        pieces.pop()
        options.append(_sequence(pieces))
    if closing and NOTHING in options:
        raise TemplateError("an alternative is empty: write [x] for something optional")
    return options[0] if len(options) == 1 else Choice(options=tuple(options))


def _sequence(pieces: list[str]) -> Node:
    """Read pieces up to a bar or a closing bracket."""
    parts: list[Node] = []
    while pieces and pieces[-1] not in ("|", ")", "]"):
        parts.append(_piece(pieces.pop(), pieces))
    return parts[0] if len(parts) == 1 else Sequence(parts=tuple(parts))


def _piece(piece: str, rest: list[str]) -> Node:
    """Read one piece, and what its bracket encloses."""
    if piece in ("(", "["):
        inner = _choice(rest, ")" if piece == "(" else "]")
        if not rest or rest.pop() != (")" if piece == "(" else "]"):
            raise TemplateError(f"{piece!r} is not closed")
        return inner if piece == "(" else Choice(options=(NOTHING, inner))
    if piece[0] in "{<" and len(piece) > 1:
        return _named(piece)
    if piece in ("{", "}", "<", ">"):
        raise TemplateError(f"{piece!r} does not balance")
    return Word(text=piece)


def _named(piece: str) -> Node:
    """Read a slot or a fragment."""
    inner = piece[1:-1].strip()
    if piece[0] == "<" and FRAGMENT.fullmatch(inner):
        return Fragment(name=inner)
    found = SLOT.fullmatch(inner) if piece[0] == "{" else None
    if found is None or (found[1] and not found[3]):
        raise TemplateError(f"{piece} is neither a slot nor a fragment")
    return Slot(name=found[2], entry=found[3], form=found[4], silent=bool(found[1]))
