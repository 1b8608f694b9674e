"""A scene played in a terminal with nothing but its files: the real dialogue, its state in memory."""

from collections.abc import Callable, Iterable

from bot.scenarios.dialogue import Step, answer, raise_help, skip, start
from bot.scenarios.feedback import Feedback
from bot.scenarios.progress import Progress
from bot.scenarios.scene import Scene
from bot.scenarios.score import score

PATIENCE = 2
HELP, SKIP, QUIT = "?", "/skip", ("/quit", "quit")
Say = Callable[[str], object]


def play(scene: Scene, lines: Iterable[str], say: Say, *, support: int = 1, seed: int = 0) -> bool:
    """Play a scene with these lines typed; return whether it was played to its end."""
    step = start(scene, variant_seed=seed, support=support)
    say(f"{scene.title}. {HELP} helps, {SKIP} shows the answer, {QUIT[0]} leaves.")
    _show(scene, step, say)
    for line in lines:
        text = line.strip()
        if text in QUIT:
            return False
        step = _taken(scene, step, text, say)
        if step.finished:
            break
    if step.finished:
        result = score(scene, step.progress)
        say(f"The end. Score {result.completion_score}, right at once {result.success_rate} %.")
        say(f"Done: {', '.join(result.objectives_completed) or 'nothing'}.")
    return step.finished


def _taken(scene: Scene, step: Step, text: str, say: Say) -> Step:
    """Take one typed line."""
    if text == HELP:
        return _helped(scene, step, say)
    after = skip(scene, step.progress) if text == SKIP else answer(scene, step.progress, text, patience=PATIENCE)
    _remark(after, say)
    _show(scene, after, say)
    return after


def _helped(scene: Scene, step: Step, say: Say) -> Step:
    """Open the next help and show it."""
    progress, opened = raise_help(scene, step.progress)
    say(f"Words: {' · '.join(opened.words)}")
    if opened.hint:
        say(f"Letters: {opened.hint}")
    if opened.model:
        say(f"Say: {opened.model.text}")
    return Step(progress=progress)


def _remark(step: Step, say: Say) -> None:
    """Say what the tutor says of an answer."""
    verdict = step.verdict
    if verdict is not None:
        understood = verdict.intent or "not understood"
        say(f"  [{understood}; {verdict.layer.value}{f'; {verdict.error_id}' if verdict.error_id else ''}]")
    if step.feedback is not None:
        say(f"  Tutor ({step.feedback.kind.value}): {_text(step.feedback)}".rstrip(": "))
    if step.model is not None:
        say(f"  Model: {step.model.text}")


def _text(feedback: Feedback) -> str:
    marked = "".join(f"[{part.text}]" if part.differs else part.text for part in feedback.correction)
    return "  ".join(part for part in (feedback.text, marked) if part)


def _show(scene: Scene, step: Step, say: Say) -> None:
    """Say the partner's lines and the task."""
    for line in step.said:
        say(f"{scene.partner}: {line.text}   [{line.translation}]")
    if step.stage:
        say(f"({step.stage})")
    progress: Progress = step.progress
    if not progress.finished:
        say(f"  -> {scene.task(progress.turn)}")
