"""What is promised of every pack: copying masters nothing, each error gets its one remark, a refusal is no order."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.scenarios.dialogue import FeedbackKind, Progress, Step, answer, raise_help, start
from bot.scenarios.grading import Form, grade
from bot.scenarios.library import SHIPPED, Library
from bot.scenarios.meetings import How
from bot.scenarios.mistakes import Mistake
from bot.scenarios.scene import Scene
from bot.scenarios.score import score
from bot.scenarios.text import words

LIBRARY = Library.load(SHIPPED)
PACKS = [
    pytest.param(LIBRARY.scene(*pack, native), id="/".join(pack))
    for pack in LIBRARY.packs()
    for native in LIBRARY.natives(*pack)[:1]
]
Player = Callable[[Scene, Progress], Step]
LONGEST = 40  # Answers: longer than any way through a scene.


def played(scene: Scene, say: Player) -> list[Step]:
    """Play a scene to its end and return its steps."""
    steps = [start(scene)]
    while not steps[-1].finished:
        assert len(steps) < LONGEST
        steps.append(say(scene, steps[-1].progress))
    return steps


def copied(scene: Scene, progress: Progress) -> Step:
    """Open all help and type what it shows."""
    for _ in range(3):
        progress, shown = raise_help(scene, progress)
    assert shown.model is not None
    return answer(scene, progress, shown.model.text, patience=4)


def erring(scene: Scene, progress: Progress) -> Step:
    """Make a predicted error that still says the expected thing, where there is one."""
    fresh = replace(progress, pending=None)
    wrong = next(predicted(scene, fresh), None)
    return answer(scene, fresh, wrong[0] if wrong else scene.model(progress.turn).text, patience=4)


def predicted(scene: Scene, progress: Progress) -> Iterator[tuple[str, Mistake]]:
    """Yield the errors at a turn that mean what the model answer means."""
    meant = grade(scene, progress.turn, scene.model(progress.turn).text)
    for wrong, mistake in scene.turn_book(progress.turn).mistakes.all():
        if (mistake.intent, dict(mistake.slots)) == (meant.intent, dict(meant.slots)) and not mistake.note:
            yield wrong, mistake


@pytest.mark.parametrize("scene", PACKS)
def test_who_only_copies_comes_to_the_end_with_a_low_score_and_has_said_no_word_unaided(scene: Scene) -> None:
    steps = played(scene, copied)
    result = score(scene, steps[-1].progress)

    assert result.completed
    assert not result.passed
    assert result.completion_score <= 30
    assert not any(meeting.how is How.TYPED for step in steps for meeting in step.meetings)


@pytest.mark.parametrize("scene", PACKS)
def test_one_typical_error_a_turn_gets_one_fitting_remark_a_turn(scene: Scene) -> None:
    steps = played(scene, erring)
    wrong = [step for step in steps[1:] if step.verdict is not None and step.verdict.form is Form.ERROR]

    assert len(wrong) >= 3
    for step in wrong:
        assert step.verdict is not None
        assert step.feedback is not None
        assert step.feedback.kind in {FeedbackKind.PROMPT, FeedbackKind.EXPLAIN}
        assert step.feedback.error_id == step.verdict.error_id
        assert step.feedback.text or scene.gloss is None
    assert all(step.understood for step in wrong)


@pytest.mark.parametrize(
    "said", ["no quiero un café", "No quiero ningún café.", "un café no", "no me ponga café, gracias"]
)
def test_a_refusal_is_never_an_order(said: str) -> None:
    assert grade(LIBRARY.scene("cafe_order", "es", "en"), "drink", said).intent != "order_drink"


@pytest.mark.parametrize("said", ["una mesa para diez", "somos diez", "diez", "para 10 personas"])
def test_ten_are_never_two_nor_one(said: str) -> None:
    assert not grade(LIBRARY.scene("restaurant_dinner", "es", "en"), "people", said).slots


def test_composed_and_decomposed_accents_capitals_and_marks_make_no_difference() -> None:
    cafe = LIBRARY.scene("cafe_order", "es", "en")
    verdicts = [grade(cafe, "drink", said) for said in ("un café", "un cafe\u0301", "UN CAFÉ!!!", "¡¡un café!!")]

    assert {(one.intent, one.form, one.slots["drink"]) for one in verdicts} == {("order_drink", Form.OK, "coffee")}


def test_a_hindi_word_with_another_vowel_sign_is_another_word() -> None:
    assert words("कि") != words("की")
