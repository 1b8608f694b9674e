"""Templates written out: every sentence a template stands for, with the slots it fills and the nouns in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from bot.scenarios import templates
from bot.scenarios.model import Entry, Pack, Variant
from bot.scenarios.templates import Choice, Fragment, Node, Slot, TemplateError, Word
from bot.scenarios.text import fold, utterance, words

REMEMBERED = 4_000  # Phrases whose words are kept at hand; a turn compares the same few over and over.
MOST = 20_000  # More sentences than this from one turn mean a template that nobody has thought through.


@dataclass(frozen=True, kw_only=True, slots=True)
class Noun:
    """A lexicon word inside a sentence: where it stands and what feedback says about it."""

    at: int
    size: int
    say: str
    art: str
    gender: str


class Sentence(NamedTuple):
    """One way of saying something."""

    words: tuple[str, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    nouns: tuple[Noun, ...] = ()


SILENCE = Sentence()


class Grammar:
    """The lexicon, forms and fragments of one pack, ready to write templates out."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._fragments: dict[str, tuple[Sentence, ...]] = {}
        self._slots: dict[tuple[str, str | None, str | None], tuple[Sentence, ...]] = {}
        self._open: list[str] = []

    def sentences(self, template: str) -> tuple[Sentence, ...]:
        """Write out one template, or raise TemplateError saying what is wrong with it."""
        return self._expand(templates.parse(template))

    def _expand(self, node: Node) -> tuple[Sentence, ...]:
        """Write out one piece of grammar."""
        match node:
            case Word(text=text):
                return (Sentence(words=display_words(text)),)
            case Slot():
                return self._slot(node)
            case Fragment(name=name):
                return self._fragment(name)
            case Choice(options=options):
                return _capped(dict.fromkeys(found for option in options for found in self._expand(option)))
        found: tuple[Sentence, ...] = (SILENCE,)
        for part in node.parts:
            found = _capped(_joined(found, self._expand(part)))
        return found

    def _fragment(self, name: str) -> tuple[Sentence, ...]:
        """Write out a fragment once."""
        if name not in self._fragments:
            if name not in self._pack.fragments:
                raise TemplateError(f"there is no fragment <{name}>")
            if name in self._open:
                raise TemplateError(f"the fragment <{name}> contains itself")
            self._open.append(name)
            try:
                self._fragments[name] = self.sentences(self._pack.fragments[name])
            finally:
                self._open.pop()
        return self._fragments[name]

    def _slot(self, slot: Slot) -> tuple[Sentence, ...]:
        """Write out a slot: each entry it can hold, in the form asked for."""
        entries = self._entries(slot)
        if slot.silent:
            return tuple(Sentence(slots=((slot.name, entry),)) for entry in entries)
        asked = (slot.name, slot.entry, slot.form)
        if asked not in self._slots:
            form = self._form(slot)
            self._slots[asked] = tuple(
                found._replace(slots=((slot.name, name),))
                for name, entry in entries.items()
                for variant in variants(entry)
                for found in _in_form(form, variant)
            )
        return self._slots[asked]

    def _entries(self, slot: Slot) -> Mapping[str, Entry]:
        """Return the entries a slot can hold."""
        entries = self._pack.lexicon.get(slot.name)
        if entries is None:
            raise TemplateError(f"there is no slot {{{slot.name}}} in the lexicon")
        if slot.entry is None:
            return entries
        if slot.entry not in entries:
            raise TemplateError(f"lexicon.{slot.name} has no entry {slot.entry}")
        return {slot.entry: entries[slot.entry]}

    def _form(self, slot: Slot) -> Node:
        """Return how the slot is written."""
        name = slot.name if slot.form is None else f"{slot.name}.{slot.form}"
        if name not in self._pack.forms:
            raise TemplateError(f"there is no form {name!r}")
        return templates.parse(self._pack.forms[name])


def display_words(text: str) -> tuple[str, ...]:
    """Return the words of an author's text as they are to be shown."""
    whole = utterance(text)
    return tuple(whole.text[token.start : token.end] for token in whole.tokens)


def variants(entry: Entry) -> Iterator[Variant]:
    """Yield the entry and its other words; these inherit article and gender, nothing else."""
    yield entry
    for other in entry.also:
        if isinstance(other, str):
            yield Variant(say=other, art=entry.art, gender=entry.gender)
        else:
            yield other.model_copy(update={"art": other.art or entry.art, "gender": other.gender or entry.gender})


def attribute(entry: Variant, name: str) -> str | None:
    """Return what an entry says about itself under a name, if it says anything."""
    known = {"say": entry.say, "art": entry.art, "gender": entry.gender}
    return known[name] if name in known else (entry.__pydantic_extra__ or {}).get(name)


def _in_form(form: Node, entry: Variant) -> tuple[Sentence, ...]:
    """Write an entry in a form; a branch that needs an attribute the entry lacks is left out."""
    match form:
        case Word(text=text):
            return (Sentence(words=display_words(text)),)
        case Slot(name=name):
            return _attribute_sentence(entry, name)
        case Choice(options=options):
            return tuple(found for option in options for found in _in_form(option, entry))
        case Fragment(name=name):
            raise TemplateError(f"a form cannot use the fragment <{name}>")
    found: tuple[Sentence, ...] = (SILENCE,)
    for part in form.parts:
        found = tuple(_joined(found, _in_form(part, entry)))
    return found


def _attribute_sentence(entry: Variant, name: str) -> tuple[Sentence, ...]:
    """Say one attribute of an entry; everything but its article counts as the noun itself."""
    said = attribute(entry, name)
    if said is None:
        return ()
    shown = display_words(said)
    noun = Noun(at=0, size=len(shown), say=said, art=entry.art or "", gender=entry.gender or "")
    return (Sentence(words=shown, nouns=() if name == "art" else (noun,)),)


def _joined(left: Iterable[Sentence], right: tuple[Sentence, ...]) -> Iterator[Sentence]:
    """Yield every left sentence followed by every right one, unless they fill one slot differently."""
    for first in left:
        for second in right:
            slots = dict(first.slots)
            if all(slots.setdefault(name, value) == value for name, value in second.slots):
                moved = tuple(replace(noun, at=noun.at + len(first.words)) for noun in second.nouns)
                yield Sentence(first.words + second.words, tuple(sorted(slots.items())), first.nouns + moved)


def _capped(found: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Collect sentences, refusing a template that stands for too many."""
    collected: list[Sentence] = []
    for sentence in found:
        collected.append(sentence)
        if len(collected) > MOST:
            raise TemplateError(f"it stands for more than {MOST} sentences")
    return tuple(collected)


@lru_cache(maxsize=REMEMBERED)
def comparable(text: str) -> tuple[str, ...]:
    """Return the folded words of an author's phrase."""
    return tuple(fold(word) for word in words(text))
