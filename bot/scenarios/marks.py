"""Phrases of a language found in an answer, each with what it does there: frame, negator, aside and the like."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.scenarios.grammar import Grammar, comparable
from bot.scenarios.meaning import Meaning
from bot.scenarios.model import Pack
from bot.scenarios.templates import TemplateError
from bot.scenarios.text import fold

Words = tuple[str, ...]
Listed = tuple[tuple[str, tuple[Words, ...]], ...]

PHRASES = (
    "frames", "weak_frames", "little", "asides", "instead", "rather", "corrections", "not_this", "except_for", "joins",
    "conditions", "unreal", "narrow_negators", "denials", "refusals", "fresh", "doubts", "others", "possessives",
    "prepositions", "asking", "past",
    "statements", "verbs", "idioms", "definite", "belonging", "additions", "pointers", "carriers",
)  # fmt: skip
NAMED = ("places", "repair")
FRAGMENTS = ("yes", "no_more", "thanks")  # What these say is an answer of few words, and gives way to a fuller one.
OWN = frozenset({"polite", "openers", "negators", "entities", "strangers"})  # What a pack adds to, or has alone.
ENDS = ""  # No word is empty: under this key a branch of the tree lists what ends there.


@dataclass(frozen=True, kw_only=True, eq=False)
class Marks:
    """All marked phrases of a pack in trees of words: the language's own, which its packs share, and the pack's."""

    trees: tuple[Mapping[str, Any], ...]
    words: frozenset[str]
    generic: frozenset[str]
    negators: frozenset[str]
    droppable: frozenset[str]
    prepositions: frozenset[str]
    twins: Mapping[str, str]
    meaning: Meaning
    code: str

    def at(self, said: Words, start: int) -> dict[str, int]:
        """Return which marks begin at a word, and where the longest phrase of each ends."""
        found: dict[str, int] = {}
        for tree in self.trees:
            branch: Any = tree
            for at in range(start, len(said)):
                branch = branch.get(said[at])
                if branch is None:
                    break
                for label in branch.get(ENDS, ()):
                    found[label] = at + 1
        return found


def marks(pack: Pack, slots: frozenset[str]) -> Marks:
    """Collect what a pack and its language mark; a template that cannot be listed is the lint's to report."""
    grammar = Grammar(pack)
    listed = _listed(pack, grammar, slots)
    short = _written(grammar, [f"<{name}>" for name in FRAGMENTS if name in pack.fragments])
    generic = {word for phrase in (*listed["polite"], *listed["negators"], *short) for word in phrase}
    shared = tuple((label, phrases) for label, phrases in listed.items() if label not in OWN)
    trees = _shared_tree(shared), _tree((label, listed[label]) for label in listed if label in OWN)
    spoken = (phrases for label, phrases in listed.items() if label not in ("entities", "strangers"))
    words = frozenset(word for phrases in spoken for phrase in phrases for word in phrase)
    code = pack.lang.partition("-")[0]
    return Marks(
        trees=trees,
        words=words,
        generic=frozenset(generic),
        negators=frozenset(word for phrase in listed["negators"] for word in phrase),
        droppable=frozenset(word for phrase in map(comparable, pack.meaning.droppable) for word in phrase),
        prepositions=frozenset(phrase[0] for phrase in listed["prepositions"]),
        twins=dict(pack.meaning.twins),
        meaning=pack.meaning,
        code=code,
    )


def _listed(pack: Pack, grammar: Grammar, slots: frozenset[str]) -> dict[str, tuple[Words, ...]]:
    """List every marked phrase of a pack by its mark."""
    polite = (*pack.openers, *pack.closers, *pack.fillers)
    return {
        "polite": tuple(map(comparable, polite)),
        "openers": tuple(map(comparable, pack.openers)),
        "negators": tuple(map(comparable, pack.negators)),
        **{label: _written(grammar, getattr(pack.meaning, label)) for label in PHRASES},
        **{
            f"{kind}:{name}": _written(grammar, templates)
            for kind in NAMED
            for name, templates in getattr(pack.meaning, kind).items()
        },
        "greetings": _written(grammar, ["<hello>"] if "hello" in pack.fragments else []),
        "having": _written(grammar, ["<have_you>"] if "have_you" in pack.fragments else []),
        "entities": tuple(comparable(one) for entries in pack.lexicon.values() for one in _said(entries.values())),
        "strangers": tuple(
            comparable(one)
            for name, entries in pack.lexicon.items()
            if name in slots
            for one in _said(entries.values())
        ),
    }


def _written(grammar: Grammar, templates: Iterable[str]) -> tuple[Words, ...]:
    found: dict[Words, None] = {}
    for template in templates:
        try:
            for sentence in grammar.sentences(template):
                found[tuple(fold(word.casefold()) for word in sentence.words)] = None
        except TemplateError:
            continue
    return tuple(found)


def _said(entries: Iterable[Any]) -> Iterator[str]:
    for entry in entries:
        yield entry.say
        yield from (other if isinstance(other, str) else other.say for other in entry.also)


@lru_cache(maxsize=64)
def _shared_tree(listed: Listed) -> Mapping[str, Any]:
    """Grow the tree of a language's own phrases; packs that mark the same share one."""
    return _tree(listed)


def _tree(listed: Iterable[tuple[str, tuple[Words, ...]]]) -> Mapping[str, Any]:
    """Grow a tree of phrases."""
    tree: dict[str, Any] = {}
    for label, phrases in listed:
        for phrase in phrases:
            branch = tree
            for word in phrase:
                branch = branch.setdefault(word, {})
            if phrase and label not in branch.setdefault(ENDS, []):
                branch[ENDS].append(label)
    return _lean(tree, {})


def _lean(branch: Mapping[str, Any], known: dict[tuple[Any, ...], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return a branch in which what is alike is one object: thousands of phrases end in the same few ways."""
    lean = {word: tuple(below) if word == ENDS else _lean(below, known) for word, below in branch.items()}
    # What is below is one object already, so that its identity says what it is like.
    alike = tuple((word, below if word == ENDS else id(below)) for word, below in lean.items())
    return known.setdefault(alike, lean)
