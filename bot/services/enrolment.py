"""Coming in and leaving: the first message, the choice of languages, and deletion of everything."""

from dataclasses import dataclass, replace

from bot.errors import StaleButtonError, UnknownSceneError
from bot.scenarios.scene import CardSource, Scene
from bot.services import practice, scenes, schedule
from bot.services.parked import waiting
from bot.services.practice import SceneView, Unfinished
from bot.services.visit import Visit
from storage import inbox, outbox, users
from storage.rows import changed

PLAY_LINK = "play_"
BEGINNER, EXPERIENCED = "new", "some"
# Languages the tutor itself speaks; a scene without a gloss in one of them is explained in English.
NATIVES = ("en", "es")


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """The one message that begins everything."""

    scene_title: str
    scenario_id: str
    minutes: int
    target: str
    returning: bool
    open_run: int | None
    open_title: str | None


@dataclass(frozen=True, kw_only=True)
class WhichNative:
    """Ask, where the learner's Telegram speaks the language they want to learn, which one shall explain it."""

    target: str
    natives: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PhraseList:
    """A few phrases to look at before a first scene."""

    title: str
    scenario_id: str
    phrases: tuple[CardSource, ...]


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """Nothing of the learner is left."""


def welcome(visit: Visit, payload: str = "") -> Welcome | WhichNative | SceneView | Unfinished:
    """Greet a learner; a deep link goes straight to its scene."""
    if payload.startswith(PLAY_LINK):
        try:
            return practice.play(visit, payload.removeprefix(PLAY_LINK))
        except UnknownSceneError:
            return greeting(visit)
    offered = natives(visit)
    if visit.user.experience is None and visit.user.native == visit.user.target and visit.user.native not in offered:
        return WhichNative(target=visit.user.target, natives=offered)
    return greeting(visit)


def natives(visit: Visit) -> tuple[str, ...]:
    """Return the languages that explain what the learner learns; a language without glosses would explain nothing."""
    explained = visit.library.explained(visit.user.target)
    return tuple(language for language in NATIVES if language in explained) or NATIVES


def begin(visit: Visit) -> Welcome | WhichNative | SceneView | Unfinished:
    """Take somebody who just types along: greeted first, then straight into their first scene."""
    if visit.user.experience is None:
        return welcome(visit)
    return practice.play(visit, first_scene(visit).id)


def choose_native(visit: Visit, language: str) -> Welcome:
    """Set the language that explains."""
    if language not in NATIVES:
        raise StaleButtonError
    users.change(visit.connection, visit.user.id, native=language)
    return greeting(replace(visit, user=changed(visit.user, native=language)))


def choose_experience(visit: Visit, experience: str) -> PhraseList | SceneView | Unfinished:
    """Begin: a beginner sees a few phrases first, the others go straight in."""
    if experience not in {BEGINNER, EXPERIENCED}:
        raise StaleButtonError
    users.change(visit.connection, visit.user.id, experience=experience)
    scene = first_scene(visit)
    if experience == EXPERIENCED:
        return practice.play(visit, scene.id)
    return PhraseList(title=scene.title, scenario_id=scene.id, phrases=scenes.phrases(scene))


def delete(visit: Visit) -> Deleted:
    """Delete every row of a learner; what is left of their updates is a bare number that proves it was handled."""
    inbox.forget_chat(visit.connection, visit.user.id)
    outbox.forget_chat(visit.connection, visit.user.id)
    users.forget(visit.connection, visit.user.id)
    return Deleted()


def keep(_visit: Visit) -> None:
    """Leave everything as it is."""


def set_reachable(visit: Visit, reachable: bool) -> None:  # noqa: FBT001 - the one thing it says
    """Note whether messages reach the learner; prompts stop until they do again.

    Somebody unknown who blocks the bot, say after deleting everything, is not enrolled by it.
    """
    if visit.is_new:
        users.forget(visit.connection, visit.user.id)
        return
    users.change(visit.connection, visit.user.id, reachable=reachable)
    if reachable:
        schedule.replan(visit)


def greeting(visit: Visit) -> Welcome:
    """Say which scene comes first, or what was left open."""
    scene = first_scene(visit)
    begun = waiting(visit)
    return Welcome(
        scene_title=scene.title,
        scenario_id=scene.id,
        minutes=scene.minutes,
        target=visit.user.target,
        returning=visit.user.experience is not None,
        open_run=begun.run_id if begun else None,
        open_title=begun.title if begun else None,
    )


def first_scene(visit: Visit) -> Scene:
    """Return the scene to begin with: the first the learner has not finished, else the first there is."""
    found = scenes.offers(visit)
    if not found:
        raise UnknownSceneError("", None)
    untried = next((offer for offer in found if offer.best_score is None), found[0])
    return scenes.find_scene(visit, untried.id)
