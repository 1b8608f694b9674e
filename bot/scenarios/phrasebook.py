"""A pack written out for look-up: what is accepted at each turn, which errors are predicted, which words give the gist.

Everything is listed once when the pack is read, so that grading an answer is a look-up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.scenarios.grammar import Grammar, Noun, Sentence, comparable
from bot.scenarios.manners import Manners, manners
from bot.scenarios.marks import Marks, marks
from bot.scenarios.model import Malrule, Pack, PackTurn
from bot.scenarios.templates import TemplateError
from bot.scenarios.text import fold, key

Slots = tuple[tuple[str, str], ...]
Where = tuple[str | int, ...]
Report = Callable[[Where, str, str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """An accepted sentence and what it means."""

    intent: str
    slots: Slots
    words: tuple[str, ...]
    nouns: tuple[Noun, ...] = ()


Right = tuple[tuple[str, ...], Phrase]  # The folded words, and what they mean.


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """A predicted wrong sentence: what it means, which rule it breaks, and the right sentence where one is known."""

    rule: str
    note: bool
    intent: str
    slots: Slots
    right: tuple[str, ...] = ()
    noun: Noun | None = None
    swap: tuple[str, str] = ("", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class GistKey:
    """Words that carry the meaning of an answer."""

    words: tuple[str, ...]
    intent: str
    slots: Slots
    negative: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class TurnBook:
    """All that is understood at one turn."""

    accepted: Mapping[str, tuple[Phrase, ...]]
    mistakes: Mapping[str, Mistake]
    gist: Mapping[str, tuple[GistKey, ...]]
    vocabulary: Mapping[str, str]
    intent_words: Mapping[str, frozenset[str]]
    recasts: Mapping[tuple[str, Slots], Sequence[tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True)
class Phrasebook:
    """A whole pack, written out."""

    manners: Manners
    language: Marks
    repairs: Mapping[str, str]
    negators: frozenset[str]
    articles: frozenset[str]
    turns: Mapping[str, TurnBook]


def write_out(pack: Pack, slots: frozenset[str], report: Report) -> Phrasebook:
    """Write a pack out; every template that cannot be listed is reported with its place and left out."""
    book = _Writer(pack, slots, report)
    return Phrasebook(
        manners=manners(pack),
        language=marks(pack, slots),
        repairs=book.repairs(),
        negators=frozenset(word for negator in pack.negators for word in comparable(negator)),
        articles=book.articles,
        turns={turn_id: book.turn(turn_id, turn) for turn_id, turn in pack.turns.items()},
    )


class _Writer:
    """The writing out of one pack."""

    def __init__(self, pack: Pack, slots: frozenset[str], report: Report) -> None:
        self._pack = pack
        self._slots = slots
        self._report = report
        self._grammar = Grammar(pack)
        self.articles = _articles(pack)

    def repairs(self) -> dict[str, str]:
        """List the repair phrases and what each asks for."""
        return {
            key(sentence.words): name
            for name, listed in self._pack.anywhere.items()
            for sentence in self._listed(("anywhere", name), listed)
        }

    def turn(self, turn_id: str, turn: PackTurn) -> TurnBook:
        """Write out one turn."""
        accepted = self._accepted(turn_id, turn)
        right = [(tuple(where.split(" ")), phrase) for where, phrases in accepted.items() for phrase in phrases]
        recasts: dict[tuple[str, Slots], list[tuple[str, ...]]] = defaultdict(list)
        for _, phrase in right:
            recasts[phrase.intent, phrase.slots].append(phrase.words)
        return TurnBook(
            accepted=accepted,
            mistakes=self._mistakes(turn_id, right, accepted),
            gist=self._gist(turn_id, turn),
            vocabulary={fold(word.casefold()): word for _, phrase in right for word in phrase.words},
            intent_words=_intent_words(right),
            recasts=recasts,
        )

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

    def _accepted(self, turn_id: str, turn: PackTurn) -> dict[str, tuple[Phrase, ...]]:
        """List what is right at a turn."""
        found: dict[str, tuple[Phrase, ...]] = {}
        for intent, listed in turn.accept.items():
            for sentence in self._listed(("turns", turn_id, "accept", intent), listed):
                phrase = Phrase(intent=intent, slots=self._filled(sentence), words=sentence.words, nouns=sentence.nouns)
                where = key(word.casefold() for word in sentence.words)
                if where:
                    found[where] = (*found.get(where, ()), phrase)
        return found

    def _mistakes(self, turn_id: str, right: list[Right], accepted: Mapping[str, object]) -> dict[str, Mistake]:
        """List the predicted errors of a turn; the first rule that fits wins and nothing accepted is an error."""
        found: dict[str, Mistake] = {}
        for name, rule in self._pack.malrules.items():
            spelled_out = tuple(self._matched(name, rule, turn_id))
            for wrong, _ in spelled_out:
                if wrong in accepted:
                    self._report(("malrules", name), "malrule", f"{wrong!r} is accepted at {turn_id}: no error")
            for wrong, mistake in (*self._swapped(name, rule, turn_id, right), *spelled_out):
                if wrong not in accepted:
                    found.setdefault(wrong, mistake)
        return found

    def _swapped(self, name: str, rule: Malrule, turn_id: str, right: list[Right]) -> Iterator[tuple[str, Mistake]]:
        """Yield accepted sentences with the right words swapped for the wrong ones."""
        if turn_id not in rule.at:
            return
        for good, bad in rule.swap:
            swap = _Swap(good, bad, article=good in self.articles and bad in self.articles)
            for folded, phrase in right:
                for wrong, noun in swap.applied(folded, phrase):
                    yield (
                        wrong,
                        Mistake(
                            rule=name,
                            note=rule.level == "note",
                            intent=phrase.intent,
                            slots=phrase.slots,
                            right=phrase.words,
                            noun=noun,
                            swap=(good, bad),
                        ),
                    )

    def _matched(self, name: str, rule: Malrule, turn_id: str) -> Iterator[tuple[str, Mistake]]:
        """Yield the wrong sentences that a rule spells out."""
        for intent, listed in rule.match.get(turn_id, {}).items():
            for sentence in self._listed(("malrules", name, "match", turn_id, intent), listed):
                mistake = Mistake(rule=name, note=rule.level == "note", intent=intent, slots=self._filled(sentence))
                wrong = key(word.casefold() for word in sentence.words)
                yield wrong, mistake

    def _gist(self, turn_id: str, turn: PackTurn) -> dict[str, tuple[GistKey, ...]]:
        """List the key words of a turn by their first word."""
        negators = {word for negator in self._pack.negators for word in comparable(negator)}
        found: dict[str, dict[GistKey, None]] = defaultdict(dict)
        for intent, listed in turn.gist.items():
            for sentence in self._listed(("turns", turn_id, "gist", intent), listed):
                parts = tuple(fold(word.casefold()) for word in sentence.words)
                if parts:
                    negative = parts[0] in negators
                    one = GistKey(words=parts, intent=intent, slots=self._filled(sentence), negative=negative)
                    found[parts[0]][one] = None
        return {first: tuple(keys) for first, keys in found.items()}


def _intent_words(right: list[Right]) -> dict[str, frozenset[str]]:
    """Collect, for each intent, the words with which it is said."""
    found: dict[str, set[str]] = defaultdict(set)
    for folded, phrase in right:
        found[phrase.intent].update(folded)
    return {intent: frozenset(words) for intent, words in found.items()}


class _Swap:
    """One pair of right and wrong words."""

    def __init__(self, good: str, bad: str, *, article: bool) -> None:
        self._good = comparable(good)
        self._bad = comparable(bad)
        self._article = article

    def applied(self, folded: tuple[str, ...], phrase: Phrase) -> Iterator[tuple[str, Noun | None]]:
        """Yield each wrong sentence that the swap makes of a right one, with the noun concerned."""
        size = len(self._good)
        for at in range(len(folded) - size + 1):
            if folded[at] == self._good[0] and folded[at : at + size] == self._good:
                noun = next((noun for noun in phrase.nouns if at <= noun.at <= at + size), None)
                if noun is not None or not self._article:
                    yield " ".join((*folded[:at], *self._bad, *folded[at + size :])), noun


def _articles(pack: Pack) -> frozenset[str]:
    """Collect the articles that the lexicon knows."""
    entries = [entry for entries in pack.lexicon.values() for entry in entries.values()]
    others = [other for entry in entries for other in entry.also if not isinstance(other, str)]
    return frozenset(entry.art for entry in (*entries, *others) if entry.art)
