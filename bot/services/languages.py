"""The two languages of a learner: the one they learn, and the one that explains it."""

from dataclasses import dataclass, replace

from bot.errors import StaleButtonError
from bot.services.enrolment import NATIVES, Welcome, WhichNative, first_scene, greeting, natives
from bot.services.visit import Visit
from storage import users
from storage.rows import changed


@dataclass(frozen=True, kw_only=True)
class Languages:
    """What is learnt and what explains it, what else there is, and the scene that comes next."""

    target: str
    native: str
    targets: tuple[str, ...]
    natives: tuple[str, ...]
    scene_title: str
    scenario_id: str


def languages(visit: Visit) -> Languages:
    """Show the learner's languages and the others on offer."""
    scene = first_scene(visit)
    return Languages(
        target=visit.user.target,
        native=visit.user.native,
        targets=visit.library.languages(),
        natives=natives(visit),
        scene_title=scene.title,
        scenario_id=scene.id,
    )


def learn(visit: Visit, language: str) -> Languages | Welcome | WhichNative:
    """Change the language that is learnt; whoever has not begun yet is welcomed to it, or asked what explains it."""
    if language not in visit.library.languages():
        raise StaleButtonError
    users.change(visit.connection, visit.user.id, target=language)
    there = replace(visit, user=changed(visit.user, target=language))
    if visit.user.experience is not None:
        return languages(there)
    return (
        greeting(there) if there.user.native in natives(there) else WhichNative(target=language, natives=natives(there))
    )


def explain_in(visit: Visit, language: str) -> Languages:
    """Change the language that explains, and go on in it at once."""
    if language not in NATIVES:
        raise StaleButtonError
    users.change(visit.connection, visit.user.id, native=language)
    return languages(replace(visit, user=changed(visit.user, native=language)))
