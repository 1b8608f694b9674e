"""Which cards an answer met, and how: the link between a scene and the memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.scenarios.grading import Form, Verdict
from bot.scenarios.grammar import comparable
from bot.scenarios.scene import Scene
from bot.scenarios.text import fold

Words = tuple[str, ...]


class How(StrEnum):
    """How a card was met, the strongest first."""

    ERROR = "error"
    TYPED = "typed"
    MENDED = "mended"
    HELPED = "helped"
    UNDERSTOOD = "understood"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A card met by an answer, with the learner's own line when they used it."""

    card_id: str
    how: How
    own_line: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An understood answer: what was heard before it, what was typed, and whether help was open."""

    heard: tuple[str, ...]
    text: str
    verdict: Verdict
    helped: bool
    mended: bool = False


def meetings(scene: Scene, answered: Answered) -> tuple[Meeting, ...]:
    """Return the cards an understood answer met, each once, in the strongest way."""
    said = tuple(fold(word.casefold()) for word in answered.verdict.words)
    heard = [comparable(scene.texts[text_id]) for text_id in answered.heard if text_id in scene.texts]
    # Of most cards not even the first word stands anywhere here.
    here = {word for text in (said, *heard) for word in text}
    any_card = answered.verdict.form is Form.ERROR
    found = (
        _meeting(parts, answered, card_id, said, heard)
        for card_id, parts in scene.card_words.items()
        if parts and (any_card or parts[0] in here)
    )
    return tuple(meeting for meeting in found if meeting is not None)


def _meeting(parts: Words, answered: Answered, card_id: str, said: Words, heard: Iterable[Words]) -> Meeting | None:
    """Return how one card was met, if it was."""
    verdict = answered.verdict
    if verdict.form is Form.ERROR:
        if _concerns(verdict, parts):
            return Meeting(card_id=card_id, how=How.ERROR, own_line=answered.text)
    elif _occurs(parts, said):
        return Meeting(card_id=card_id, how=_used(answered), own_line=answered.text)
    if any(_occurs(parts, text) for text in heard):
        return Meeting(card_id=card_id, how=How.UNDERSTOOD)
    return None


def _used(answered: Answered) -> How:
    """Return how well a word was used that stands in the answer."""
    if answered.helped:
        return How.HELPED
    return How.MENDED if answered.mended else How.TYPED


def _concerns(verdict: Verdict, parts: Words) -> bool:
    """Tell whether an error was made on the words of a card."""
    noun = comparable(verdict.noun.say) if verdict.noun else ()
    return _occurs(parts, noun) or _occurs(parts, comparable(verdict.swap[0]))


def _occurs(parts: Words, text: Words) -> bool:
    """Tell whether words stand next to each other in a text."""
    if not parts or parts[0] not in text:
        return False
    return any(text[at : at + len(parts)] == parts for at in range(len(text) - len(parts) + 1))
