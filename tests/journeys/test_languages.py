"""Whoever wants another language finds it from the first message on, and changes it at any time."""

from tests.journeys.conftest import Tutor
from tests.journeys.learner import Learner


async def test_a_newcomer_chooses_french_and_is_welcomed_to_it(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("Another language")
    assert "You are learning Spanish, explained in English." in ana.screen

    await ana.presses("Learn French")
    assert ana.buttons[:2] == ["I'm new to French", "I know some"]
    await ana.presses("I know some")
    assert "Bonjour" in ana.screen
    (user,) = await tutor.rows("SELECT native, target FROM users")
    assert tuple(user) == ("en", "fr")


async def test_a_spanish_speaker_learns_english_explained_in_spanish(tutor: Tutor) -> None:
    eva = tutor.learner(name="Eva", language_code="es")
    await eva.says("/start")
    await eva.presses("Otro idioma")
    await eva.presses("Aprender inglés")
    await eva.presses("Ya sé algo")

    assert "Saluda al camarero." in eva.screen


async def test_whoever_learns_their_own_telegrams_language_is_asked_what_explains_it(
    tutor: Tutor, ana: Learner
) -> None:
    await ana.says("/start")
    await ana.presses("Another language")
    await ana.presses("Learn English")
    assert "In which language shall I explain?" in ana.screen
    assert ana.buttons[0] == "Spanish"  # English scenes are explained in Spanish, and in nothing else so far.

    await ana.presses("Spanish")
    await ana.presses("Ya sé algo")
    assert "Saluda al camarero." in ana.screen
    (user,) = await tutor.rows("SELECT native, target FROM users")
    assert tuple(user) == ("es", "en")


async def test_the_language_that_explains_changes_at_once(ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    await ana.says("/language")
    assert "Explain in Spanish" not in ana.buttons  # Nothing explains Spanish in Spanish.
    await ana.presses("Learn English")
    await ana.presses("Explain in Spanish")

    assert "explicado en" in ana.screen


async def test_a_language_nobody_teaches_is_a_stale_button(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/language")
    await ana.taps("tg:xx")
    await ana.taps("ex:xx")

    (user,) = await tutor.rows("SELECT native, target FROM users")
    assert tuple(user) == ("en", "es")


async def test_the_same_scene_in_another_language_is_another_scene(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/play cafe_order")
    await ana.says("Hola")
    await ana.says("/language")
    await ana.presses("Learn French")
    await ana.says("/play cafe_order")

    assert "Bonjour" in ana.screen
    assert await tutor.count("scenario_runs", "status = 'parked' AND language = 'es'") == 1


async def test_whoever_changed_the_language_in_the_middle_of_a_scene_is_still_led_back_to_it(ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    await ana.says("Hola")
    await ana.says("/language")
    await ana.presses("Learn French")
    await ana.says("/start")

    assert "Shall we go on with Ordering at a café?" in ana.screen
    await ana.presses("Go on")
    assert "¿Para tomar aquí o para llevar?" in ana.screen
