"""What outside writers said is not understood worse than was recorded: a rise in false acceptance fails here."""

import json
from pathlib import Path

from bot.scenarios.grading import grade
from bot.scenarios.library import Library
from tests.bench.outside import FormTally, Tally, meaning, outside

RECORDED = json.loads((Path(__file__).parent / "measured.json").read_text(encoding="utf-8"))


def test_outside_answers_are_understood_and_judged_no_worse_than_recorded(library: Library) -> None:
    heard, forms = Tally(), FormTally()
    for case in outside(library):
        verdict = grade(case.scene, case.turn, case.text)
        heard.add(case.meaning, meaning(case.scene, case.turn, verdict))
        forms.add(case, verdict)
    assert heard.false <= RECORDED["false_acceptance"]
    assert heard.wrong <= RECORDED["wrong_meaning"]
    assert forms.accused <= RECORDED["false_accusation"]
    assert heard.right >= RECORDED["understood_right"]
