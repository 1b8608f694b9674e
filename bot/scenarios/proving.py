"""A pack proved by what lies beside it: its plans are played, its answers graded, and each broken promise is named."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.scenarios.dialogue import answer, start
from bot.scenarios.findings import Problem
from bot.scenarios.grading import Layer, Verdict, grade
from bot.scenarios.library import Library, UnknownScenario, read_answers, scene_folders
from bot.scenarios.reading import Unreadable, read
from bot.scenarios.scene import Scene
from bot.scenarios.trials import AnswerCase, Plan, Plans

PATIENCE = 2
_NAMED = {Layer.GIST: "gist", Layer.TYPO: "typo"}


def prove(library: Library, root: Path) -> Iterator[Problem]:
    """Play every plan and grade every answer of the packs that loaded; unreadable files are the library's to report."""
    for folder in scene_folders(root):
        for path in sorted(folder.glob("*.plans.yaml")):
            scene = _scene(library, path)
            if scene is not None:
                yield from _plans(scene, path)
        for path in sorted(folder.glob("*.answers.jsonl")):
            scene = _scene(library, path)
            if scene is not None:
                yield from _answers(scene, path)


def form_of(verdict: Verdict) -> str | None:
    """Write a verdict's form as the answer files do."""
    if verdict.error_id:
        return f"{'note' if verdict.note else 'error'}:{verdict.error_id}"
    return _NAMED.get(verdict.layer, verdict.form.value if verdict.form else None)


def _scene(library: Library, path: Path) -> Scene | None:
    try:
        return library.scene(path.parent.name, path.name.partition(".")[0], "en")
    except UnknownScenario:
        return None


def _plans(scene: Scene, path: Path) -> Iterator[Problem]:
    try:
        document = read(path)
        plans = Plans.model_validate(document.data).plans
    except (Unreadable, ValueError):
        return
    for name, plan in plans.items():
        fault = _fault(scene, plan)
        if fault is not None:
            line = document.line(("plans", name))
            yield Problem(file=_shown(path), line=line, code="plan", message=f"{name}: {fault}")


def _fault(scene: Scene, plan: Plan) -> str | None:
    """Return where a plan leaves its path, or nothing."""
    progress = start(scene).progress
    for turn, text in plan.says:
        if progress.finished or progress.turn != turn:
            return f"{text!r} is said at {turn}, but the scene is at {'END' if progress.finished else progress.turn}"
        progress = answer(scene, progress, text, patience=PATIENCE).progress
    if not progress.finished:
        return f"the scene is not over: it waits at {progress.turn}"
    return _difference("variables", {name: progress.vars.get(name) for name in plan.end}, plan.end) or _difference(
        "objectives", dict.fromkeys(progress.met), dict.fromkeys(plan.meets)
    )


def _difference(what: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> str | None:
    if dict(found) == dict(expected):
        return None
    differing = sorted(
        name
        for name in {*found, *expected}
        if (name in found, found.get(name)) != (name in expected, expected.get(name))
    )
    return f"{what} end otherwise than planned: {', '.join(differing)}"


def _answers(scene: Scene, path: Path) -> Iterator[Problem]:
    try:
        cases = read_answers(path)
    except Unreadable:
        return
    for number, case in enumerate(cases, start=1):
        fault = _misjudged(scene, case)
        if fault is not None:
            yield Problem(
                file=_shown(path), line=number, code="answer", message=f"{case.text!r} at {case.turn}: {fault}"
            )


def _misjudged(scene: Scene, case: AnswerCase) -> str | None:
    if case.turn not in scene.turns:
        return "there is no such turn"
    verdict = grade(scene, case.turn, case.text)
    found = (verdict.intent, dict(verdict.slots), form_of(verdict))
    expected = (case.intent, dict(case.slots), case.form)
    return None if found == expected else f"judged {found}, expected {expected}"


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
