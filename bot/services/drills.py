"""A minute on one error: six pairs, right or wrong, as a sitting of its own. The memory of words does not move."""

from dataclasses import dataclass
from typing import Any

from bot.errors import StaleButtonError
from bot.scenarios.drill import Pair, is_right, pairs, right_first
from bot.scenarios.scene import Scene
from bot.services import schedule
from bot.services.errors import DRILL, label
from bot.services.learning_sessions import IDLE, complete_session, update_session
from bot.services.leaving import park_open
from bot.services.visit import Visit
from storage import learning_sessions, mistakes, users
from storage.rows import changed, new
from storage.tables import LearningSession, SessionType

AWAITING_DRILL = "drill"
TYPED_FROM = 4  # The first four are a choice; then the wrong sentence is to be put right by typing.
SCENES = 3  # From so many scenes the pairs are drawn, those in which the error was made first.


@dataclass(frozen=True, kw_only=True)
class DrillStep:
    """Where a drill stands: the item to answer now, and how the one before went."""

    session_id: int
    label: str
    number: int
    total: int
    pair: Pair | None
    right_first: bool
    typed: bool
    before: Pair | None = None
    was_right: bool | None = None
    right: int = 0

    @property
    def done(self) -> bool:
        """Tell whether every item has been answered."""
        return self.pair is None


def begin(visit: Visit, error_id: str) -> DrillStep:
    """Draw the pairs of an error and ask the first, or go on with them; a scene that is open waits meanwhile."""
    begun = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.CONTENT_STUDY)
    if begun is not None and begun.source_id == DRILL + error_id and visit.now - begun.last_activity_at < IDLE:
        park_open(visit)
        return _asked(visit, begun)
    drawn = pairs(_scenes(visit, error_id), error_id, f"{visit.user.id}/{visit.now:%Y-%m-%d}")
    if not drawn:
        raise StaleButtonError
    park_open(visit)
    _end_open(visit)
    told = {"error": error_id, "items": [[pair.wrong, pair.right] for pair in drawn], "answers": []}
    session = new(
        LearningSession,
        user_id=visit.user.id,
        session_type=SessionType.CONTENT_STUDY,
        source_id=DRILL + error_id,
        language=visit.user.target,
        started_at=visit.now,
        last_activity_at=visit.now,
        session_metadata=told,
    )
    return _asked(visit, changed(session, id=learning_sessions.start(visit.connection, session)))


def choose(visit: Visit, session_id: int, number: int, option: int) -> DrillStep:
    """Take a pressed sentence; a button of an item that has been answered shows where the drill stands."""
    session = _session(visit, session_id)
    at = len(session.session_metadata["answers"])
    if number != at or at == len(session.session_metadata["items"]):
        return _asked(visit, session)
    first = right_first(_pair(session, at), _seed(session, at))
    return _answered(visit, session, right=(option == 0) == first)


def type_out(visit: Visit, session_id: int, text: str) -> DrillStep:
    """Take a typed sentence."""
    session = _session(visit, session_id)
    at = len(session.session_metadata["answers"])
    if at == len(session.session_metadata["items"]):
        raise StaleButtonError
    return _answered(visit, session, right=is_right(text, _pair(session, at)))


def _answered(visit: Visit, session: LearningSession, *, right: bool) -> DrillStep:
    answers = [*session.session_metadata["answers"], right]
    told = {**session.session_metadata, "answers": answers}
    session = update_session(visit, session, correct=int(right), incorrect=int(not right))
    learning_sessions.change(visit.connection, session.id, session_metadata=told)
    session = changed(session, session_metadata=told)
    schedule.practised(visit)
    if len(answers) < len(told["items"]):
        return _asked(visit, session)
    complete_session(visit, session)
    if (visit.user.awaiting or "") == f"{AWAITING_DRILL}:{session.id}":
        users.change(visit.connection, visit.user.id, awaiting=None)
    return _step(visit, session)


def _asked(visit: Visit, session: LearningSession) -> DrillStep:
    """Show where a drill stands; a typed text answers it from now on."""
    step = _step(visit, session)
    if not step.done:
        users.change(visit.connection, visit.user.id, awaiting=f"{AWAITING_DRILL}:{session.id}")
    return step


def _step(visit: Visit, session: LearningSession) -> DrillStep:
    told: dict[str, Any] = session.session_metadata
    answers, items = told["answers"], told["items"]
    at = len(answers)
    pair = _pair(session, at) if at < len(items) else None
    return DrillStep(
        session_id=session.id,
        label=label(visit, told["error"]),
        number=at,
        total=len(items),
        pair=pair,
        right_first=pair is not None and right_first(pair, _seed(session, at)),
        typed=at >= TYPED_FROM,
        before=_pair(session, at - 1) if at else None,
        was_right=answers[-1] if answers else None,
        right=sum(answers),
    )


def _scenes(visit: Visit, error_id: str) -> list[Scene]:
    """Return the scenes to draw from: where the error was made, then others that know it."""
    scenes = visit.library.scenes(visit.user.target, visit.user.native)
    made = mistakes.scenes_of(visit.connection, visit.user.id, visit.user.target, error_id)
    knowing = [scene for scene in scenes if error_id in scene.pack.malrules]
    return sorted(knowing, key=lambda scene: made.index(scene.id) if scene.id in made else len(made))[:SCENES]


def _session(visit: Visit, session_id: int) -> LearningSession:
    found = learning_sessions.get(visit.connection, session_id)
    if found is None or found.user_id != visit.user.id or not (found.source_id or "").startswith(DRILL):
        raise StaleButtonError
    return found


def _end_open(visit: Visit) -> None:
    """End a drill that was left in the middle."""
    left = learning_sessions.open_session(visit.connection, visit.user.id, SessionType.CONTENT_STUDY)
    if left is not None:
        learning_sessions.change(visit.connection, left.id, ended_at=left.last_activity_at)


def _pair(session: LearningSession, at: int) -> Pair:
    wrong, right = session.session_metadata["items"][at]
    return Pair(wrong=wrong, right=right)


def _seed(session: LearningSession, at: int) -> str:
    return f"{session.id}/{at}"
