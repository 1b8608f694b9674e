"""The help ladder of a turn: a word bank, then first letters, then a model to retype; all derived from the pack.

How much of it comes unasked fades with the learner's support level (research/scenarios.md 2): at 0 the words are
there from the start; at 1 they come when asked for or when nothing was understood; at 2 nothing comes unasked, and what
is asked for begins with first letters; at 3 the turn does not even offer it.
"""

from dataclasses import dataclass

from bot.scenarios.grading import grade
from bot.scenarios.progress import Progress
from bot.scenarios.scene import Line, Scene
from bot.scenarios.speech import spoken
from bot.scenarios.text import fold, utterance

WORD_BANK, FIRST_LETTERS, MODEL = 1, 2, 3
SHOWN, ON_REQUEST, LETTERS_ONLY, FREE = 0, 1, 2, 3
DISTRACTORS = 3


@dataclass(frozen=True, kw_only=True)
class Help:
    """The help shown at a turn: always the words, then the first letters, then the model answer."""

    level: int
    words: tuple[str, ...]
    hint: str
    model: Line | None
    built: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """Return what the words tapped so far say."""
        said = " ".join(self.words[at] for at in self.built)
        return said[:1].upper() + said[1:]


def opened_unasked(support: int) -> int:
    """Return the help that a turn begins with."""
    return WORD_BANK if support <= SHOWN else 0


def opened_when_missed(support: int) -> int:
    """Return the help that opens by itself when an answer was not understood."""
    return WORD_BANK if support <= ON_REQUEST else 0


def next_rung(level: int, support: int) -> int:
    """Return the help that comes next when it is asked for."""
    first = WORD_BANK if support <= ON_REQUEST else FIRST_LETTERS
    return min(max(level + 1, first), MODEL)


def at_its_top(progress: Progress) -> bool:
    """Tell whether all the help there is has been opened."""
    return progress.help_level >= MODEL


def help_at(scene: Scene, progress: Progress) -> Help | None:
    """Return the help that is open at the current turn, if any."""
    if progress.help_level == 0 or progress.finished:
        return None
    wanted = progress.help_model if progress.help_model in scene.texts else scene.model(progress.turn).id
    model = spoken(scene, [wanted], progress.vars)[0]
    return Help(
        level=progress.help_level,
        words=_bank(scene, progress.turn, model.text),
        hint=_first_letters(model.text) if progress.help_level >= FIRST_LETTERS else "",
        model=model if progress.help_level >= MODEL else None,
        built=progress.built,
    )


def _bank(scene: Scene, turn_id: str, model: str) -> tuple[str, ...]:
    """Return the words of the model among others of their kind, in an order that gives nothing away."""
    shown = utterance(model)
    own = [shown.text[token.start : token.end] for token in shown.tokens]
    others = [
        word for word in _others(scene, turn_id, model) if fold(word) not in {fold(one.casefold()) for one in own}
    ]
    lowered = [word.lower() if at == 0 else word for at, word in enumerate(own)]
    # Each word as often as the model needs it: what was tapped is used up.
    return tuple(sorted([*lowered, *dict.fromkeys(others[:DISTRACTORS])], key=lambda word: (fold(word)[::-1], word)))


def _others(scene: Scene, turn_id: str, model: str) -> list[str]:
    """Return what else could fill the slots of the model answer."""
    slots = grade(scene, turn_id, model).slots
    return [
        entry.say
        for slot, chosen in slots.items()
        for name, entry in scene.pack.lexicon[slot].items()
        if name != chosen and " " not in entry.say
    ]


def _first_letters(model: str) -> str:
    """Leave the first letter of each word and a stroke for each of the others."""
    shown = utterance(model)
    pieces: list[str] = []
    at = 0
    for token in shown.tokens:
        pieces += [shown.text[at : token.start + 1], "_" * (token.end - token.start - 1)]
        at = token.end
    return "".join([*pieces, shown.text[at:]])
