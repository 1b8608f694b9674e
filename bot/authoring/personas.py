"""Made-up learners, each with one habit, who play a scene to its end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.scenarios.dialogue import Step, answer, raise_help, skip, start
from bot.scenarios.grading import grade
from bot.scenarios.progress import Progress
from bot.scenarios.scene import Scene
from bot.scenarios.score import score
from bot.scenarios.spelling import ONE_EDIT_FROM
from bot.scenarios.text import utterance

PATIENCE = 2
MOST_TRIES = 4
MOST_STEPS = 200
NONSENSE = "qwxz brrk"
Act = Callable[[Scene, Progress], Step]


@dataclass(frozen=True, kw_only=True)
class Played:
    """How a persona fared: its score, the most tries on one visit of a turn, and whether the scene ended."""

    name: str
    score: int
    tries: int
    ended: bool


def played(scene: Scene) -> tuple[Played, ...]:
    """Let every persona play the scene."""
    return tuple(_play(scene, name, act) for name, act in PERSONAS.items())


def complaints(results: tuple[Played, ...]) -> Iterator[str]:
    """Yield what is not as it should be: all end, nobody is asked without end, and better answers score better."""
    scores = {one.name: one.score for one in results}
    for one in results:
        if not one.ended:
            yield f"{one.name}: the scene does not end"
        if one.tries > MOST_TRIES:
            yield f"{one.name}: {one.tries} tries on one turn"
    for better, worse in (("perfect", "typo-maker"), ("typo-maker", "only-nouns"), ("only-nouns", "silent")):
        if scores[better] <= scores[worse]:
            yield f"{better} scores {scores[better]}, no more than {worse} with {scores[worse]}"


def _play(scene: Scene, name: str, act: Act) -> Played:
    """Play to the end, or until it is plain that there is none."""
    progress = start(scene).progress
    most = tries = steps = 0
    while not progress.finished and steps < MOST_STEPS:
        after = act(scene, progress).progress
        moved = after.turn != progress.turn or len(after.outcomes) != len(progress.outcomes)
        tries = 1 if moved else tries + 1
        most, steps, progress = max(most, tries), steps + 1, after
    return Played(name=name, score=score(scene, progress).completion_score, tries=most, ended=progress.finished)


def _says(text: str) -> Act:
    return lambda scene, progress: answer(scene, progress, text, patience=PATIENCE)


def _perfect(scene: Scene, progress: Progress) -> Step:
    return answer(scene, progress, scene.model(progress.turn).text, patience=PATIENCE)


def _typing_slips(scene: Scene, progress: Progress) -> Step:
    """Double a letter of the longest word, wherever that is still heard as meant."""
    model = scene.model(progress.turn).text
    meant = grade(scene, progress.turn, model)
    for token in sorted(utterance(model).tokens, key=lambda token: token.start - token.end):
        middle = (token.start + token.end) // 2
        slipped = model[:middle] + model[middle] + model[middle:]
        heard = grade(scene, progress.turn, slipped)
        same = (heard.intent, dict(heard.slots)) == (meant.intent, dict(meant.slots))
        if same and token.end - token.start >= ONE_EDIT_FROM:
            return answer(scene, progress, slipped, patience=PATIENCE)
    return answer(scene, progress, model, patience=PATIENCE)


def _only_nouns(scene: Scene, progress: Progress) -> Step:
    """Open the words and say the key one alone: a bare noun by itself may well be what a native speaker says."""
    progress, _opened = raise_help(scene, progress)
    expected = next(iter(scene.hears(progress.turn)))
    meant = dict(grade(scene, progress.turn, scene.model(progress.turn).text).slots)
    keys = [key for keys in scene.turn_book(progress.turn).gist.values() for key in keys if key.intent == expected]
    keys.sort(
        key=lambda key: (sum(meant.get(name) == value for name, value in key.slots), -len(key.words)), reverse=True
    )
    said = " ".join(keys[0].words) if keys else max(scene.model(progress.turn).text.split(), key=len)
    return answer(scene, progress, said, patience=PATIENCE)


def _wrong_gender(scene: Scene, progress: Progress) -> Step:
    """Make a predicted error wherever one fits the model answer."""
    meant = grade(scene, progress.turn, scene.model(progress.turn).text)
    for wrong, mistake in scene.turn_book(progress.turn).mistakes.all():
        if mistake.intent == meant.intent and dict(mistake.slots) == dict(meant.slots) and not mistake.note:
            return answer(scene, progress, wrong, patience=PATIENCE)
    return _perfect(scene, progress)


def _silent(scene: Scene, progress: Progress) -> Step:
    return skip(scene, progress)


def _asks_for_help(scene: Scene, progress: Progress) -> Step:
    """Open all help and say what it shows."""
    for _ in range(3):
        progress, _opened = raise_help(scene, progress)
    return _perfect(scene, replace(progress))


PERSONAS: dict[str, Act] = {
    "perfect": _perfect,
    "typo-maker": _typing_slips,
    "only-nouns": _only_nouns,
    "wrong-gender": _wrong_gender,
    "silent": _silent,
    "asks-for-help": _asks_for_help,
    "nonsense": _says(NONSENSE),
}
