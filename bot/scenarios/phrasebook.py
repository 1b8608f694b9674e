"""A pack written out for look-up: what is accepted at each turn, which errors are predicted, which words give the gist.

Writing out is the slow part and gives plain data; a phrasebook reads from that what a turn needs when it needs it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from sys import intern
from typing import Any

from bot.scenarios.formbook import FormBook
from bot.scenarios.grammar import Grammar, Sentence, comparable, display_words
from bot.scenarios.manners import Manners, manners
from bot.scenarios.marks import Marks, marks
from bot.scenarios.mistakes import Mistake, Mistakes, rank_of, swaps
from bot.scenarios.model import Pack, PackTurn
from bot.scenarios.sentences import Phrase, Sentences, Slots, pack, slots_of
from bot.scenarios.templates import TemplateError
from bot.scenarios.text import fold, key

__all__ = ["GistKey", "Mistake", "Phrase", "Phrasebook", "Slots", "TurnBook", "write_out"]

Where = tuple[str | int, ...]
Report = Callable[[Where, str, str], None]
Written = dict[str, Any]  # Plain data, as JSON has it.


@dataclass(frozen=True, kw_only=True, slots=True)
class GistKey:
    """Words that carry the meaning of an answer."""

    words: tuple[str, ...]
    intent: str
    slots: Slots
    negative: bool


class TurnBook:
    """All that is understood at one turn."""

    def __init__(self, pack: Pack, turn_id: str, written: Written, articles: frozenset[str]) -> None:
        self.accepted = Sentences(written["sentences"])
        self.gist: Mapping[str, tuple[GistKey, ...]] = _keys(written["gist"])
        rules = pack.malrules
        self.mistakes = Mistakes(
            self.accepted,
            swaps(rules, turn_id, articles),
            {
                wrong: (rank_of(rules, rule), _spelt_out(rule, rules[rule].level == "note", intent, slots))
                for wrong, rule, intent, slots in written["spelt_out"]
            },
        )

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        """Return the words of the right sentences by their folded spelling."""
        return dict(zip(self.accepted.folded, self.accepted.words, strict=True))

    @cached_property
    def intent_words(self) -> Mapping[str, frozenset[str]]:
        """Return, for each intent, the words with which it is said."""
        found: dict[str, set[str]] = defaultdict(set)
        for phrase in self.accepted.all():
            found[phrase.intent].update(fold(word.casefold()) for word in phrase.words)
        return {intent: frozenset(words) for intent, words in found.items()}


class Phrasebook:
    """A whole pack, ready for look-up."""

    def __init__(self, pack: Pack, slots: frozenset[str], written: Written) -> None:
        self._pack = pack
        self._slots = slots
        self.written = written
        self.repairs: Mapping[str, str] = written["repairs"]
        self.turns: Mapping[str, TurnBook] = _Turns(pack, written["turns"], self.articles)

    @cached_property
    def manners(self) -> Manners:
        """Return what a polite answer wears around its core."""
        return manners(self._pack)

    @cached_property
    def language(self) -> Marks:
        """Return what marks an answer in this language."""
        return marks(self._pack, self._slots)

    @cached_property
    def negators(self) -> frozenset[str]:
        """Return the words that deny."""
        return frozenset(word for negator in self._pack.negators for word in comparable(negator))

    @cached_property
    def articles(self) -> frozenset[str]:
        """Return the articles that the lexicon knows."""
        return _articles(self._pack)

    @cached_property
    def form(self) -> FormBook:
        """Return what judging the form of an answer needs of this pack."""
        return FormBook(self._pack, self)

    @cached_property
    def vocabularies(self) -> Mapping[str, Mapping[str, str]]:
        """Return the known words of each turn by their folded spelling, those of politeness included."""
        polite = (*self._pack.openers, *self._pack.closers, *self._pack.fillers, *self._pack.regional)
        known = {word: word for phrase in self.repairs for word in phrase.split(" ")}
        known |= {fold(word.casefold()): word for phrase in polite for word in display_words(phrase)}
        return {turn_id: known | dict(book.vocabulary) for turn_id, book in self.turns.items()}

    @cached_property
    def turn_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the words that a misspelt one at each turn may have been meant to be."""
        found = {}
        ends = ("", *self._pack.meaning.plurals)
        for turn_id, book in self.turns.items():
            keys = (word for listed in book.gist.values() for key in listed for word in key.words)
            forms = (word + end for word in keys for end in ends)
            found[turn_id] = tuple(dict.fromkeys((*forms, *self.vocabularies[turn_id], *self.language.words)))
        return found


