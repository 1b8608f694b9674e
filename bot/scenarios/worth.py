"""What one answer is worth, in hundredths: right unaided is 100, and every help and every miss has its price."""

from bot.scenarios.grading import Form, Verdict
from bot.scenarios.progress import Progress

RIGHT, SLIPPED, MENDED, LET_THROUGH = 100, 90, 80, 60
HELPED = (RIGHT, 50, 30, 10)  # by the help asked for: none, words, first letters, the model


def answered(progress: Progress, verdict: Verdict) -> int:
    """Return what an understood answer is worth at the turn as it stands."""
    formed = {Form.OK: RIGHT, Form.SLIP: SLIPPED}
    quality = LET_THROUGH if verdict.form is None else formed.get(verdict.form, LET_THROUGH)
    return min(quality, HELPED[progress.help_asked], MENDED if progress.misses else RIGHT)


def mended(progress: Progress) -> int:
    """Return what an error made at this turn is worth once the learner has put it right."""
    return min(MENDED, HELPED[progress.help_asked])
