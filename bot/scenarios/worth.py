"""What one answer is worth, in hundredths: right unaided is 100, and every help and every miss has its price."""

from bot.scenarios.grading import Form, Verdict
from bot.scenarios.progress import Progress

RIGHT, SLIPPED, MENDED, LET_THROUGH = 100, 90, 80, 60
HELPED = (RIGHT, 50, 30, 10)  # by the help asked for: none, words, first letters, the model
BUILT = 1  # Tapping the words together is the help of the word bank, asked for or not.


def answered(progress: Progress, verdict: Verdict, *, built: bool = False) -> int:
    """Return what an understood answer is worth at the turn as it stands."""
    formed = {Form.OK: RIGHT, Form.SLIP: SLIPPED}
    quality = LET_THROUGH if verdict.form is None else formed.get(verdict.form, LET_THROUGH)
    return min(quality, _helped(progress, built=built), MENDED if progress.misses else RIGHT, progress.ceiling)


def mended(progress: Progress) -> int:
    """Return what an error made at this turn is worth once the learner has put it right."""
    return min(MENDED, HELPED[progress.help_asked], progress.ceiling)


def skipped(progress: Progress) -> int:
    """Return what a turn is worth at which the model was said: nothing, unless a contested answer stands for it."""
    return believed(progress) if progress.forgiven else 0


def believed(progress: Progress) -> int:
    """Return what an answer nobody understood is worth at this turn once its learner contests that: let through."""
    return min(LET_THROUGH, HELPED[progress.help_asked], progress.ceiling)


def after_undoing(quality: int) -> int:
    """Return the most that an answer given anew can be worth after one of this quality was taken back."""
    if quality >= RIGHT:
        return RIGHT
    return MENDED if quality > 0 else HELPED[-1]


def _helped(progress: Progress, *, built: bool) -> int:
    return HELPED[max(progress.help_asked, BUILT if built else 0)]
