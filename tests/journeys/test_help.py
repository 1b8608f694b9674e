"""Help in the scene: hints, skipping, trying again, asking back, and the own language."""

from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner


async def test_the_help_ladder_has_three_rungs_and_then_no_button(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    rungs = ("Words that help: ", "First letters: P___ t____ a___, p__ f____.", "Say it like this: Para tomar aquí")
    for rung in rungs:
        (shown,) = await ana.presses("Hint")
        assert rung in shown.plain
        assert shown.edits > 0

    assert ana.buttons == ["More…"]


async def test_the_hint_command_climbs_the_same_ladder(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    for rung in ("Words that help", "First letters", "Say it like this", "Say it like this"):
        (shown,) = await ana.says("/hint")
        assert rung in shown.plain


async def test_skipping_shows_the_model_and_the_story_goes_on(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    pressed = ana.newest
    await ana.presses("More")
    await ana.presses("Skip")

    assert "You could say: Para tomar aquí, por favor." in ana.screen
    assert "¿Qué le pongo?" in ana.screen
    assert pressed.buttons == []
    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert (session.items_correct, session.items_incorrect) == (1, 1)


async def test_an_error_is_prompted_for_and_mended_by_typing_again(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], "Una café con leche, por favor"))
    assert "Check the little word before the noun." in ana.screen

    await ana.says("Un café con leche, por favor")

    assert "Exactly" in ana.screen
    assert "¿Algo para comer?" in ana.screen
    turns = await tutor.rows("SELECT verdict, error_id FROM scenario_turns ORDER BY id")
    assert [tuple(turn) for turn in turns[2:]] == [("error", "article_gender"), ("ok", None)]


async def test_an_error_can_be_mended_after_a_restart(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], "Una café con leche, por favor"))
    await tutor.restart()
    await ana.says("Un café con leche, por favor")

    assert "Exactly" in ana.screen


async def test_after_an_error_the_story_may_simply_go_on(ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], "Una café con leche, por favor"))
    await ana.says("Una tostada con tomate")

    assert "Aquí tiene" in ana.screen


async def test_an_answer_in_the_own_language_is_shown_in_spanish_and_asked_for_again(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.says("To have here, please")

    assert "In Spanish: Para tomar aquí, por favor." in ana.screen
    await ana.says("Para tomar aquí, por favor")
    assert "¿Qué le pongo?" in ana.screen


async def test_asking_back_costs_nothing(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.says("¿Perdone?")
    assert "¿Para tomar aquí o para llevar?" in ana.screen
    await ana.says("más despacio")
    assert "¿Para … tomar … aquí" in ana.screen
    for said in PERFECT[1:]:
        await ana.says(said)

    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.completion_score, done.success_rate) == (100, 100)
    assert await tutor.count("scenario_turns", "verdict = 'repair'") == 2


async def test_not_understood_the_partner_asks_back_with_the_first_help_open(ana: Learner) -> None:
    await play(ana, PERFECT[:1])
    await ana.says("mesa para dos")

    assert "¿Perdone?" in ana.screen
    assert "Words that help: " in ana.screen
    await ana.says("otra vez nada")
    assert "You could say: Para tomar aquí, por favor." in ana.screen


async def test_accents_capitals_and_marks_never_fail(tutor: Tutor, ana: Learner) -> None:
    await play(ana, ("HOLA BUENOS DIAS", "para tomar aqui"))

    assert "¿Qué le pongo?" in ana.screen
    assert await tutor.count("scenario_turns", "quality = 100") == 2


async def test_an_answer_in_the_own_language_shows_the_one_model_it_meant(ana: Learner) -> None:
    await ana.says("/play cafe_order")
    await ana.says("Hola")
    await ana.says("to take away")

    assert "In Spanish: Para llevar, por favor. Now you." in ana.screen
    assert "Para tomar" not in ana.screen.replace("¿Para tomar aquí o para llevar?", "")
    await ana.says("/hint")
    assert "Say it like this: Para llevar, por favor." in ana.screen
