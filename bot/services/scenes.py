"""What there is to play, and what a learner said when they played it."""

from dataclasses import dataclass

from rapidfuzz import process

from bot.errors import NothingOpenError, StaleButtonError, UnknownSceneError
from bot.scenarios.grading import grade
from bot.scenarios.library import UnknownScenario
from bot.scenarios.replay import Earlier, earlier
from bot.scenarios.scene import CardSource, Line, Scene
from bot.scenarios.swapped import swapped
from bot.scenarios.weaving import DueWord, fitting
from bot.services.visit import Visit
from storage import cards, completions, runs
from storage.tables import RunKind, RunStatus, ScenarioRun, ScenarioTurn

_NEAR_ENOUGH = 60


@dataclass(frozen=True, kw_only=True)
class SceneOffer:
    """One scene on the list, with the learner's best score so far."""

    id: str
    title: str
    cefr: str
    minutes: int
    beta: bool
    best_score: int | None
    due: int = 0


@dataclass(frozen=True, kw_only=True)
class ScenePage:
    """A page of the list of scenes."""

    offers: tuple[SceneOffer, ...]
    page: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the learner said at a turn, beside a more natural way to say it."""

    said: str
    model: Line | None


@dataclass(frozen=True, kw_only=True)
class MyLines:
    """The learner's own lines of a run."""

    title: str
    lines: tuple[Comparison, ...]


def find_scene(visit: Visit, scenario_id: str) -> Scene:
    """Return a scene in the learner's languages, or say which one they may have meant."""
    try:
        return visit.library.scene(scenario_id, visit.user.target, visit.user.native)
    except UnknownScenario:
        titles = {scene.id: scene.title for scene in visit.library.scenes(visit.user.target, visit.user.native)}
        nearest = process.extractOne(scenario_id, titles.keys(), score_cutoff=_NEAR_ENOUGH)
        if nearest is None:
            raise UnknownSceneError(scenario_id, None) from None
        raise UnknownSceneError(scenario_id, nearest[0], titles[nearest[0]]) from None


def offers(visit: Visit) -> tuple[SceneOffer, ...]:
    """List the scenes there are for this learner, the easier level first, then those that use most words now due."""
    words = due_words(visit)
    best = completions.best_scores(visit.connection, visit.user.id, visit.user.target)
    scenes = visit.library.scenes(visit.user.target, visit.user.native)
    listed = (
        SceneOffer(
            id=scene.id,
            title=scene.title,
            cefr=scene.cefr,
            minutes=scene.minutes,
            beta=scene.status == "beta",
            best_score=best.get(scene.id),
            due=fitting(scene, words) if words else 0,
        )
        for scene in scenes
    )
    return tuple(sorted(listed, key=lambda offer: (offer.cefr, -offer.due)))


def page(visit: Visit, number: int) -> ScenePage:
    """Return a page of the list of scenes."""
    return ScenePage(offers=offers(visit), page=number)


def due_words(visit: Visit) -> tuple[DueWord, ...]:
    """Return the words of the learner's language that are due to be said, the longest due first."""
    mine = (visit.connection, visit.user.id, visit.user.target, visit.today)
    return tuple(DueWord(card=card, gap=gap, meaning=meaning) for card, gap, meaning in cards.due_production(*mine))


def phrases(scene: Scene, count: int = 5) -> tuple[CardSource, ...]:
    """Return the phrases worth a look before a first scene: those to be said, in the author's order."""
    return tuple(card for card in scene.cards() if not card.recognition_only)[:count]


def own_run(visit: Visit, run_id: int) -> ScenarioRun:
    """Return a run of this learner; a button of somebody else's is as stale as one of a deleted run."""
    run = runs.get(visit.connection, visit.user.id, run_id)
    if run is None:
        raise StaleButtonError
    return run


def resumable(visit: Visit) -> ScenarioRun:
    """Return the run to go on with: the one the learner is in, else the one parked last."""
    run = runs.resumable(visit.connection, visit.user.id)
    if run is None:
        raise NothingOpenError
    return run


def scene_of(visit: Visit, run: ScenarioRun) -> Scene:
    """Return the scene a run plays; a button of a scene that is no longer there is stale."""
    try:
        scene = visit.library.scene(run.scenario_id, run.language, run.native)
    except UnknownScenario:
        raise StaleButtonError from None
    change = run.state.get("change", 0)
    played = scene.changed(change if isinstance(change, int) else 0)
    return swapped(played) if run.kind == RunKind.SWAPPED else played


def earlier_plays(visit: Visit, scene: Scene) -> Earlier:
    """Return what the learner's earlier plays of a scene leave to the next one."""
    mine = (visit.connection, visit.user.id, scene.id, scene.language)
    latest, done = runs.latest(*mine), runs.latest(*mine, RunStatus.COMPLETED)
    return earlier(scene, latest.state if latest else None, done.state if done else None)


def my_lines(visit: Visit, run_id: int) -> MyLines:
    """Put the learner's lines of a run beside more natural ones."""
    run = own_run(visit, run_id)
    scene = scene_of(visit, run)
    said = [turn for turn in runs.turns(visit.connection, run.id) if turn.quality is not None]
    return MyLines(title=scene.title, lines=tuple(_comparison(scene, turn) for turn in said))


def _comparison(scene: Scene, turn: ScenarioTurn) -> Comparison:
    model = _more_natural(scene, turn)
    same = model is not None and _bare(model.text) == _bare(turn.utterance)
    return Comparison(said=turn.utterance, model=None if same else model)


def _more_natural(scene: Scene, turn: ScenarioTurn) -> Line | None:
    """Return a model that says the same, else what was said put right; somebody not understood gets the model."""
    if turn.turn_id not in scene.turns:
        return None
    if turn.intent is None:
        return scene.model(turn.turn_id)
    models = map(scene.line, scene.words_of(turn.turn_id).model.get(turn.intent, {}))
    alike = (model for model in models if dict(grade(scene, turn.turn_id, model.text).slots) == dict(turn.slots))
    return next(alike, None) or _corrected(scene, turn)


def _corrected(scene: Scene, turn: ScenarioTurn) -> Line | None:
    pieces = grade(scene, turn.turn_id, turn.utterance).correction
    return Line(id="", text="".join(piece.text for piece in pieces), translation="") if pieces else None


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
