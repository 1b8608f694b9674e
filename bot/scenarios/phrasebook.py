"""A pack written out for look-up: what is accepted at each turn, which errors are predicted, which words give the gist.

Writing out is the slow part and gives plain data; a phrasebook reads from that what a turn needs when it needs it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from sys import intern
from typing import Any

from bot.scenarios import pieces
from bot.scenarios.bookcase import BOOKCASE, Bookcase, Books
from bot.scenarios.formbook import FormBook
from bot.scenarios.grammar import Grammar, Sentence, comparable, display_words
from bot.scenarios.manners import Manners, manners
from bot.scenarios.marks import Marks, marks
from bot.scenarios.mistakes import Mistake, Mistakes, Rank, Swap, ranks, swaps
from bot.scenarios.model import Pack, PackTurn
from bot.scenarios.neighbours import Neighbours
from bot.scenarios.sentences import Meaning, Phrase, Sentences, Slots, pack, slots_of
from bot.scenarios.skeleton import Skeletons, skeletons
from bot.scenarios.spoken import Spoken, spoken
from bot.scenarios.templates import TemplateError
from bot.scenarios.text import fold, key

__all__ = ["GistKey", "Mistake", "Phrase", "Phrasebook", "Slots", "TurnBook", "write_out"]

A_KEY = 200  # Bytes that a key takes, more or less.
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
    """All that is understood at one turn, and what is found out about it on the way."""

    def __init__(self, whole: "Phrasebook", turn_id: str, written: Written) -> None:
        self._whole = whole
        self.accepted = Sentences(written["sentences"])
        self.gist: Mapping[str, tuple[GistKey, ...]] = _keys(written["gist"])
        self.mistakes = Mistakes(self.accepted, whole.swaps(turn_id), whole.ranks, written["spelt_out"])
        self.skeletons = Skeletons(written["skeletons"]) if "skeletons" in written else None
        self.wrong = pieces.read(written["wrong"]) if "wrong" in written else None
        self.neighbours: dict[Meaning, Neighbours] = {}
        self.weight = self.accepted.weight + self.mistakes.weight + A_KEY * len(written["gist"])
        self.used = 0

    def recognised(self, words: tuple[str, ...]) -> Meaning | None:
        """Return the one meaning of all right sentences that differ from this one only in forms and little words."""
        language = self._whole.language
        if self.skeletons is None:
            self.skeletons = Skeletons(skeletons(self.accepted, language))
        return self.skeletons.recognised(words, self.accepted, language)

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        """Return the words of the right sentences by their folded spelling."""
        return dict(zip(self.accepted.folded, self.accepted.words, strict=True))

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Return the known words of the turn by their folded spelling, those of politeness included."""
        return self._whole.polite_words | dict(self.vocabulary)

    @cached_property
    def meant(self) -> tuple[str, ...]:
        """Return the turn's own words that a misspelt one may have been meant to be."""
        ends = ("", *self._whole.pack.meaning.plurals)
        keys = (word for listed in self.gist.values() for key in listed for word in key.words)
        forms = (word + end for word in keys for end in ends)
        return tuple(dict.fromkeys((*forms, *self.known)))

    @cached_property
    def intent_words(self) -> Mapping[str, frozenset[str]]:
        """Return, for each intent, the words with which it is said."""
        found: dict[str, set[int]] = defaultdict(set)
        for place, numbers in self.accepted.numbered():
            found[self.accepted.meant(place)[0]].update(numbers)
        folded = self.accepted.folded
        return {intent: frozenset(folded[number] for number in numbers) for intent, numbers in found.items()}


