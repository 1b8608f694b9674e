"""Situations a learner can cause; each has a view that words it kindly. Anything else is a bug and propagates."""


class TutorError(Exception):
    """Something the learner asked for cannot be done now; the view of its kind says why and what to do."""


class NothingOpenError(TutorError):
    """There is no scene to go on with."""


class StaleButtonError(TutorError):
    """The button belongs to something that has moved on."""


class NotYoursError(TutorError):
    """The button belongs to somebody else."""


class UnknownSceneError(TutorError):
    """There is no scene by that name."""

    def __init__(self, asked: str, nearest: str | None, title: str = "") -> None:
        super().__init__(asked)
        self.asked = asked
        self.nearest = nearest
        self.title = title


class UnknownZoneError(TutorError):
    """No time zone goes by that name."""

    def __init__(self, asked: str, nearest: tuple[str, ...]) -> None:
        super().__init__(asked)
        self.asked = asked
        self.nearest = nearest


class NotAnswerableError(TutorError):
    """A typed text came while nothing was being asked."""


class UnknownCommandError(TutorError):
    """There is no such command, or not for this person."""
