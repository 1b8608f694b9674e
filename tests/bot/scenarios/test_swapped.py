"""Laws of swapped roles: every line that is asked for can be said, and what was heard is no recall."""

import pytest

from bot.scenarios.dialogue import How, Meeting, answer, screen, start
from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from bot.scenarios.score import score
from bot.scenarios.swapped import can_be_swapped, not_copied, swapped
from tests.bot.scenarios.test_replay import SCENES, native


@pytest.mark.parametrize(("scenario_id", "language"), SCENES)
def test_the_partners_lines_lead_to_the_end_with_full_marks(library: Library, scenario_id: str, language: str) -> None:
    scene = library.scene(scenario_id, language, native(language))
    assert can_be_swapped(scene)
    turned = swapped(scene)
    progress = start(turned).progress
    for _ in range(len(turned.turns)):
        shown = screen(turned, progress)
        assert shown.stage or shown.task
        progress = answer(turned, progress, turned.model(progress.turn).text, patience=2).progress

    assert progress.finished
    result = score(turned, progress)
    assert (result.success_rate, result.completion_score, result.completed) == (100, 100, True)


def test_a_scene_is_swapped_once_for_all_and_each_change_for_itself(cafe: Scene) -> None:
    assert swapped(cafe) is swapped(cafe)
    assert swapped(cafe.changed(1)) is not swapped(cafe)
    assert cafe.turns != swapped(cafe).turns


@pytest.mark.parametrize("said", ["¿Para llevar?", "¿aquí o para llevar?", "es para tomar aqui o para llevar"])
def test_a_line_may_be_said_in_other_words(cafe: Scene, said: str) -> None:
    turned = swapped(cafe)
    progress = answer(turned, start(turned).progress, "hola", patience=2).progress

    assert answer(turned, progress, said, patience=2).progress.turn == "drink"


def test_a_line_of_somebody_else_is_not_the_one_asked_for(cafe: Scene) -> None:
    turned = swapped(cafe)
    progress = answer(turned, start(turned).progress, "hola", patience=2).progress

    assert not answer(turned, progress, "un café con leche, por favor", patience=2).understood


def test_what_was_just_heard_is_not_credited_as_recalled(cafe: Scene) -> None:
    typed = Meeting(card_id="cafe", how=How.TYPED, own_line="un café")
    heard = [cafe.line("drink_m2")]

    assert [one.how for one in not_copied(heard, cafe, [typed])] == [How.HELPED]
    assert not_copied([], cafe, [typed]) == (typed,)


def test_without_a_gloss_nobody_could_say_what_is_to_be_said(cafe: Scene) -> None:
    assert not can_be_swapped(Scene(story=cafe.story, pack=cafe.pack, gloss=None, book=cafe.book))
