"""What does not move the story: asking again, asking about the language, the own language, going back, objecting."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from bot.scenarios import glossary, speech, worth
from bot.scenarios.feedback import Feedback, FeedbackKind, unpacked
from bot.scenarios.glossary import LookedUp
from bot.scenarios.help import MODEL
from bot.scenarios.mending import why
from bot.scenarios.progress import Progress
from bot.scenarios.scene import Scene
from bot.scenarios.step import Step, standing
from bot.scenarios.text import utterance
from bot.scenarios.verdict import Layer, Verdict

FREE_SILENCES = 2  # Emoji that cost nothing at one turn; after that they are answers nobody understands.
CERTAIN = frozenset({Layer.ACCEPTED, Layer.PREDICTED, Layer.TYPO, Layer.FORM})


def aside(scene: Scene, progress: Progress, text: str, verdict: Verdict, *, pointing: bool) -> Step | None:
    """Deal with a message that is no answer, or return nothing where it is one."""
    if verdict.intent is not None and not verdict.repair and verdict.layer in CERTAIN:
        return None
    if glossary.asks_why(scene, text):
        return _counted(why(scene, progress) or _told(scene, progress, _last_correction(progress)))
    lines = speech.spoken(scene, progress.said, progress.vars) if pointing else ()
    asked = glossary.look_up_word(scene, text, lines) or glossary.look_up(scene, text)
    # Where nothing was found, a text that means something as an answer is one.
    if asked is not None and (asked.found or (verdict.intent is None and verdict.own_text_id is None)):
        return _counted(looked_up(scene, progress, asked))
    if verdict.repair:
        return said_again(scene, progress, verdict)
    if verdict.layer is Layer.OWN_LANGUAGE:
        return in_own_language(scene, progress, verdict)
    if _is_wordless(text) and progress.silences < FREE_SILENCES:
        silent = replace(progress, silences=progress.silences + 1)
        return _counted(_told(scene, silent, Feedback(kind=FeedbackKind.NO_WORDS)))
    return None


def looked_up(scene: Scene, progress: Progress, asked: LookedUp) -> Step:
    """Answer a question about a word, and say the current line again."""
    if asked.said:
        feedback = Feedback(kind=FeedbackKind.HOW_TO_SAY, asked=asked.asked, text=asked.said)
    elif asked.meaning:
        feedback = Feedback(kind=FeedbackKind.MEANING, asked=asked.asked, text=asked.meaning)
    else:
        feedback = Feedback(kind=FeedbackKind.NO_SUCH_WORD, asked=asked.asked)
    return _told(scene, progress, feedback)


def said_again(scene: Scene, progress: Progress, verdict: Verdict) -> Step:
    """Say the last lines again, free of charge."""
    how = scene.story.anywhere[str(verdict.intent)].say_again
    step = replace(standing(scene, replace(progress, answers=progress.answers + 1)), verdict=verdict, understood=True)
    return replace(step, said=speech.again(scene, progress, how), help_level=progress.help_level)


def again(scene: Scene, progress: Progress, how: Literal["plain", "slow", "gloss"]) -> Step:
    """Say the last lines again because a button asks for it."""
    return replace(standing(scene, progress), said=speech.again(scene, progress, how), aside=True)


def in_own_language(scene: Scene, progress: Progress, verdict: Verdict) -> Step:
    """Show how it is said; the learner then says it."""
    meant = str(verdict.own_text_id)
    helped = replace(progress, help_level=MODEL, help_asked=MODEL, help_model=meant, answers=progress.answers + 1)
    return replace(
        standing(scene, helped),
        verdict=verdict,
        feedback=Feedback(kind=FeedbackKind.OWN_LANGUAGE),
        model=speech.spoken(scene, [meant], progress.vars)[0],
        help_level=progress.help_level,
    )


def back(scene: Scene, progress: Progress, fit: Callable[[Scene, Progress], Progress]) -> Step | None:
    """Take the last move back, once; what is answered anew is never worth more than mending it would be."""
    if progress.undo is None or progress.finished:
        return None
    before = fit(scene, Progress.from_json(progress.undo))
    undone = progress.outcomes[len(before.outcomes) :]
    ceiling = min((worth.after_undoing(outcome.quality) for outcome in undone), default=worth.RIGHT)
    restored = replace(
        before,
        answers=progress.answers + 1,
        ceiling=min(before.ceiling, ceiling),
        praised=progress.praised,
        history=progress.history,
        pending=None,
        undo=None,
        remark=None,
        built=(),
    )
    return replace(standing(scene, restored), feedback=Feedback(kind=FeedbackKind.WENT_BACK), aside=True)


def contested(scene: Scene, progress: Progress, *, turn: str, outcome: int | None) -> Step:
    """Believe a learner who says they were right: nothing they said there is held against them any more."""
    believed = progress
    if outcome is not None and outcome < len(progress.outcomes):
        believed = _let_through(progress, outcome)
    elif turn == progress.turn and not progress.finished:
        believed = replace(progress, misses=max(0, progress.misses - 1), forgiven=True)
    return _told(scene, believed, Feedback(kind=FeedbackKind.CONTESTED))


def _let_through(progress: Progress, at: int) -> Progress:
    """Let an answer count as understood; one that was already lacks only what its help cost."""
    outcomes, undo, was = list(progress.outcomes), progress.undo, progress.outcomes[at]
    if was.quality == 0:
        outcomes[at] = replace(was, quality=was.believed)
        if undo is not None and at == len(outcomes) - 1:
            # The model has been shown by now: whoever steps back to copy it has no more from it than from objecting.
            undo = {**undo, "ceiling": min(int(undo.get("ceiling", worth.RIGHT)), was.believed)}
    settled = progress.pending is not None and progress.pending.outcome == at
    return replace(progress, outcomes=tuple(outcomes), undo=undo, pending=None if settled else progress.pending)


def _last_correction(progress: Progress) -> Feedback:
    """Return what there is to say where no error waits: the remark that showed something, or that all was well."""
    last, _ = unpacked(progress.remark)
    shown = last is not None and (last.kind is FeedbackKind.NOTE or bool(last.correction))
    return last if last is not None and shown else Feedback(kind=FeedbackKind.NOTHING_WRONG)


def _told(scene: Scene, progress: Progress, feedback: Feedback) -> Step:
    return replace(standing(scene, progress), feedback=feedback, help_level=progress.help_level, aside=True)


def _counted(step: Step) -> Step:
    """Count a message, so that the starters of a scene nobody has spoken in yet make way for what follows."""
    return replace(step, progress=replace(step.progress, answers=step.progress.answers + 1))


def _is_wordless(text: str) -> bool:
    """Tell whether a text is made of pictures: no word in it, and more than punctuation."""
    return not utterance(text).tokens and any(unicodedata.category(char).startswith("S") for char in text)
