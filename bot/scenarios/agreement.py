"""Words that must agree: articles and adjectives with a noun whose gender is known, numbers with its plural."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.scenarios import wordlists
from bot.scenarios.forming import FormRules
from bot.scenarios.grammar import Noun, comparable, display_words, variants
from bot.scenarios.model import Pack
from bot.scenarios.text import fold

FEATURES = ("ms", "fs", "mp", "fp")  # A family of forms is listed in this order.
MASCULINE_BEFORE_A = frozenset({"un", "el"})  # un agua, el agua: feminine all the same.
UNCHANGING = "sxz"  # A noun that ends so may look the same in the plural: une fois, deux fois; los lunes.
HEARD_TWICE = 4.0  # Two words this frequent under one spelling without accents cannot be told apart: marché, marche.
CARELESS = 0.8  # One so much rarer is the other without its accent: día, dia.
GENDER, NUMBER = "article_gender", "number_agreement"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownNoun:
    """A noun: how it is shown, its gender and number, its article, and articles that go with it against the rule."""

    say: str
    gender: str
    number: str = "s"
    art: str = ""
    excused: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """Two words that do not agree: where the wrong one stands, what should, and the noun concerned."""

    rule: str
    at: int
    right: str
    noun: Noun


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The nouns of a pack and of its language, and the families of words that follow them."""

    nouns: Mapping[str, KnownNoun]
    determiners: Mapping[str, tuple[str, ...]]
    adjectives: Mapping[str, tuple[str, ...]]
    numbers: frozenset[str]
    endings: tuple[tuple[str, str], ...]
    indefinite: tuple[str, ...]
    linking: frozenset[str]

    def noun(self, word: str) -> KnownNoun | None:
        """Return what is known of a noun, from the lists or from its ending."""
        found = self.nouns.get(word)
        if found is not None:
            return found
        gender = next((gender for ending, gender in self.endings if word.endswith(ending) and word != ending), None)
        return KnownNoun(say=word, gender=gender) if gender else None

    def clash(self, said: Sequence[str], shown: Sequence[str]) -> Clash | None:
        """Return the first two neighbours that do not agree."""
        return next(self._clashes(said, shown), None)

    def _clashes(self, said: Sequence[str], shown: Sequence[str]) -> Iterator[Clash]:
        for at in range(len(said) - 1):
            first, second = said[at], said[at + 1]
            if first in self.determiners and (noun := self.noun(second)):
                about = self._shown(at + 1, noun, shown)
                yield from self._pair(at, self.determiners[first], first, about, noun)
            elif second in self.adjectives and first in self.nouns and not (at and said[at - 1] in self.linking):
                about = self._shown(at, self.nouns[first], shown)
                yield from self._pair(at + 1, self.adjectives[second], second, about, self.nouns[first])
            elif first in self.numbers and self._single(second):
                yield Clash(rule=NUMBER, at=at + 1, right="", noun=self._shown(at + 1, self.nouns[second], shown))

    def _single(self, word: str) -> bool:
        """Tell whether a word is a noun that stands for one thing and cannot stand for more."""
        return word in self.nouns and self.nouns[word].number == "s" and word[-1] not in UNCHANGING

    def _pair(self, at: int, family: tuple[str, ...], word: str, about: Noun, noun: KnownNoun) -> Iterator[Clash]:
        """Yield the clash of a word of a family with its noun, unless some form of it fits."""
        fitting = [feature for form, feature in zip(family, FEATURES, strict=True) if fold(form) == word]
        if word in noun.excused or any(feature == noun.gender + noun.number for feature in fitting):
            return
        if noun.number == "s" and noun.say[-1] in UNCHANGING and any(feature[0] == noun.gender for feature in fitting):
            return
        wanted = family[FEATURES.index(noun.gender + noun.number)]
        gender_fits = any(feature[0] == noun.gender for feature in fitting)
        rule = NUMBER if gender_fits else GENDER
        yield Clash(rule=rule, at=at, right=wanted, noun=about)

    def _shown(self, at: int, noun: KnownNoun, shown: Sequence[str]) -> Noun:
        """Return the noun as feedback names it; one without an article of its own gets the indefinite one."""
        say = noun.say if noun.art else shown[at]
        art = noun.art or self.indefinite[FEATURES.index(noun.gender + noun.number)]
        return Noun(at=at, size=1, say=say, art=art, gender=noun.gender)


