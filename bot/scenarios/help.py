"""The help ladder of a turn: a word bank, then first letters, then a model to retype; all derived from the pack."""

from dataclasses import dataclass

from bot.scenarios.grading import grade
from bot.scenarios.progress import Progress
from bot.scenarios.scene import Line, Scene
from bot.scenarios.speech import spoken
from bot.scenarios.text import fold, utterance

WORD_BANK, FIRST_LETTERS, MODEL = 1, 2, 3
DISTRACTORS = 3


@dataclass(frozen=True, kw_only=True)
class Help:
    """The help shown at a turn: always the words, then the first letters, then the model answer."""

    level: int
    words: tuple[str, ...]
    hint: str
    model: Line | None


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
    )


def _bank(scene: Scene, turn_id: str, model: str) -> tuple[str, ...]:
    """Return the words of the model among others of their kind, in an order that gives nothing away."""
    shown = utterance(model)
    own = [shown.text[token.start : token.end] for token in shown.tokens]
    others = [
        word for word in _others(scene, turn_id, model) if fold(word) not in {fold(one.casefold()) for one in own}
    ]
    lowered = [word.lower() if at == 0 else word for at, word in enumerate(own)]
    return tuple(sorted(dict.fromkeys([*lowered, *others[:DISTRACTORS]]), key=lambda word: (fold(word)[::-1], word)))


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