class Phrasebook:
    """A whole pack, ready for look-up; which of its turns are held in memory is the bookcase's affair."""

    def __init__(self, pack: Pack, slots: frozenset[str], written: Written, bookcase: Bookcase = BOOKCASE) -> None:
        self.pack = pack
        self._slots = slots
        self.written: Written = {"repairs": written["repairs"], "turns": written["turns"]}
        self.repairs: Mapping[str, str] = written["repairs"]
        self._spoken = Spoken(written["spoken"]) if "spoken" in written else None
        self.turns: Mapping[str, TurnBook] = Books(written["turns"], self._turn, bookcase)

    @cached_property
    def manners(self) -> Manners:
        """Return what a polite answer wears around its core."""
        return manners(self.pack)

    @cached_property
    def language(self) -> Marks:
        """Return what marks an answer in this language."""
        return marks(self.pack, self._slots)

    @cached_property
    def negators(self) -> frozenset[str]:
        """Return the words that deny."""
        return frozenset(word for negator in self.pack.negators for word in comparable(negator))

    @cached_property
    def articles(self) -> frozenset[str]:
        """Return the articles that the lexicon knows."""
        return _articles(self.pack)

    @cached_property
    def form(self) -> FormBook:
        """Return what judging the form of an answer needs of this pack."""
        return FormBook(self.pack, self)

    @property
    def spoken(self) -> Spoken:
        """Return what the right sentences of all turns are made of."""
        if self._spoken is None:
            self._spoken = Spoken(self.spoken_of())
        return self._spoken

    @cached_property
    def polite_words(self) -> dict[str, str]:
        """Return the words that are known at every turn by their folded spelling."""
        polite = (*self.pack.openers, *self.pack.closers, *self.pack.fillers, *self.pack.regional)
        known = {word: word for phrase in self.repairs for word in phrase.split(" ")}
        return known | {fold(word.casefold()): word for phrase in polite for word in display_words(phrase)}

    @cached_property
    def marked_words(self) -> tuple[str, ...]:
        """Return the words of the language's marked phrases in an order that is the same in every process."""
        return tuple(sorted(self.language.words))

    def swaps(self, turn_id: str) -> Iterator[Swap]:
        """Yield the swaps of the rules that hold at a turn, in the author's order."""
        rules = self.pack.malrules
        return (swap for name, rule in rules.items() if turn_id in rule.at for swap in self._swaps[name])

    def says(self, turn_id: str, words: tuple[str, ...]) -> bool:
        """Tell whether folded words stand next to each other in some right sentence of a turn."""
        # Most words are said at no turn that is asked about: its book need not be opened for that.
        said = bool(words) and all(self.spoken.at(turn_id, word) for word in words)
        return said and (len(words) == 1 or self.turns[turn_id].accepted.say(words))

    def found_out(self, turn_id: str) -> Written:
        """Return as plain data what takes long to find out about a turn."""
        return {
            "skeletons": skeletons(self.turns[turn_id].accepted, self.language),
            "wrong": pieces.plain(self.form.wrong(turn_id)),
        }

    def spoken_of(self) -> Written:
        """Return as plain data what the right sentences of all turns are made of."""
        return spoken((turn_id, book.accepted) for turn_id, book in self.turns.items())

    @cached_property
    def ranks(self) -> Mapping[str, Rank]:
        """Return the rank of what each rule spells out."""
        return ranks(self.pack.malrules)

    @cached_property
    def _swaps(self) -> Mapping[str, tuple[Swap, ...]]:
        return swaps(self.pack.malrules, self.articles)

    def _turn(self, turn_id: str) -> TurnBook:
        return TurnBook(self, turn_id, self.written["turns"][turn_id])


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
        spelt_out = []
        accepted = Sentences(sentences)
        for one in self._spelt_out(turn_id):
            wrong, rule, _, _ = one
            if wrong in accepted:
                self._report(("malrules", rule), "malrule", f"{wrong!r} is accepted at {turn_id}: no error")
            else:
                spelt_out.append(one)
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


def _articles(pack: Pack) -> frozenset[str]:
    """Collect the articles that the lexicon knows."""
    entries = [entry for entries in pack.lexicon.values() for entry in entries.values()]
    others = [other for entry in entries for other in entry.also if not isinstance(other, str)]
    return frozenset(entry.art for entry in (*entries, *others) if entry.art)
