"""What judging form needs of one pack, worked out once: its words, its sentences, its nouns, its wrong pieces."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.scenarios import numerals, wordlists
from bot.scenarios.agreement import Agreement, agreement
from bot.scenarios.forming import Endings, FormRules
from bot.scenarios.grammar import comparable, variants
from bot.scenarios.mistakes import Mistake
from bot.scenarios.model import Pack
from bot.scenarios.neighbours import NOTHING, Neighbours
from bot.scenarios.patterns import EDGE, Patterns
from bot.scenarios.pieces import WrongPiece, wrong_piece
from bot.scenarios.sentences import Slots
from bot.scenarios.spoken import Spoken

if TYPE_CHECKING:  # The phrasebook makes this book and is what it reads.
    from bot.scenarios.phrasebook import Phrasebook, TurnBook

Words = tuple[str, ...]
VOWELS = "aeiou"
MUTE = "h"
ALWAYS = 9.0


class FormBook:
    """The form of one pack."""

    def __init__(self, pack: Pack, book: "Phrasebook") -> None:
        self._pack = pack
        self._book = book
        self.rules: FormRules = pack.form
        self.language = pack.lang.partition("-")[0]
        self.closed = frozenset(comparable(f"{self.rules.closed} {self.rules.numbers} {self.rules.articles}"))
        self.prepositions = frozenset(comparable(self.rules.prepositions))
        self.articles = frozenset(comparable(self.rules.articles))
        self.bare_after = frozenset(comparable(self.rules.bare_after))
        self.loans = frozenset(comparable(self.rules.loans))

    def familiar(self, word: str) -> float:
        """Return how frequent a word is here; one of a closed class is never mistaken for another word."""
        return ALWAYS if word in self.closed else wordlists.zipf(word, self.language)

    def spelled(self, words: Words) -> Words:
        """Return words with their digits written out."""
        return numerals.spelled(words, self.language)

    @cached_property
    def agreement(self) -> Agreement:
        """Return the nouns and what must agree with them."""
        return agreement(self._pack, self.rules)

    @cached_property
    def patterns(self) -> Patterns:
        """Return the patterns that are wrong in this language."""
        classes: dict[str, Callable[[str], bool]] = {
            "vowel": lambda word: word[0] in VOWELS,
            "elided": lambda word: word[0] in VOWELS or word[0] == MUTE,
            "consonant": lambda word: len(word) > 1 and word[0].isalpha() and word[0] not in VOWELS + MUTE,
            "noun": lambda word: word in self.agreement.nouns,
            "thing": frozenset(comparable(" ".join(self.rules.genders.values()))).__contains__,
            "number": lambda word: word.isdecimal() or word in self.agreement.numbers,
        }
        for name, text in self.rules.classes.items():
            classes[name] = frozenset(comparable(text)).__contains__
        for name, ends in self.rules.families.items():
            classes[name] = self._family(ends)
        return Patterns(self.rules.grammar, classes)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return every word that is right somewhere in the pack; what only gives the gist need not be."""
        pack = self._pack
        polite = (*pack.openers, *pack.closers, *pack.fillers, *pack.negators, *pack.regional)
        lines = [text for listed in pack.replies.values() for text in listed.values()]
        lines += [text for turn in pack.turns.values() for text in (turn.say or {}).values()]
        entries = [entry for held in pack.lexicon.values() for entry in held.values()]
        lexicon = [variant.say for entry in entries for variant in variants(entry)]
        spoken = {word for text in (*polite, *lines, *lexicon) for word in comparable(text)}
        return frozenset(spoken.union(self._book.spoken.words))

    @cached_property
    def polite(self) -> frozenset[str]:
        """Return the words after which an answer may begin anew."""
        phrases = (*self._pack.openers, *self._pack.closers, *self._pack.fillers)
        return frozenset(words[-1] for phrase in phrases if (words := comparable(phrase)))

    @property
    def pairs(self) -> Spoken:
        """Return the neighbours in all right sentences of the pack."""
        return self._book.spoken

    @cached_property
    def twins(self) -> frozenset[frozenset[str]]:
        """Return the pairs of words that only an accent tells apart."""
        return frozenset(frozenset(pair) for pair in (*self._pack.accents, *self.rules.twins))

    @cached_property
    def is_infinitive(self) -> Callable[[str], bool]:
        """Return the test for the form under which a dictionary lists a verb."""
        return self._family(self.rules.families["inf"]) if "inf" in self.rules.families else lambda _: False

    def wrong(self, turn_id: str) -> tuple[WrongPiece, ...]:
        """Return the wrong pieces of the errors predicted at a turn."""
        book = self._book.turns[turn_id]
        if book.wrong is None:
            book.wrong = tuple(self._pieces(book))
        return book.wrong

    def neighbours(self, turn_id: str, intent: str, slots: Slots) -> Neighbours:
        """Return the right sentences that mean the same."""
        book = self._book.turns[turn_id]
        if (intent, slots) not in book.neighbours:
            places = book.accepted.meaning(intent, slots)
            denials = self._book.negators if slots else NOTHING
            book.neighbours[intent, slots] = Neighbours(book.accepted, places, denials)
        return book.neighbours[intent, slots]

    def _first_new(self, words: Words) -> int | None:
        """Return where the first two words stand together that no right sentence has together."""
        beside = enumerate(pairwise(words))
        return next((at for at, pair in beside if EDGE not in pair and pair not in self.pairs), None)

    def _family(self, ends: Endings) -> Callable[[str], bool]:
        endings = tuple(comparable(ends.endings))
        never = frozenset(comparable(ends.never))
        return partial(_ends_so, endings=endings, never=never, language=self.language)

    def _pieces(self, book: "TurnBook") -> Iterator[WrongPiece]:
        """Yield what is wrong in the predicted errors; articles are left to agreement."""
        genitives = frozenset(comparable(self.rules.genitives))
        beside: dict[Words, tuple[set[str], set[str], Mistake]] = {}
        for key, mistake in book.mistakes.all():
            bad = comparable(mistake.swap[1])
            if mistake.note or (len(bad) == 1 and bad[0] in self.articles):
                continue
            words = (EDGE, *key.split(" "), EDGE)
            at = _place(words, bad) if bad else self._first_new(words)
            if at is None:
                continue
            piece = bad or words[at : at + 2]
            before, after, _ = beside.setdefault(piece, (set(), set(), mistake))
            before.add(words[at - 1])
            after.add(words[at + len(piece)])
        for piece, (before, after, mistake) in beside.items():
            if len(piece) == 1:
                yield wrong_piece(piece, before, after, mistake)
            elif not all(pair in self.pairs for pair in pairwise(piece)):
                good = comparable(mistake.swap[0])
                noun = bool(good) and good[-1] in self.agreement.nouns
                yield wrong_piece(
                    piece, before if noun and piece[0] in genitives else (), () if noun else after, mistake
                )


def _ends_so(word: str, *, endings: tuple[str, ...], never: frozenset[str], language: str) -> bool:
    return word.endswith(endings) and word not in never and wordlists.known(word, language)


def _place(words: Words, piece: Words) -> int | None:
    """Return where a piece stands in a sentence."""
    return next((at for at in range(len(words)) if words[at : at + len(piece)] == piece), None)