def agreement(pack: Pack, rules: FormRules) -> Agreement:
    """Collect what must agree in a pack."""
    determiners = _families(rules.determiners)
    return Agreement(
        nouns=_nouns(pack, rules, determiners),
        determiners=determiners,
        adjectives=_families(rules.adjectives),
        numbers=frozenset(comparable(rules.numbers)),
        indefinite=tuple(rules.determiners[0].split()) if rules.determiners else (),
        linking=frozenset(comparable(rules.prepositions)),
        endings=tuple((ending, gender) for gender, text in rules.gender_endings.items() for ending in comparable(text)),
    )


def _families(listed: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the family of each form; a form of several families belongs to the first."""
    found: dict[str, tuple[str, ...]] = {}
    for text in listed:
        family = tuple(text.split())
        for form in family:
            found.setdefault(fold(form), family)
    return found


def _nouns(pack: Pack, rules: FormRules, determiners: Mapping[str, tuple[str, ...]]) -> dict[str, KnownNoun]:
    """List the heads of the lexicon's nouns and the everyday nouns; a head of two genders is left out."""
    if not determiners:
        return {}
    found: dict[str, KnownNoun] = {}
    stressed = frozenset(comparable(rules.stressed))
    for gender, text in rules.genders.items():
        for say in filter(lambda say: not _double(say, pack.lang), text.split()):
            _add(found, _everyday(say, gender, "s", excused=fold(say) in stressed), rules)
    own: dict[str, KnownNoun] = {}
    closed = frozenset(comparable(rules.closed)) - determiners.keys()
    doubtful: set[str] = set()
    for noun in _lexicon(pack, determiners):
        head = fold(display_words(noun.say)[0].casefold())
        if head in closed:
            continue
        if head in own and own[head].gender != noun.gender:
            doubtful.add(head)
        own.setdefault(head, noun)
    for noun in own.values():
        _add(found, noun, rules)
    return {word: noun for word, noun in found.items() if word not in doubtful}


@cache
def _everyday(say: str, gender: str, number: str, *, excused: bool = False) -> KnownNoun:
    """Return a noun of the language; every pack of it knows the same ones."""
    return KnownNoun(say=say, gender=gender, number=number, excused=MASCULINE_BEFORE_A if excused else frozenset())


def _double(say: str, language: str) -> bool:
    """Tell whether a noun is spelt like another word but for accents."""
    found = wordlists.forms(fold(say))
    own = [form.zipf for form in found if form.language == language.partition("-")[0] and form.zipf >= HEARD_TWICE]
    return sum(zipf > max(own) - CARELESS for zipf in own) > 1


def _lexicon(pack: Pack, determiners: Mapping[str, tuple[str, ...]]) -> Iterator[KnownNoun]:
    """Yield the lexicon's nouns whose gender and article are given."""
    for entries in pack.lexicon.values():
        for entry in entries.values():
            for variant in variants(entry):
                article = fold((variant.art or "").casefold())
                if variant.gender not in {"m", "f"} or not display_words(variant.say):
                    continue
                if article not in determiners:
                    yield KnownNoun(say=variant.say, gender=variant.gender)
                else:
                    family = determiners[article]
                    feature = next(name for form, name in zip(family, FEATURES, strict=True) if fold(form) == article)
                    against = feature[0] != variant.gender
                    yield KnownNoun(
                        say=variant.say, gender=variant.gender, number=feature[1], art=variant.art or "",
                        excused=MASCULINE_BEFORE_A | {article} if against else frozenset(),
                    )  # fmt: skip


def _add(found: dict[str, KnownNoun], noun: KnownNoun, rules: FormRules) -> None:
    """Enter a noun and its plural."""
    head = fold(display_words(noun.say)[0].casefold())
    found[head] = noun
    if noun.number != "s":
        return
    for ending in rules.plurals.split():
        cut, _, added = ending.rpartition(">")
        if head.endswith(cut):
            plural = head.removesuffix(cut) + added
            found.setdefault(plural, _everyday(plural, noun.gender, "p"))
            return
