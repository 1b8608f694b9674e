"""The checks of a pack that are matters of taste or of care: it can be used, but its author should look."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.scenarios import wordlists
from bot.scenarios.findings import Findings
from bot.scenarios.gloss_lint import partner_lines
from bot.scenarios.grammar import attribute, comparable, variants
from bot.scenarios.model import Gloss, Pack
from bot.scenarios.reading import Where
from bot.scenarios.scene import Scene
from bot.scenarios.speech import PLACEHOLDER
from bot.scenarios.text import fold, key, utterance
from bot.scenarios.walk import fills

LONGEST_LINE = {"A1": 12, "A2": 18}
LONGEST_LATER = 25
MOST_CARDS = {"A1": 1.5, "A2": 2.0}  # To be said, a turn.
MOST_LATER = 2.5
LEAST_FREQUENT = {"A1": 4.0, "A2": 3.5}
LEAST_LATER = 3.0
MOST_SENTENCES = 8_000
LIMITS = {"line": 500, "starter": 40, "id": 32, "note": 700}
RECORDINGS = "audio"
OPTIONAL = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|<[^<>]*>|\{[^{}]*\}")


def remark_on_pack(scene: Scene, glosses: Iterable[Gloss], findings: Findings, folder: Path) -> None:
    """Report what a careful author would mend in a pack that can be played."""
    checking = _Checking(scene, findings)
    for turn_id in scene.turns:
        checking.gist(turn_id)
        checking.templates(turn_id)
    checking.cards()
    checking.entities()
    checking.lines()
    checking.rare(frozenset(word for gloss in glosses for phrase in gloss.words for word in comparable(phrase)))
    checking.sizes()
    checking.recordings(folder / RECORDINGS / scene.pack.lang)


class _Checking:
    """The checking of one pack."""

    def __init__(self, scene: Scene, findings: Findings) -> None:
        self._scene = scene
        self._pack = scene.pack
        self._findings = findings

    def gist(self, turn_id: str) -> None:
        """Check that no key word stands for two intents."""
        meant: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for keys in self._scene.turn_book(turn_id).gist.values():
            for one in keys:
                meant[one.words].add(one.intent)
        for words, intents in meant.items():
            if len(intents) > 1:
                names = ", ".join(sorted(intents))
                self._findings.report(("turns", turn_id, "gist"), "gist", f"{' '.join(words)!r} is a key of {names}")

    def templates(self, turn_id: str) -> None:
        """Check that templates hold no fillers, which are never compared, and are not too many."""
        accepted = self._scene.turn_book(turn_id).accepted
        filled: dict[str, str] = {}
        for sentence, phrases in accepted.items():
            if self._without_fillers(sentence) not in accepted:
                filled.setdefault(phrases[0].intent, sentence)
        for intent, sentence in filled.items():
            where: Where = ("turns", turn_id, "accept", intent)
            self._findings.report(where, "filler", f"{sentence!r} holds a filler, so it is never found")
        for intent, templates in self._pack.turns[turn_id].accept.items():
            for at, template in enumerate(templates):
                needed = key(comparable(_needed(template)))
                if needed != self._without_fillers(needed):
                    where = ("turns", turn_id, "accept", intent, at)
                    self._findings.report(where, "filler", f"{template!r} asks for a filler, which is never compared")
        if len(accepted) > MOST_SENTENCES:
            self._findings.report(
                ("turns", turn_id, "accept"), "too_many", f"{turn_id} accepts {len(accepted)} sentences"
            )

    def cards(self) -> None:
        """Check that cards can be said, hold no filler, and are not too many."""
        models = {text_id for turn in self._pack.turns.values() for lines in turn.model.values() for text_id in lines}
        said = [f" {one} " for turn_id in self._scene.turns for one in self._scene.turn_book(turn_id).accepted]
        produced = 0
        for name, card in self._pack.cards.items():
            words = key(comparable(card.gap or card.say))
            if any(self._without_fillers(one) != one for one in (words, key(comparable(card.say)))):
                self._findings.report(("cards", name), "filler", f"the card {card.say!r} holds a filler")
            if card.only is None:
                produced += 1
                if card.text_id not in models and not any(f" {words} " in one for one in said):
                    self._findings.report(
                        ("cards", name), "card_use", f"{card.say!r} is said by no learner: recognition?"
                    )
        if produced > MOST_CARDS.get(self._scene.cefr, MOST_LATER) * len(self._scene.turns):
            self._findings.report(
                ("cards",), "many_cards", f"{produced} cards to be said on {len(self._scene.turns)} turns"
            )

    def entities(self) -> None:
        """Check that everything a slot can hold can be said, and has the attributes that lines show."""
        heard = {pair for turn_id in self._scene.turns for pair in self._heard(turn_id)}
        slots = {slot for slot, _ in heard} | set(self._scene.slot_of.values())
        for slot in sorted(slots & self._scene.story.entities.keys()):
            for name in self._scene.story.entities[slot]:
                if (slot, name) not in heard:
                    self._findings.report(("lexicon", slot, name), "entry", f"no answer can mean {slot} {name}")
        for where, text in _spoken(self._pack):
            for place in PLACEHOLDER.findall(text):
                self._attribute(where, place.removeprefix("last."))

    def lines(self) -> None:
        """Check that lines are as short as the level asks, and accent pairs pairs of accents."""
        most = LONGEST_LINE.get(self._scene.cefr, LONGEST_LATER)
        for where, text in _spoken(self._pack):
            if len(comparable(text)) > most:
                level = self._scene.cefr
                self._findings.report(
                    where, "long_line", f"{len(comparable(text))} words, {most} are enough at {level}"
                )
        for at, (one, other) in enumerate(self._pack.accents):
            if one.casefold() == other.casefold() or fold(one.casefold()) != fold(other.casefold()):
                self._findings.report(
                    ("accents", at), "accent", f"{one!r} and {other!r} do not differ in accents alone"
                )

    def rare(self, glossed: frozenset[str]) -> None:
        """Check that words rarer than the level are taught: by a card, the lexicon, a gloss or a line."""
        language = self._pack.lang.partition("-")[0]
        if language not in wordlists.LANGUAGES:
            return
        least = LEAST_FREQUENT.get(self._scene.cefr, LEAST_LATER)
        bare = (word.rpartition("'")[2] for word in self._taught() | glossed)
        taught = {form for word in bare for form in wordlists.lemmas(word, language)}
        for where, text in _models(self._pack):
            for word in _plain_words(text):
                forms = wordlists.lemmas(word, language)
                known = forms & taught or max(wordlists.zipf(form, language) for form in (word, *forms)) >= least
                if not known:
                    self._findings.report(
                        where, "rare", f"{word!r} is rarer than {self._scene.cefr} and nowhere taught"
                    )

    def sizes(self) -> None:
        """Check that all that is shown fits a message and its buttons."""
        for where, text in _spoken(self._pack):
            self._fits(where, "line", text)
        for name, note in self._pack.notes.items():
            self._fits(("notes", name), "note", note)
        for turn_id, turn in self._pack.turns.items():
            for at, starter in enumerate(turn.starters):
                self._fits(("turns", turn_id, "starters", at), "starter", starter)
        for kind, ids in (("turns", self._pack.turns), ("cards", self._pack.cards), ("malrules", self._pack.malrules)):
            for name in ids:
                self._fits((kind, name), "id", name)

    def recordings(self, folder: Path) -> None:
        """Check that every line has a recording, where there are any."""
        if folder.is_dir():
            there = {path.stem for path in folder.iterdir()}
            for where, _ in _spoken(self._pack):
                if where[-1] not in there:
                    self._findings.report(where, "audio", f"{where[-1]} has no recording")

    def _without_fillers(self, sentence: str) -> str:
        """Return what of a sentence is compared."""
        words = tuple(sentence.split(" "))
        return " ".join(words[at] for at in self._scene.book.manners.without_fillers(words))

    def _heard(self, turn_id: str) -> Iterator[tuple[str, str]]:
        """Yield what answers at a turn can fill slots with."""
        for listed in fills(self._scene, turn_id).values():
            for slots in listed:
                yield from slots

    def _attribute(self, where: Where, place: str) -> None:
        """Check that each entity has the attribute that a line shows of it."""
        variable, _, wanted = place.partition(".")
        slot = self._scene.slot_of.get(variable, variable)
        for name, entry in self._pack.lexicon.get(slot, {}).items() if wanted else ():
            if attribute(entry, wanted) is None:
                self._findings.report(where, "attribute", f"lexicon.{slot}.{name} has no {wanted} for {{{place}}}")

    def _taught(self) -> frozenset[str]:
        """Return the folded words that the pack brings to its learners."""
        entries = [entry for entries in self._pack.lexicon.values() for entry in entries.values()]
        texts = [variant.say for entry in entries for variant in variants(entry)]
        texts += [card.say for card in self._pack.cards.values()]
        texts += [card.gap for card in self._pack.cards.values() if card.gap]
        texts += [PLACEHOLDER.sub(" ", text) for text in partner_lines(self._pack).values()]
        texts += [*self._pack.fillers, *self._pack.openers, *self._pack.closers]
        return frozenset(word for text in texts for word in comparable(text))

    def _fits(self, where: Where, kind: str, text: str) -> None:
        """Check one length."""
        if len(text) > LIMITS[kind]:
            self._findings.report(where, "too_long", f"{len(text)} letters, {LIMITS[kind]} fit")


def _spoken(pack: Pack) -> Iterator[tuple[Where, str]]:
    """Yield what the partner says and the models, with their places."""
    partner: list[tuple[Where, Mapping[str, str]]] = [(("asks_back",), pack.asks_back)]
    partner += [(("replies", name), lines) for name, lines in pack.replies.items()]
    partner += [(("turns", turn_id, "say"), turn.say or {}) for turn_id, turn in pack.turns.items()]
    partner += [(("turns", turn_id, "say_back"), turn.say_back) for turn_id, turn in pack.turns.items()]
    for where, lines in partner:
        yield from (((*where, text_id), text) for text_id, text in lines.items())
    yield from _models(pack)


def _models(pack: Pack) -> Iterator[tuple[Where, str]]:
    """Yield the model answers with their places."""
    for turn_id, turn in pack.turns.items():
        for intent, lines in turn.model.items():
            for text_id, text in lines.items():
                yield ("turns", turn_id, "model", intent, text_id), text


def _needed(template: str) -> str:
    """Return the words of a template that no bracket makes a choice of."""
    shorter = OPTIONAL.sub(" / ", template)
    return template if shorter == template else _needed(shorter)


def _plain_words(text: str) -> Iterator[str]:
    """Yield the words of a text but for numbers, and names: what is capital inside a sentence."""
    said = utterance(PLACEHOLDER.sub(" ", text))
    for token in said.tokens:
        opens = said.text[: token.start].rstrip(" ¿¡«»\"'(").endswith((".", "!", "?", "…", ":")) or not key(
            comparable(said.text[: token.start])
        )
        if not any(char.isdigit() for char in token.word) and (opens or not said.text[token.start].isupper()):
            yield token.word.rpartition("'")[2] or token.word
