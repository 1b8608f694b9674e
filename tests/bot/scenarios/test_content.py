"""Every pack that ships does what its own plans and answers say."""

import json
import shutil
from pathlib import Path

import pytest

from bot.scenarios.dialogue import Progress, answer, start
from bot.scenarios.grading import grade
from bot.scenarios.library import Library, read_answers
from bot.scenarios.proving import form_of, prove
from bot.scenarios.reading import read
from bot.scenarios.score import score
from bot.scenarios.trials import AnswerCase, Plan, Plans

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


def test_what_ships_has_no_fault(library: Library) -> None:
    assert library.problems == ()
    assert "cafe_order" in library.ids()


@pytest.mark.parametrize(("scenario", "language", "case"), ANSWERS, ids=lambda part: getattr(part, "text", None))
def test_an_answer_gets_its_verdict(library: Library, scenario: str, language: str, case: AnswerCase) -> None:
    verdict = grade(library.scene(scenario, language, "en"), case.turn, case.text)
    assert (verdict.intent, dict(verdict.slots), form_of(verdict)) == (case.intent, dict(case.slots), case.form)


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


def test_the_content_check_plays_and_grades_what_lies_beside_a_pack(library: Library) -> None:
    assert list(prove(library, CONTENT)) == []


def broken(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    """Return what the check says once one line of a copy is changed."""
    root = tmp_path / "content"
    shutil.copytree(CONTENT / "cafe_order", root / "cafe_order")
    path = root / "cafe_order" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(problem) for problem in prove(Library.load(root), root)]


def test_a_plan_that_leaves_its_path_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = broken(tmp_path, "es.plans.yaml", '[drink, "Un té"]', '[drink, "Un café"]')
    assert problem == (
        "cafe_order/es.plans.yaml:18: plan: sold_out_then_other: "
        "'Un cruasán, por favor' is said at food, but the scene is at style"
    )


def test_a_plan_that_ends_otherwise_is_named(tmp_path: Path) -> None:
    (problem,) = broken(tmp_path, "es.plans.yaml", "pay: card, total: 410", "pay: card, total: 420")
    assert problem.endswith("coffee_with_milk_at_once: variables end otherwise than planned: total")


def test_an_answer_judged_otherwise_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = broken(tmp_path, "es.answers.jsonl", '"intent": "greet"', '"intent": "leave"')
    assert problem.startswith("cafe_order/es.answers.jsonl:1: answer: 'Buenas noches' at greet: judged ('greet'")
