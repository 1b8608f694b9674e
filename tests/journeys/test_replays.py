"""A scene played again: other words, other facts, and a waiter who remembers."""

from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

USUAL = "¿Lo de siempre, un café con leche?"


async def partner_lines(learner: Learner, answers: tuple[str, ...]) -> list[str]:
    """Play the café from the list and return what the waiter said before each answer."""
    shown = [learner.screen]
    for said in answers[:-1]:
        await learner.says(said)
        shown.append(learner.screen)
    await learner.says(answers[-1])
    return shown


async def played_twice(ana: Learner) -> tuple[list[str], list[str]]:
    await play(ana, ())
    first = await partner_lines(ana, PERFECT)
    await ana.says("/play cafe_order")
    return first, await partner_lines(ana, PERFECT)


async def test_a_second_play_is_not_word_for_word_the_first(tutor: Tutor, ana: Learner) -> None:
    first, second = await played_twice(ana)

    assert "¡Hola, buenos días!" in first[0]
    assert "¡Buenos días! ¿Qué tal?" in second[0]
    assert "¿Para tomar aquí o para llevar?" in first[1]
    assert "¿Es para tomar aquí o para llevar?" in second[1]
    assert await tutor.count("scenario_progress_history") == 2


async def test_a_third_play_goes_back_to_what_was_heard_longest_ago(ana: Learner) -> None:
    await played_twice(ana)
    await ana.says("/play cafe_order")
    assert "¡Hola, buenos días!" in ana.screen


async def test_facts_change_from_the_second_play_on(tutor: Tutor, ana: Learner) -> None:
    first, second = await played_twice(ana)
    assert "Son 4,10 euros" in first[6]
    assert "Son 4,30 euros" in second[6]

    await ana.says("/play cafe_order")
    for said in ("Hola", "Aquí", "Un té", "Un pincho de tortilla"):
        await ana.says(said)
    assert "Acabo de vender el último" in ana.screen
    await ana.says("Un cruasán, por favor")
    assert "Aquí" in ana.screen
    states = [row.state for row in await tutor.rows("SELECT state FROM scenario_runs ORDER BY id")]
    assert len(states) == 3


async def test_the_waiter_remembers_and_the_usual_is_enough(ana: Learner) -> None:
    await play(ana)
    await ana.says("/play cafe_order")
    await ana.says("Hola")
    await ana.says("Aquí")
    assert USUAL in ana.screen

    await ana.says("Sí, lo de siempre")

    assert "para comer" in ana.screen
    for said in ("No, gracias", "La cuenta, por favor"):
        await ana.says(said)
    assert "Son 1,80 euros" in ana.screen


async def test_the_usual_can_be_declined_for_today(ana: Learner) -> None:
    await play(ana)
    await ana.says("/play cafe_order")
    for said in ("Hola", "Aquí", "No, hoy un té"):
        await ana.says(said)

    assert "para comer" in ana.screen
    for said in ("No, gracias", "La cuenta, por favor"):
        await ana.says(said)
    assert "Son 1,80 euros" in ana.screen


async def test_the_usual_means_nothing_to_a_waiter_who_has_not_seen_you(ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    await ana.says("Lo de siempre, por favor")

    assert "¿Perdone?" in ana.screen


async def test_a_parked_replay_goes_on_with_its_own_facts(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/play cafe_order")
    for said in PERFECT[:3]:
        await ana.says(said)
    await ana.presses("More")
    await ana.presses("Pause")
    await tutor.restart()
    await ana.says("/continue")
    for said in ("No, gracias", "La cuenta, por favor"):
        await ana.says(said)
    assert "Son 1,80 euros" in ana.screen


async def test_a_new_scene_nobody_has_spoken_in_uses_up_no_change(ana: Learner) -> None:
    await play(ana)
    await ana.says("/play cafe_order")
    await ana.says("/quit")
    await ana.says("/play cafe_order")
    for said in ("Hola", "Aquí", "lo de siempre", "no gracias", "la cuenta"):
        await ana.says(said)
    assert "Son 1,80 euros" in ana.screen
