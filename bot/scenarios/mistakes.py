"""The errors predicted at a turn, found by putting an answer right: no wrong sentence has to be listed for that.

An answer is a predicted error when swapping a rule's wrong words for its right ones makes it a right sentence.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.scenarios.grammar import Noun, comparable
from bot.scenarios.model import Malrule
from bot.scenarios.sentences import Phrase, Sentences, Slots, slots_of

Words = tuple[str, ...]
Rank = tuple[int, bool]  # Before which rules, and whether it is only a remark.
A_SENTENCE = 200  # Bytes that a wrong sentence takes, more or less.


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
class Swap:
    """One pair of right and wrong words of a rule; articles are swapped before a known noun only."""

    rank: int
    rule: str
    note: bool
    good: Words
    bad: Words
    shown: tuple[str, str]
    article: bool

    def noun(self, phrase: Phrase, at: int) -> Noun | None:
        """Return the noun that the right words stand before or in."""
        return next((noun for noun in phrase.nouns if at <= noun.at <= at + len(self.good)), None)

    def mistake(self, phrase: Phrase, noun: Noun | None) -> Mistake:
        """Return the error made of a right sentence."""
        return Mistake(
            rule=self.rule,
            note=self.note,
            intent=phrase.intent,
            slots=phrase.slots,
            right=phrase.words,
            noun=noun,
            swap=self.shown,
        )


class Mistakes:
    """The predicted errors of one turn; the first rule that fits wins, and nothing accepted is an error."""

    def __init__(
        self, sentences: Sentences, swaps: Iterable[Swap], ranks: Mapping[str, Rank], spelt_out: Iterable[Any]
    ) -> None:
        self._sentences = sentences
        self._swaps = tuple(swaps)
        self._spelt_out = _spelt_out(ranks, spelt_out)
        self.weight = A_SENTENCE * len(self._spelt_out)
        self._by_bad: dict[str, list[Swap]] = defaultdict(list)
        for swap in self._swaps:
            self._by_bad[swap.bad[0]].append(swap)

    def get(self, text: str) -> Mistake | None:
        """Return the error that a text is, if it is a predicted one."""
        rank, found = self._spelt_out.get(text, (None, None))
        for swap, at, words in self._suspected(text):
            if rank is not None and swap.rank >= rank:
                continue
            right = " ".join((*words[:at], *swap.good, *words[at + len(swap.bad) :]))
            for phrase in self._sentences.get(right, ()):
                noun = swap.noun(phrase, at)
                if noun is not None or not swap.article:
                    rank, found = swap.rank, swap.mistake(phrase, noun)
                    break
        return None if found is None or text in self._sentences else found

    def __contains__(self, text: object) -> bool:
        """Tell whether a text is a predicted error."""
        return isinstance(text, str) and self.get(text) is not None

    def all(self) -> Iterator[tuple[str, Mistake]]:
        """Yield every wrong sentence, each once; this takes its time."""
        seen: set[str] = set()
        for wrong, mistake in self._listed():
            if wrong not in seen:
                seen.add(wrong)
                if wrong not in self._sentences:
                    yield wrong, mistake

    def of(self, rule: str, longest: int) -> Iterator[tuple[str, Mistake]]:
        """Yield the wrong sentences of one rule that have no more than so many words, each once."""
        listed = [(wrong, mistake) for wrong, (_, mistake) in self._spelt_out.items() if mistake.rule == rule]
        for swap in self._swaps:
            if swap.rule == rule:
                listed += self._swapped(swap, longest)
        for wrong, mistake in dict(reversed(listed)).items():
            found = self.get(wrong)
            if found is not None and found.rule == rule and wrong.count(" ") < longest:
                yield wrong, mistake

    def rules(self) -> frozenset[str]:
        """Return the rules that can be broken at this turn."""
        return frozenset(mistake.rule for _, mistake in self.all())

    def _suspected(self, text: str) -> Iterator[tuple[Swap, int, Words]]:
        """Yield each place of a text where a rule's wrong words stand."""
        words = tuple(text.split(" "))
        for at, word in enumerate(words):
            for swap in self._by_bad.get(word, ()):
                if words[at : at + len(swap.bad)] == swap.bad:
                    yield swap, at, words

    def _listed(self) -> Iterator[tuple[str, Mistake]]:
        """Yield the wrong sentences of each rule in turn, some more than once."""
        by_rank: dict[int, list[tuple[str, Mistake]]] = defaultdict(list)
        for wrong, (rank, mistake) in self._spelt_out.items():
            by_rank[rank].append((wrong, mistake))
        for swap in self._swaps:
            by_rank[swap.rank] += self._swapped(swap)
        for rank in sorted(by_rank):
            yield from by_rank[rank]

    def _swapped(self, swap: Swap, longest: int | None = None) -> Iterator[tuple[str, Mistake]]:
        """Yield the right sentences with a swap's wrong words in them, none longer than so many words."""
        folded = self._sentences.folded
        first = {number for number, word in enumerate(folded) if word == swap.good[0]}
        most = sys.maxsize if longest is None else longest - len(swap.bad) + len(swap.good)
        for place, numbers in self._sentences.numbered():
            if len(numbers) > most or first.isdisjoint(numbers):
                continue
            words = tuple(folded[number] for number in numbers)
            for at in range(len(words) - len(swap.good) + 1):
                if words[at : at + len(swap.good)] != swap.good:
                    continue
                phrase = self._sentences.phrase(place)
                noun = swap.noun(phrase, at)
                if noun is not None or not swap.article:
                    yield " ".join((*words[:at], *swap.bad, *words[at + len(swap.good) :])), swap.mistake(phrase, noun)


def swaps(rules: Mapping[str, Malrule], articles: frozenset[str]) -> dict[str, tuple[Swap, ...]]:
    """Return the swaps of each rule in the author's order."""
    return {name: tuple(_swaps(at, name, rule, articles)) for at, (name, rule) in enumerate(rules.items())}


def _swaps(at: int, name: str, rule: Malrule, articles: frozenset[str]) -> Iterator[Swap]:
    for number, (good, bad) in enumerate(rule.swap):
        yield Swap(
            rank=at * 1000 + number,
            rule=name,
            note=rule.level == "note",
            good=comparable(good),
            bad=comparable(bad),
            shown=(good, bad),
            article=good in articles and bad in articles,
        )


def ranks(rules: Mapping[str, Malrule]) -> dict[str, Rank]:
    """Return the rank of what each rule spells out: after its own swaps and before the next rule's."""
    return {name: (at * 1000 + 999, rule.level == "note") for at, (name, rule) in enumerate(rules.items())}


def _spelt_out(ranks: Mapping[str, Rank], written: Iterable[Any]) -> dict[str, tuple[int, Mistake]]:
    """Read back what rules spell out; wrong sentences that make the same mistake share one object."""
    known: dict[tuple[str, str, Slots], tuple[int, Mistake]] = {}
    found: dict[str, tuple[int, Mistake]] = {}
    for wrong, rule, intent, listed in written:
        slots = slots_of(listed)
        meant = (rule, intent, slots)
        if meant not in known:
            rank, note = ranks[rule]
            known[meant] = rank, Mistake(rule=sys.intern(rule), note=note, intent=sys.intern(intent), slots=slots)
        found[wrong] = known[meant]
    return found
