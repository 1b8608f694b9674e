"""Every pack that ships does what its own plans and answers say."""

import json
from pathlib import Path

import pytest

from bot.scenarios.dialogue import Progress, answer, start
from bot.scenarios.grading import Layer, Verdict, grade
from bot.scenarios.library import Library, read_answers
from bot.scenarios.model import AnswerCase, Plan, Plans
from bot.scenarios.reading import read
from bot.scenarios.score import score

CONTENT = Path(__file__).parents[3] / "bot" / "content"
PLANS = [
    pytest.param(path.parent.name, path.name.partition(".")[0], plan, id=name)
    for path in sorted(CONTENT.glob("*/*.plans.yaml"))
    for name, plan in Plans.model_validate(read(path).data).plans.items()
]
ANSWERS = [
    (path.parent.name, path.name.partition(".")[0], case)
    for path in sorted(CONTENT.glob("*/*.answers.jsonl"))
    for case in read_answers(path)
]


def form(verdict: Verdict) -> str | None:
    """Write a verdict's form as the answer files do."""
    named = {Layer.GIST: "gist", Layer.TYPO: "typo"}
    if verdict.error_id:
        return f"{'note' if verdict.note else 'error'}:{verdict.error_id}"
    return named.get(verdict.layer, verdict.form.value if verdict.form else None)


def test_what_ships_has_no_fault(library: Library) -> None:
    assert library.problems == ()
    assert "cafe_order" in library.ids()


@pytest.mark.parametrize(("scenario", "language", "case"), ANSWERS, ids=lambda part: getattr(part, "text", None))
def test_an_answer_gets_its_verdict(library: Library, scenario: str, language: str, case: AnswerCase) -> None:
    verdict = grade(library.scene(scenario, language, "en"), case.turn, case.text)
    assert (verdict.intent, dict(verdict.slots), form(verdict)) == (case.intent, dict(case.slots), case.form)


@pytest.mark.parametrize(("scenario", "language", "plan"), PLANS)
def test_a_plan_plays_to_its_end_with_full_marks(library: Library, scenario: str, language: str, plan: Plan) -> None:
    scene = library.scene(scenario, language, "en")
    step = start(scene)
    cards: set[str] = set()
    for turn, text in plan.says:
        assert step.progress.turn == turn
        step = answer(scene, step.progress, text, patience=2)
        cards |= {meeting.card_id for meeting in step.meetings}
        assert Progress.from_json(json.loads(json.dumps(step.progress.to_json()))) == step.progress
    result = score(scene, step.progress)
    assert step.finished
    assert {variable: step.progress.vars[variable] for variable in plan.end} == dict(plan.end)
    assert step.progress.met == plan.meets
    assert (result.completion_score, result.success_rate, result.completed) == (100, 100, True)
    assert len(cards) > 5
