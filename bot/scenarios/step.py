"""What one message of a learner led to: the new state and all that a view or a memory needs to know."""

from dataclasses import dataclass

from bot.scenarios import speech
from bot.scenarios.feedback import Feedback, packed
from bot.scenarios.meetings import Meeting
from bot.scenarios.progress import Progress
from bot.scenarios.scene import Line, Scene
from bot.scenarios.values import replace
from bot.scenarios.verdict import Verdict

KEPT = 200  # Characters of the learner's last answer kept for the recap.


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a scene, be it a move of the story or a word aside.

    `aside` says that the learner asked something and did not answer; `unaided` that the answer was typed without any
    help; `fine` that it deserves a reaction.
    """

    progress: Progress
    verdict: Verdict | None = None
    said: tuple[Line, ...] = ()
    stage: str | None = None
    feedback: Feedback | None = None
    model: Line | None = None
    understood: bool = False
    quality: int | None = None
    help_level: int = 0
    repaired: bool = False
    met: tuple[str, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    finished: bool = False
    aside: bool = False
    unaided: bool = False
    fine: bool = False


def standing(scene: Scene, progress: Progress) -> Step:
    """Return the step that only says the current lines."""
    return Step(
        progress=progress,
        said=speech.spoken(scene, progress.said, progress.vars),
        stage=None if progress.finished else scene.stage(progress.turn),
        finished=progress.finished,
    )


def remembered(step: Step) -> Step:
    """Keep what the tutor said with the turn, so that drawing it again keeps it too."""
    remark = packed(step.feedback, step.model.id if step.model else "")
    return replace(step, progress=replace(step.progress, remark=remark, built=()))
