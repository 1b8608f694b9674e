"""What a scene does with words aside: questions, reasons, pictures, steps back and objections cost nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scenarios import asides, feedback
from bot.scenarios.dialogue import FeedbackKind, Progress, Step, Strictness, answer, raise_help, resume, skip, start
from bot.scenarios.mending import why
from bot.scenarios.scene import Scene
from tests.bot.scenarios.conftest import Play

TO_DRINK = ("Hola", "Aquí")
ASIDES = ("why?", "¿por qué?", "¿cómo se dice straw?", "what does llevar mean?", "how do I say juice", "\N{FIRE}")


def kind(step: Step) -> FeedbackKind | None:
    return step.feedback.kind if step.feedback else None


@pytest.mark.parametrize("said", ASIDES)
def test_words_aside_leave_the_story_where_it_is(cafe: Scene, play: Play, said: str) -> None:
    before = play(*TO_DRINK).progress
    step = answer(cafe, before, said, patience=2)
    now = step.progress

    assert (step.aside, step.quality, step.meetings) == (True, None, ())
    assert (now.turn, now.misses, now.outcomes, now.said) == (before.turn, 0, before.outcomes, before.said)


def test_a_question_beats_the_gist_but_not_an_answer(play: Play) -> None:
    assert play(*TO_DRINK, "¿cómo se dice coffee?").progress.turn == "drink"
    assert play(*TO_DRINK, "¿qué tiene?").progress.taken != {}


def test_an_error_is_still_mended_after_a_question(play: Play) -> None:
    assert play(*TO_DRINK, "una café", "what does solo mean?", "un café").repaired


def test_the_reason_is_given_for_the_learners_own_noun(cafe: Scene, play: Play) -> None:
    step = why(cafe, play(*TO_DRINK, "una té, por favor").progress)
    assert step is not None
    assert step.feedback is not None
    assert "un té" in step.feedback.text


def test_an_error_explained_and_mended_is_worth_what_it_was(play: Play) -> None:
    mended = play(*TO_DRINK, "una café", "why", "un café")
    assert mended.repaired
    assert mended.progress.outcomes[-1].quality == 60
    assert not mended.fine


def test_an_error_left_standing_after_its_reason_still_stands(play: Play) -> None:
    left = play(*TO_DRINK, "una café", "why", "con leche")
    assert [meeting.card_id for meeting in left.meetings if meeting.how == "error"] == ["cafe"]


def test_a_contested_error_does_not_stand(cafe: Scene, play: Play) -> None:
    wrong = play(*TO_DRINK, "una café").progress
    believed = asides.contested(cafe, wrong, turn="drink", outcome=len(wrong.outcomes) - 1).progress
    later = answer(cafe, believed, "con leche", patience=2)
    assert [meeting for meeting in later.meetings if meeting.how == "error"] == []


@settings(max_examples=40, deadline=None)
@given(
    said=st.lists(st.sampled_from(["Hola", "Aquí", "una café", "xyz", "un té", "No", "aqui", "why?"]), max_size=6),
    contested=st.integers(0, 6),
)
def test_contesting_never_makes_anything_worth_less(cafe: Scene, said: list[str], contested: int) -> None:
    progress = _played(cafe, said)
    after = asides.contested(cafe, progress, turn=progress.turn, outcome=contested).progress
    pairs = zip(progress.outcomes, after.outcomes, strict=True)
    assert all(new.quality >= old.quality for old, new in pairs)
    assert after.misses <= progress.misses
    assert skip(cafe, after).quality in {None, 0, 60, 50, 30, 10}


@settings(max_examples=40, deadline=None)
@given(said=st.lists(st.sampled_from(["Hola", "Aquí", "una café", "xyz", "un té", "No", "la cuenta"]), max_size=6))
def test_a_step_back_undoes_one_move_and_never_gains_anything(cafe: Scene, said: list[str]) -> None:
    progress = _played(cafe, said)
    step = asides.back(cafe, progress, resume)
    if step is None:
        assert progress.undo is None
        return
    undone = progress.outcomes[len(step.progress.outcomes) :]
    assert len(undone) == 1
    assert step.progress.undo is None
    assert step.progress.ceiling == (100 if undone[0].quality == 100 else 10 if undone[0].quality == 0 else 80)
    assert Progress.from_json(step.progress.to_json()) == step.progress


@pytest.mark.parametrize(
    ("strictness", "said", "expected"),
    [
        (Strictness.LIGHT, "aqui", None),
        (Strictness.NORMAL, "aqui", FeedbackKind.ACCENT),
        (Strictness.STRICT, "aqui", FeedbackKind.ACCENT),
        (Strictness.LIGHT, "para levar", None),
        (Strictness.STRICT, "para levar", FeedbackKind.SLIP),
    ],
)
def test_strictness_decides_what_is_said_and_not_what_it_is_worth(
    cafe: Scene, play: Play, strictness: Strictness, said: str, expected: FeedbackKind | None
) -> None:
    step = answer(cafe, play("Hola").progress, said, patience=2, strictness=strictness)
    usual = answer(cafe, play("Hola").progress, said, patience=2)
    assert kind(step) is expected
    assert (step.quality, step.progress.turn) == (usual.quality, usual.progress.turn)
    assert (step.progress.pending is not None) == (strictness is Strictness.STRICT)


def test_an_error_nobody_is_told_of_is_not_held_against_a_word(
    cafe: Scene, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "PETTY", frozenset({"article_gender"}))
    step = answer(cafe, play(*TO_DRINK).progress, "una café", patience=2, strictness=Strictness.LIGHT)
    assert (kind(step), step.progress.pending) == (None, None)
    assert "error" not in {meeting.how.value for meeting in step.meetings}


def test_a_reaction_comes_three_times_a_play_at_most(cafe: Scene, play: Play) -> None:
    progress = replace(play(*TO_DRINK).progress, praised=(-9, -6, -3))
    assert not answer(cafe, progress, "Un café con leche, por favor", patience=2).fine
    assert play(*TO_DRINK, "Un café con leche, por favor").fine


def test_pictures_are_free_twice_and_then_answers_nobody_understands(play: Play) -> None:
    step = play("Hola", *(["\N{FIRE}"] * 3), patience=4)
    assert (step.progress.misses, kind(step)) == (1, FeedbackKind.ASK_AGAIN)


def _played(cafe: Scene, said: list[str]) -> Progress:
    progress = start(cafe).progress
    for text in said:
        progress = answer(cafe, progress, text, patience=3).progress
    return progress


def test_an_error_left_standing_by_skipping_what_follows_still_stands(cafe: Scene, play: Play) -> None:
    left = skip(cafe, play(*TO_DRINK, "una café").progress)
    assert [meeting.card_id for meeting in left.meetings if meeting.how == "error"] == ["cafe"]


def test_nobody_gains_by_objecting_to_the_remark_on_a_copied_answer(cafe: Scene, play: Play) -> None:
    progress = play(*TO_DRINK).progress
    for _help in range(3):
        progress, _shown = raise_help(cafe, progress)
    copied = answer(cafe, progress, "un café", patience=2).progress
    after = asides.contested(cafe, copied, turn="drink", outcome=2).progress
    assert copied.outcomes[2].quality == after.outcomes[2].quality == 10
