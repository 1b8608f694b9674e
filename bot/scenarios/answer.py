"""An answer as form looks at it: its words, where its clauses end, which of them may be names."""

from dataclasses import dataclass

from bot.scenarios.formbook import FormBook
from bot.scenarios.patterns import EDGE
from bot.scenarios.scene import Scene
from bot.scenarios.verdict import Heard, Verdict

CLAUSE_MARKS = frozenset(",.;:!?…¿¡()\n")
DEFAULT_NATIVE = "en"
NAME = "·"  # Stands for a name; no word is spelt like that.


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer as form looks at it: its words, where clauses end, and the meaning it was given."""

    heard: Heard
    turn_id: str
    core: tuple[int, int]
    edged: tuple[str, ...]
    places: tuple[int, ...]
    verdict: Verdict
    native: str
    scene: Scene

    @property
    def book(self) -> FormBook:
        """Return the form of the pack."""
        return self.scene.form


def answered(scene: Scene, turn_id: str, heard: Heard, verdict: Verdict) -> Answer:
    """Set the clauses of an answer apart."""
    edged, places = [EDGE], [-1]
    tokens = heard.said.tokens
    apart = len(tokens) == len(heard.folded)
    for at, word in enumerate(heard.folded):
        if apart and at and not CLAUSE_MARKS.isdisjoint(heard.said.text[tokens[at - 1].end : tokens[at].start]):
            edged.append(EDGE)
            places.append(at)
        edged.append(word)
        places.append(at)
    cores = scene.book.manners.cores(heard.folded)
    return Answer(
        heard=heard, turn_id=turn_id, core=cores[-1] if cores else (0, len(heard.folded)), verdict=verdict,
        edged=(*edged, EDGE), places=(*places, len(heard.folded)), native=scene.native or DEFAULT_NATIVE, scene=scene,
    )  # fmt: skip


def nameless(answer: Answer) -> tuple[str, ...]:
    """Return the words with names put out of sight of the patterns: Javier is no infinitive."""
    hidden = names(answer)
    return tuple(
        NAME if place in hidden and word != EDGE else word
        for word, place in zip(answer.edged, answer.places, strict=True)
    )


def names(answer: Answer) -> frozenset[int]:
    """Return the places of words written with a capital inside a clause: these may be names."""
    text, tokens = answer.heard.said.text, answer.heard.said.tokens
    inside = {answer.places[at] for at in range(1, len(answer.edged)) if answer.edged[at - 1] != EDGE}
    return frozenset(at for at in inside if at < len(tokens) and text[tokens[at].start].isupper())
