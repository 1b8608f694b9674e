"""Help in a scene by buttons: the ladder, the words tapped together, the line said again, its words, an explanation."""

from dataclasses import replace
from typing import Literal

from bot.errors import StaleButtonError
from bot.scenarios import asides, dialogue, mending
from bot.scenarios.feedback import ROW
from bot.scenarios.glossary import glosses
from bot.scenarios.help import WORD_BANK, at_its_top
from bot.scenarios.step import remembered
from bot.services.scenes import resumable
from bot.services.turns import SceneView, await_answer, reopened, save, view
from bot.services.visit import Visit

WAYS: tuple[Literal["plain", "slow", "gloss"], ...] = (
    "plain",
    "slow",
    "gloss",
)  # How a line is said again, in the order of the buttons' numbers.


def hint(visit: Visit, run_id: int | None = None, version: int | None = None) -> SceneView:
    """Open the next help of the current turn; past the last there is only a kind word."""
    run, scene, progress = reopened(visit, resumable(visit).id if run_id is None else run_id, version)
    await_answer(visit, run.id)
    helped, _ = dialogue.raise_help(scene, progress)
    return view(scene, save(visit, run, helped), helped, no_more_help=at_its_top(progress))


def tap(visit: Visit, run_id: int, moves: int, number: int) -> SceneView:
    """Put one word of the bank behind those tapped before; a second tap on it changes nothing."""
    run, scene, progress = reopened(visit, run_id)
    found = dialogue.screen(scene, progress).help
    if progress.answers != moves or found is None or found.level != WORD_BANK or number >= len(found.words):
        raise StaleButtonError
    if number in progress.built:
        return view(scene, run, progress)
    built = replace(progress, built=(*progress.built, number))
    await_answer(visit, run.id)
    return view(scene, save(visit, run, built), built)


def untap(visit: Visit, run_id: int, moves: int) -> SceneView:
    """Take the last tapped word away again."""
    run, scene, progress = reopened(visit, run_id)
    if progress.answers != moves:
        raise StaleButtonError
    fewer = replace(progress, built=progress.built[:-1])
    return view(scene, save(visit, run, fewer), fewer)


def more(visit: Visit, run_id: int, version: int, unfolded: int) -> SceneView:
    """Show what else can be done at this turn, or fold it away again."""
    run, scene, progress = reopened(visit, run_id, version)
    return view(scene, run, progress, menu=bool(unfolded))


def again(visit: Visit, run_id: int, version: int, way: int) -> SceneView:
    """Say the partner's lines again: as they were, slowly, or with the translation open."""
    run, scene, progress = reopened(visit, run_id, version)
    if way >= len(WAYS):
        raise StaleButtonError
    await_answer(visit, run.id)
    step = asides.again(scene, progress, WAYS[way])
    return view(scene, run, progress, step=step)


def words(visit: Visit, run_id: int, version: int) -> SceneView:
    """List the words of the partner's lines with what they mean."""
    run, scene, progress = reopened(visit, run_id, version)
    shown = view(scene, run, progress)
    return replace(shown, words=glosses(scene, shown.screen.said))


def why(visit: Visit, run_id: int, version: int) -> SceneView:
    """Explain the error that was hinted at."""
    run, scene, progress = reopened(visit, run_id, version)
    step = mending.why(scene, progress)
    if step is None:
        raise StaleButtonError
    told = remembered(step).progress
    explained = replace(told, remark={**(told.remark or {}), ROW: (progress.remark or {}).get(ROW, 0)})
    await_answer(visit, run.id)
    return view(scene, save(visit, run, explained), explained)
