"""The checks without which no pack is used: it says all that its story needs, and understands its own answers."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.scenarios import templates
from bot.scenarios.contents import all_texts
from bot.scenarios.findings import Findings
from bot.scenarios.grammar import MOST, Grammar, comparable
from bot.scenarios.model import Effects, Entry, Pack, PackTurn, Story, Turn
from bot.scenarios.phrasebook import Phrasebook, TurnBook
from bot.scenarios.reading import Where
from bot.scenarios.story import replies_of
from bot.scenarios.text import key, words

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
VARIABLE = re.compile(r"\{([a-z]\w*)\}")
KNOWN_ATTRIBUTES = frozenset({"say", "art", "gender"})


def check_pack(pack: Pack, book: Phrasebook, story: Story, findings: Findings) -> None:
    """Report every fault with which a pack would leave its partner speechless or its learner misjudged."""
    checking = _Checking(pack=pack, book=book, story=story, findings=findings)
    checking.names()
    checking.lexicon()
    checking.grammar()
    checking.texts()
    for turn_id, turn in checking.turns().items():
        if turn_id in pack.turns:
            checking.turn(turn, pack.turns[turn_id])
            checking.answers(turn, pack.turns[turn_id])
            checking.recalls(turn_id, pack.turns[turn_id])
    checking.malrules()
    checking.cards()


@dataclass(frozen=True, kw_only=True)
class _Checking:
    """The checking of one pack against its story."""

    pack: Pack
    book: Phrasebook
    story: Story
    findings: Findings

    def turns(self) -> Mapping[str, Turn]:
        """Return the turns of the story by id."""
        return {turn.id: turn for phase in self.story.phases for turn in phase.turns}

    def names(self) -> None:
        """Check that pack and story speak of the same things."""
        if self.pack.scenario != self.story.id:
            self.findings.report(("scenario",), "name", f"the pack is for {self.pack.scenario}, not {self.story.id}")
        if (self.pack.status == "reviewed") != (self.pack.reviewed is not None):
            self.findings.report(("status",), "status", "a reviewed pack says by whom and when, a beta pack does not")
        intents = [intent for turn in self.turns().values() for intent in turn.hears.values()]
        self._same(("turns",), "turn", self.pack.turns, self.turns())
        self._same(("anywhere",), "repair", self.pack.anywhere, self.story.anywhere)
        self._same(("replies",), "reply", self.pack.replies, replies_of(intents))
        self._same(("notes",), "note", self.pack.notes, [phase.note for phase in self.story.phases if phase.note])

    def lexicon(self) -> None:
        """Check that every entity has a word, and a price where prices are added."""
        for slot, entities in self.story.entities.items():
            entries = self.pack.lexicon.get(slot, {})
            self._same(("lexicon", slot), "entity", entries, entities)
            for name, entry in entries.items():
                if entry.price is None and slot in self._priced():
                    self.findings.report(("lexicon", slot, name), "price", f"lexicon.{slot}.{name} has no price")
        used = KNOWN_ATTRIBUTES | {name for form in self.pack.forms.values() for name in PLACEHOLDER.findall(form)}
        spoken = (name for text in all_texts(self.pack).values() for name in PLACEHOLDER.findall(text))
        used |= {name.rpartition(".")[2] for name in spoken}
        for slot, entries in self.pack.lexicon.items():
            for name, entry in entries.items():
                self._attributes(("lexicon", slot, name), entry, used)

    def grammar(self) -> None:
        """Check that fragments and forms can be read, those that nothing uses included."""
        for kind, listed in (("fragments", self.pack.fragments), ("forms", self.pack.forms)):
            for name, template in listed.items():
                try:
                    templates.parse(template)
                except templates.TemplateError as error:
                    self.findings.report((kind, name), "template", str(error))

    def recalls(self, turn_id: str, spoken: PackTurn) -> None:
        """Check that lines which recall the last play do so, and that turns played the other way round can be read."""
        for text_id, text in spoken.say_back.items():
            if "{last." not in text:
                place = ("turns", turn_id, "say_back", text_id)
                self.findings.report(place, "reminds", f"{text_id} is never said: no {{last.x}} in it")
        grammar = Grammar(self.pack)
        for at, template in enumerate(spoken.swap):
            try:
                grammar.sentences(VARIABLE.sub(self._amount, template))
            except templates.TemplateError as error:
                self.findings.report(("turns", turn_id, "swap", at), "swap", f"{error} (in {template!r})")

    def _amount(self, place: re.Match[str]) -> str:
        """Let a variable that is no word of the lexicon, such as a sum, stand for a number in a template."""
        return "0" if place[1] in self.story.vars and place[1] not in self.pack.lexicon else place[0]

    def texts(self) -> None:
        """Check that text ids are used once and that placeholders name variables."""
        seen: set[str] = set()
        for where, lines in _lines(self.pack):
            for text_id, text in lines.items():
                if text_id in seen:
                    self.findings.report((*where, text_id), "duplicate", f"the text id {text_id} stands here twice")
                seen.add(text_id)
                for name in PLACEHOLDER.findall(text):
                    if name.removeprefix("last.").partition(".")[0] not in self.story.vars:
                        self.findings.report((*where, text_id), "variable", f"there is no variable {name}")

    def turn(self, turn: Turn, spoken: PackTurn) -> None:
        """Check that a turn has a line, and templates and a model answer for each intent."""
        where = ("turns", turn.id)
        if turn.stage == (spoken.say is not None):
            self.findings.report(where, "line", f"the turn {turn.id} is silent in one file and speaks in the other")
        self._same((*where, "accept"), "intent", spoken.accept, turn.hears)
        self._same((*where, "model"), "intent", spoken.model, turn.hears)
        for part, intents in (("gist", spoken.gist.keys()), ("open", spoken.open.keys())):
            for intent in intents - turn.hears.keys():
                self.findings.report((*where, part, intent), "unknown", f"there is no intent {intent}")
        book = self.book.turns[turn.id]
        if sum(len(phrases) for phrases in book.accepted.values()) > MOST:
            self.findings.report((*where, "accept"), "template", f"{turn.id} accepts more than {MOST} sentences")

    def answers(self, turn: Turn, spoken: PackTurn) -> None:
        """Check that models and starters are understood as meant, and that nothing means two things."""
        where: Where = ("turns", turn.id)
        for intent, lines in spoken.model.items():
            for text_id, text in lines.items():
                if intent not in self._intents(turn.id, text):
                    place = (*where, "model", intent, text_id)
                    self.findings.report(place, "model", f"{text!r} is not accepted as {intent}")
        for at, text in enumerate(spoken.starters):
            if not self._intents(turn.id, text):
                self.findings.report((*where, "starters", at), "model", f"the starter {text!r} is not accepted")
        self._ambiguous((*where, "accept"), self.book.turns[turn.id])

    def _ambiguous(self, where: Where, book: TurnBook) -> None:
        """Report each pair of meanings that share sentences, with the first of these."""
        shared: dict[str, list[str]] = {}
        for sentence, phrases in book.accepted.items():
            meant = {phrase.intent for phrase in phrases}
            if len(meant) > 1 or sentence in self.book.repairs:
                names = ", ".join(sorted(meant | {self.book.repairs.get(sentence, "")} - {""}))
                shared.setdefault(names, []).append(sentence)
        for names, sentences in shared.items():
            more = f" (and {len(sentences) - 1} more)" if sentences[1:] else ""
            self.findings.report(where, "ambiguous", f"{sentences[0]!r}{more} means more than one: {names}")

    def malrules(self) -> None:
        """Check that each predicted error can happen and is nowhere right."""
        happens = {rule for book in self.book.turns.values() for rule in book.mistakes.rules()}
        for name, rule in self.pack.malrules.items():
            if name not in happens:
                self.findings.report(("malrules", name), "malrule", f"the rule {name} never fires")
            for turn_id in {*rule.at, *rule.match} - self.turns().keys():
                self.findings.report(("malrules", name), "unknown", f"there is no turn {turn_id}")
            for turn_id, intents in rule.match.items():
                for intent in intents.keys() - (self.turns()[turn_id].hears if turn_id in self.turns() else {}).keys():
                    self.findings.report(("malrules", name, "match", turn_id, intent), "unknown", f"no intent {intent}")

    def cards(self) -> None:
        """Check that each card's words stand in its sentence."""
        texts = all_texts(self.pack)
        for name, card in self.pack.cards.items():
            if card.text_id not in texts:
                self.findings.report(("cards", name), "unknown", f"there is no text {card.text_id}")
            elif " ".join(words(card.gap or card.say)) not in " ".join(words(texts[card.text_id])) and (
                card.gap is not None or not self._without_article(card.say, texts[card.text_id])
            ):
                self.findings.report(("cards", name), "card", f"{card.gap or card.say!r} is not in {card.text_id}")

    def _without_article(self, say: str, sentence: str) -> bool:
        """Tell whether a card's words stand in its sentence with another article or none."""
        parts = comparable(say)
        bare = key(parts[1:] if parts[:1] and parts[0] in map(key, map(words, self.book.articles)) else parts)
        return bool(bare) and bare in key(words(sentence))

    def _intents(self, turn_id: str, text: str) -> set[str]:
        """Return what an author's answer is accepted as."""
        said = comparable(text)
        kept = tuple(said[at] for at in self.book.manners.without_fillers(said))
        accepted = self.book.turns[turn_id].accepted
        for start, end in self.book.manners.cores(kept):
            found = accepted.get(" ".join(kept[start:end]))
            if found:
                return {phrase.intent for phrase in found}
        return set()

    def _priced(self) -> set[str]:
        """Return the slots whose prices the story adds."""
        effects: Iterable[Effects] = (
            one for turn in self.turns().values() for intent in turn.hears.values() for one in (intent, *intent.go)
        )
        amounts = [amount for one in effects for amount in one.add.values() if isinstance(amount, str)]
        return {amount.removeprefix("$").removesuffix(".price") for amount in amounts if amount.endswith(".price")}

    def _attributes(self, where: Where, entry: Entry, used: Collection[str]) -> None:
        """Check that an entry's further attributes are used by some form, so that a slip in a key is seen."""
        variants = [entry, *(other for other in entry.also if not isinstance(other, str))]
        for name in {name for variant in variants for name in variant.__pydantic_extra__ or {}} - set(used):
            self.findings.report(where, "schema", f"{name}: no form uses this attribute")

    def _same(self, where: Where, kind: str, given: Iterable[str], wanted: Iterable[str]) -> None:
        """Check that two lists of names are the same."""
        here, there = set(given), set(wanted)
        for name in sorted(there - here):
            self.findings.report(where, "missing", f"the {kind} {name} is missing")
        for name in sorted(here - there):
            self.findings.report((*where, name), "unknown", f"there is no {kind} {name}")


def _lines(pack: Pack) -> Iterable[tuple[Where, Mapping[str, str]]]:
    """Yield every group of spoken texts with its place."""
    yield ("asks_back",), pack.asks_back
    for reply, lines in pack.replies.items():
        yield ("replies", reply), lines
    for turn_id, turn in pack.turns.items():
        yield ("turns", turn_id, "say"), turn.say or {}
        yield ("turns", turn_id, "say_back"), turn.say_back
        for intent, lines in turn.model.items():
            yield ("turns", turn_id, "model", intent), lines