class _Turns(Mapping[str, TurnBook]):
    """The turns of a pack, each read when it is first asked for."""

    def __init__(self, pack: Pack, written: Mapping[str, Written], articles: frozenset[str]) -> None:
        self._pack = pack
        self._written = written
        self._articles = articles
        self._read: dict[str, TurnBook] = {}

    def __getitem__(self, turn_id: str) -> TurnBook:
        if turn_id not in self._read:
            self._read[turn_id] = TurnBook(self._pack, turn_id, self._written[turn_id], self._articles)
        return self._read[turn_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def write_out(pack: Pack, slots: frozenset[str], report: Report) -> Phrasebook:
    """Write a pack out; every template that cannot be listed is reported with its place and left out."""
    return Phrasebook(pack, slots, _Writer(pack, slots, report).all())


class _Writer:
    """The writing out of one pack."""

    def __init__(self, pack: Pack, slots: frozenset[str], report: Report) -> None:
        self._pack = pack
        self._slots = slots
        self._report = report
        self._grammar = Grammar(pack)

    def all(self) -> Written:
        """Write everything out as plain data."""
        return {
            "repairs": self._repairs(),
            "turns": {name: self._turn(name, turn) for name, turn in self._pack.turns.items()},
        }

    def _repairs(self) -> dict[str, str]:
        """List the repair phrases and what each asks for."""
        return {
            key(sentence.words): name
            for name, listed in self._pack.anywhere.items()
            for sentence in self._listed(("anywhere", name), listed)
        }

    def _turn(self, turn_id: str, turn: PackTurn) -> Written:
        """Write out one turn."""
        sentences = pack(self._accepted(turn_id, turn))
        spelt_out = list(self._spelt_out(turn_id))
        accepted = Sentences(sentences)
        for wrong, rule, _, _ in spelt_out:
            if wrong in accepted:
                self._report(("malrules", rule), "malrule", f"{wrong!r} is accepted at {turn_id}: no error")
        return {"sentences": sentences, "spelt_out": spelt_out, "gist": self._gist(turn_id, turn)}

    def _listed(self, where: Where, listed: Iterable[str]) -> Iterator[Sentence]:
        """Yield the sentences of templates, reporting those that cannot be written out."""
        for at, template in enumerate(listed):
            try:
                yield from self._grammar.sentences(template)
            except TemplateError as error:
                self._report((*where, at), "template", f"{error} (in {template!r})")

    def _filled(self, sentence: Sentence) -> Slots:
        """Keep the slots that the story knows; the others only give nouns their article."""
        return tuple(pair for pair in sentence.slots if pair[0] in self._slots)

    def _accepted(self, turn_id: str, turn: PackTurn) -> Iterator[Phrase]:
        """Yield what is right at a turn, those that are spelt alike one after the other."""
        found: dict[str, list[Phrase]] = defaultdict(list)
        for intent, listed in turn.accept.items():
            for sentence in self._listed(("turns", turn_id, "accept", intent), listed):
                if sentence.words:
                    one = Phrase(
                        intent=intent, slots=self._filled(sentence), words=sentence.words, nouns=sentence.nouns
                    )
                    found[key(word.casefold() for word in sentence.words)].append(one)
        return (phrase for phrases in found.values() for phrase in phrases)

    def _spelt_out(self, turn_id: str) -> Iterator[list[Any]]:
        """Yield the wrong sentences that rules spell out, each once, with its rule, intent and slots."""
        seen: set[str] = set()
        for name, rule in self._pack.malrules.items():
            for intent, listed in rule.match.get(turn_id, {}).items():
                for sentence in self._listed(("malrules", name, "match", turn_id, intent), listed):
                    wrong = key(word.casefold() for word in sentence.words)
                    if wrong not in seen:
                        seen.add(wrong)
                        yield [wrong, name, intent, self._filled(sentence)]

    def _gist(self, turn_id: str, turn: PackTurn) -> list[list[Any]]:
        """List the key words of a turn with what they mean, each once."""
        negators = {word for negator in self._pack.negators for word in comparable(negator)}
        found: dict[tuple[Any, ...], None] = {}
        for intent, listed in turn.gist.items():
            for sentence in self._listed(("turns", turn_id, "gist", intent), listed):
                parts = tuple(fold(word.casefold()) for word in sentence.words)
                if parts:
                    found[parts, intent, self._filled(sentence), parts[0] in negators] = None
        return [list(one) for one in found]


def _keys(written: Iterable[Any]) -> dict[str, tuple[GistKey, ...]]:
    """Read key words back, by their first word."""
    found: dict[str, list[GistKey]] = defaultdict(list)
    for words, intent, slots, negative in written:
        one = GistKey(words=tuple(map(intern, words)), intent=intern(intent), slots=slots_of(slots), negative=negative)
        found[one.words[0]].append(one)
    return {first: tuple(keys) for first, keys in found.items()}


def _spelt_out(rule: str, note: bool, intent: str, slots: Any) -> Mistake:  # noqa: FBT001 - as the rule has it
    return Mistake(rule=rule, note=note, intent=intern(intent), slots=slots_of(slots))


def _articles(pack: Pack) -> frozenset[str]:
    """Collect the articles that the lexicon knows."""
    entries = [entry for entries in pack.lexicon.values() for entry in entries.values()]
    others = [other for entry in entries for other in entry.also if not isinstance(other, str)]
    return frozenset(entry.art for entry in (*entries, *others) if entry.art)
