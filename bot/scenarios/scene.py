"""A scene: one story in one target language, as speakers of one native language see it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.scenarios.contents import all_texts, slot_variables, with_change
from bot.scenarios.formbook import FormBook
from bot.scenarios.grammar import comparable
from bot.scenarios.model import Entry, Gloss, Intent, Pack, PackTurn, Story, Turn
from bot.scenarios.phrasebook import Phrasebook, TurnBook
from bot.scenarios.text import fold, key, words

END = "END"
CLAUSE = re.compile(r"[.,;:!?]+")
NOUN_WITH_ARTICLE = 2  # words: longer ones are no single word's translation


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Something said in the target language; `open` means that its translation is to be shown at once."""

    id: str
    text: str
    translation: str
    open: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CardSource:
    """A word or chunk to be studied, with the sentence where it is met."""

    id: str
    word: str
    gap: str
    sentence: str
    translation: str
    sentence_translation: str
    text_id: str
    recognition_only: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseView:
    """A stretch of the story: its id, its turns in order and the culture note that belongs to it."""

    id: str
    turns: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """A scenario ready to be played; made by the library and shared by all who play it.

    `derived` keeps the scenes that are made of this one, so that each is made once.
    """

    story: Story
    pack: Pack
    gloss: Gloss | None
    book: Phrasebook
    derived: dict[str, "Scene"] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """Return the scenario's id."""
        return self.story.id

    @property
    def language(self) -> str:
        """Return the target language."""
        return self.pack.lang

    @property
    def native(self) -> str:
        """Return the language of the gloss, or nothing when there is none."""
        return self.gloss.lang if self.gloss else ""

    @property
    def version(self) -> int:
        """Return the version of the pack."""
        return self.pack.version

    @property
    def title(self) -> str:
        """Return the title in the learner's language."""
        return self.gloss.title if self.gloss else self.story.id.replace("_", " ").capitalize()

    @property
    def minutes(self) -> int:
        """Return how long a play takes."""
        return self.story.minutes

    @property
    def cefr(self) -> str:
        """Return the level of the scene."""
        return self.story.cefr

    @property
    def status(self) -> str:
        """Tell whether a native speaker has signed the pack: beta or reviewed."""
        return self.pack.status

    @property
    def category(self) -> str:
        """Return what kind of place the scene plays in."""
        return self.story.category

    @property
    def partner(self) -> str:
        """Return the role of the partner."""
        return self.story.roles.partner

    @cached_property
    def phases(self) -> tuple[PhaseView, ...]:
        """Return the phases in story order."""
        notes = self.gloss.notes if self.gloss else {}
        return tuple(
            PhaseView(id=phase.id, turns=tuple(turn.id for turn in phase.turns), note=notes.get(phase.note or "", ""))
            for phase in self.story.phases
        )

    @cached_property
    def turns(self) -> Mapping[str, Turn]:
        """Return the turns of the story by id, in order."""
        return {turn.id: turn for phase in self.story.phases for turn in phase.turns}

    @cached_property
    def phase_of(self) -> Mapping[str, int]:
        """Return the number of the phase each turn belongs to."""
        return {turn: at for at, phase in enumerate(self.phases) for turn in phase.turns}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Return every spoken text of the pack by id."""
        return all_texts(self.pack)

    @cached_property
    def varied(self) -> frozenset[str]:
        """Return the ids of the lines that have other ways of being said."""
        turns = self.pack.turns.values()
        groups = (*self.pack.replies.values(), *(turn.say or {} for turn in turns), *(turn.say_back for turn in turns))
        return frozenset(text_id for lines in groups if len(lines) > 1 for text_id in lines)

    @cached_property
    def slot_of(self) -> Mapping[str, str]:
        """Return which kind of entity each variable holds."""
        return slot_variables(self.story)

    @cached_property
    def own_words(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return, per turn, the folded translations of its model answers and their clauses with the text ids."""
        return {turn_id: tuple(self._own(turn)) for turn_id, turn in self.pack.turns.items()}

    @cached_property
    def politeness(self) -> frozenset[str]:
        """Return the words of the native language that an answer may carry or lack."""
        polite = self.gloss.politeness if self.gloss else ()
        return frozenset(word for phrase in polite for word in comparable(phrase))

    @property
    def form(self) -> FormBook:
        """Return what judging the form of an answer needs of this pack."""
        return self.book.form

    @cached_property
    def translations(self) -> Mapping[str, str]:
        """Return single words of the native language with the target word that the gloss gives them."""
        if self.gloss is None:
            return {}
        cards = ((card.say, self.gloss.cards.get(card_id, "")) for card_id, card in self.pack.cards.items())
        things = (
            (entry.say, self.gloss.entities.get(kind, {}).get(name, ""))
            for kind, entries in self.pack.lexicon.items()
            for name, entry in entries.items()
        )
        pairs = [
            (comparable(theirs), comparable(ours)) for ours, theirs in (*cards, *things, *self.gloss.words.items())
        ]
        return {
            theirs[-1]: ours[-1]
            for theirs, ours in pairs
            if theirs and ours and max(len(theirs), len(ours)) <= NOUN_WITH_ARTICLE
        }

    @cached_property
    def _cards(self) -> Mapping[str, CardSource]:
        return {card_id: self._card(card_id) for card_id in self.pack.cards}

    @cached_property
    def card_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the comparable words of each card without its article."""
        articles = {fold(article.casefold()) for article in self.book.articles}
        parts = {card.id: comparable(card.gap) for card in self.cards()}
        return {name: words[1:] if len(words) > 1 and words[0] in articles else words for name, words in parts.items()}

    @cached_property
    def _changed(self) -> tuple["Scene", ...]:
        return tuple(replace(self, story=with_change(self.story, change), derived={}) for change in self.story.changes)

    def changed(self, number: int) -> "Scene":
        """Return the scene with its first, second, … change of facts; as written for 0 or a change that is gone."""
        return self._changed[number - 1] if 0 < number <= len(self._changed) else self

    def line(self, text_id: str) -> Line:
        """Return a spoken text with its translation, placeholders unfilled."""
        return Line(id=text_id, text=self.texts[text_id], translation=self._translation(text_id))

    def task(self, turn_id: str) -> str:
        """Return what the learner is to do at a turn, in their own language."""
        return self.gloss.tasks.get(turn_id, "") if self.gloss else ""

    def stage(self, turn_id: str) -> str | None:
        """Return what has happened at a turn where the partner is silent, and None where the partner speaks."""
        if not self.turns[turn_id].stage:
            return None
        return self.gloss.stage.get(turn_id, "") if self.gloss else ""

    def card(self, card_id: str) -> CardSource:
        """Return one card."""
        return self._cards[card_id]

    def cards(self) -> tuple[CardSource, ...]:
        """Return all cards of the scene in the author's order."""
        return tuple(self._cards.values())

    def starters(self, turn_id: str) -> tuple[str, ...]:
        """Return the first answers offered as buttons at a turn."""
        return self.pack.turns[turn_id].starters

    def turn_book(self, turn_id: str) -> TurnBook:
        """Return all that is understood at a turn."""
        return self.book.turns[turn_id]

    def vocabulary(self, turn_id: str) -> Mapping[str, str]:
        """Return the known words of a turn by their folded spelling, those of politeness included."""
        return self.book.turns[turn_id].known

    def turn_words(self, turn_id: str) -> tuple[str, ...]:
        """Return the words that a misspelt one at a turn may have been meant to be."""
        return (*self.book.turns[turn_id].meant, *self.book.marked_words)

    def words_of(self, turn_id: str) -> PackTurn:
        """Return the pack's words for a turn."""
        return self.pack.turns[turn_id]

    def hears(self, turn_id: str) -> Mapping[str, Intent]:
        """Return the intents understood at a turn, the expected one first."""
        return self.turns[turn_id].hears

    def model(self, turn_id: str) -> Line:
        """Return the model answer of a turn: the first of its expected intent."""
        expected = next(iter(self.hears(turn_id)))
        return self.line(next(iter(self.pack.turns[turn_id].model[expected])))

    def entry(self, variable: str, entity: str) -> Entry | None:
        """Return the lexicon entry of what a variable holds."""
        return self.pack.lexicon.get(self.slot_of.get(variable, variable), {}).get(entity)

    def _translation(self, text_id: str) -> str:
        return self.gloss.lines.get(text_id, "") if self.gloss else ""

    def _own(self, turn: PackTurn) -> list[tuple[str, str]]:
        models = [text_id for lines in turn.model.values() for text_id in lines]
        whole = [(self._translation(text_id), text_id) for text_id in models]
        parts = [(part, text_id) for text, text_id in whole for part in CLAUSE.split(text)]
        said = {self._without_politeness(text): text_id for text, text_id in (*parts, *whole)}
        return [pair for pair in said.items() if pair[0]]

    def _without_politeness(self, text: str) -> str:
        return key(word for word in comparable(text) if word not in self.politeness)

    def own_key(self, text: str) -> str:
        """Return the spelling under which an answer in the learner's own language is recognised."""
        return self._without_politeness(text) or key(words(text))

    def _card(self, card_id: str) -> CardSource:
        card = self.pack.cards[card_id]
        sentence = self.line(card.text_id)
        return CardSource(
            id=card_id,
            word=card.say,
            gap=card.gap or card.say,
            sentence=sentence.text,
            translation=self.gloss.cards.get(card_id, "") if self.gloss else "",
            sentence_translation=sentence.translation,
            text_id=card.text_id,
            recognition_only=card.only == "recognition",
        )
