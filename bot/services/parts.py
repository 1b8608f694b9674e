"""What a run plays: the whole scene with due words woven in, one turn of it, or the scene with the roles swapped."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.scenarios import weak
from bot.scenarios.dialogue import Progress, Step
from bot.scenarios.scene import Scene
from bot.scenarios.speech import spoken
from bot.scenarios.swapped import not_copied
from bot.scenarios.weaving import is_used, woven
from bot.services.remembering import Recall, rate
from bot.services.scenes import due_words
from bot.services.visit import Visit
from scheduler.memory import Rating
from storage import cards
from storage.memory_tables import ReviewSource
from storage.tables import RunKind, ScenarioRun


def with_due_words(visit: Visit, scene: Scene, step: Step) -> Step:
    """Ask for due words at the turns of a scene where they can be said."""
    found = {turn: asdict(word) for turn, word in woven(scene, due_words(visit)).items()}
    return replace(step, progress=replace(step.progress, woven=found))


def asked_for(progress: Progress) -> str:
    """Return what the word means that is to be used at the current turn, or nothing."""
    word: Mapping[str, Any] = progress.woven.get(progress.turn, {})
    return "" if progress.finished else str(word.get("meaning", ""))


def settled(run: ScenarioRun, scene: Scene, step: Step) -> Step:
    """Keep a step to what its run plays: one turn ends with the turn, and what was just heard is no recall."""
    if run.kind == RunKind.WEAK_TURN:
        return weak.bounded(scene, Progress.from_json(run.state), step)
    if run.kind == RunKind.SWAPPED:
        before = Progress.from_json(run.state)
        heard = spoken(scene, before.said, before.vars)
        return replace(step, meetings=not_copied(heard, scene, step.meetings))
    progress, asked_at = step.progress, run.state["turn"]
    if asked_at not in _woven(run) or progress.turn == asked_at:
        return step
    # A word is asked for once: who comes back to the turn has other things to say.
    left = {turn: word for turn, word in progress.woven.items() if turn != asked_at}
    return replace(step, progress=replace(progress, woven=left))


def count_due_word(visit: Visit, run: ScenarioRun, step: Step) -> None:
    """Count a woven word as reviewed when it was said unaided; a card moves once a study day."""
    word = _woven(run).get(run.state["turn"])
    if word is None or step.verdict is None or not step.unaided or not is_used(step.verdict, word["gap"]):
        return
    card = cards.get(visit.connection, visit.user.id, word["card"])
    if card is not None and card.due_on <= visit.today and card.reviewed_on != visit.today:
        said = step.progress.heard or None
        rate(visit, card, Recall(rating=Rating.GOOD, source=ReviewSource.SCENE, answer=said))


def _woven(run: ScenarioRun) -> Mapping[str, Any]:
    """Return the due words asked for in a run, by turn; read from its row, since it is needed at every answer."""
    return run.state.get("woven") or {}
