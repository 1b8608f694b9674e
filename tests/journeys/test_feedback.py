"""What a learner hears about their form: a hint first, the reason when they ask, as much as they want to hear."""

import json
from typing import Any

import pytest

from tests.fake_telegram import Fault
from tests.journeys.conftest import PERFECT, Tutor, play
from tests.journeys.learner import Learner

WRONG = "Una café con leche, por favor"
RIGHT = "Un café con leche, por favor"
HINT = "Check the little word before the noun."
REASON = "Café is masculine: un café."
CLAPPING = ["\N{CLAPPING HANDS SIGN}"]


async def quality(tutor: Tutor, at: int) -> int:
    (run,) = await tutor.rows("SELECT state FROM scenario_runs")
    return int(state(run.state)["outcomes"][at]["quality"])


def state(stored: Any) -> dict[str, Any]:
    return dict(json.loads(stored) if isinstance(stored, str) else stored)


@pytest.mark.parametrize("asked", ["why?", "Why", "por qué", "¿Por qué?", "¿y por qué?", "what's wrong with that?"])
async def test_the_reason_comes_when_it_is_asked_for_in_either_language(tutor: Tutor, ana: Learner, asked: str) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    assert HINT in ana.screen
    assert REASON not in ana.screen

    await ana.says(asked)

    assert REASON in ana.screen
    assert "¿Algo para comer?" in ana.screen
    assert await tutor.count("scenario_turns", "verdict = 'aside'") == 1
    assert state((await tutor.rows("SELECT state FROM scenario_runs"))[0].state)["misses"] == 0


async def test_the_reason_comes_by_a_button_in_the_same_message(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    asked = ana.newest
    await ana.presses("Why?")

    assert ana.newest is asked
    assert REASON in ana.screen
    assert "Why?" not in ana.buttons
    assert await tutor.count("scenario_turns") == 3


async def test_who_has_read_the_reason_mends_the_error_without_gain(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    await ana.presses("Why?")
    await ana.says(RIGHT)

    assert "Exactly" in ana.screen
    assert await quality(tutor, 2) == 60


async def test_with_nothing_wrong_there_is_no_reason_and_no_price(tutor: Tutor, ana: Learner) -> None:
    await play(ana, PERFECT[:2])
    await ana.says("why?")

    assert "Nothing was wrong" in ana.screen
    assert "¿Qué le pongo?" in ana.screen
    await ana.says(PERFECT[2])
    assert await quality(tutor, 2) == 100


async def test_a_hint_keeps_what_the_tutor_said(ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    await ana.presses("Hint")

    assert HINT in ana.screen
    assert "Words that help: " in ana.screen


async def test_who_wants_little_correction_is_told_of_mistakes_and_of_nothing_else(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/feedback")
    assert ana.buttons == ["Light", "● Normal", "Strict"]
    await ana.presses("Light")
    assert ana.buttons == ["● Light", "Normal", "Strict"]

    await ana.says("/play cafe_order")
    for said in ("Hola", "para tomar aqui"):
        await ana.says(said)
        assert ana.newest.text.count("<blockquote>") == 0
    await ana.says(WRONG)

    assert HINT in ana.screen
    await ana.says("una tostda con tomate")
    assert ana.newest.text.count("<blockquote>") == 0
    assert await tutor.count("users", "strictness = 'light'") == 1


async def test_who_wants_everything_corrected_types_it_once_more(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/feedback")
    await ana.presses("Strict")
    await ana.says("/play cafe_order")
    await ana.says("Hola")
    await ana.says("para tomar aqui")
    assert "Type it once more with its accents: para tomar aquí" in ana.screen

    await ana.says("para tomar aquí")

    assert "Exactly" in ana.screen
    assert "¿Qué le pongo?" in ana.screen
    assert await quality(tutor, 1) == 100


async def test_at_any_strictness_the_story_may_simply_go_on(ana: Learner) -> None:
    await ana.says("/feedback")
    await ana.presses("Strict")
    await ana.says("/play cafe_order")
    for said in ("Hola", "para tomar aqui", "un te"):
        await ana.says(said)

    assert "¿Algo para comer?" in ana.screen


async def test_a_mended_error_gets_a_reaction_on_the_learners_own_line(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))
    await ana.says(RIGHT)

    mine = [message for message in tutor.fake.chats[ana.id] if not message.mine]
    assert [message.reactions for message in mine[-2:]] == [[], CLAPPING]


async def test_a_fine_long_sentence_gets_a_reaction_and_the_next_ones_do_not(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:3], "Una tostada con tomate, por favor, gracias"))

    mine = [message for message in tutor.fake.chats[ana.id] if not message.mine]
    assert mine[-2].text == PERFECT[2]
    assert [message.reactions for message in mine[-2:]] == [CLAPPING, []]
    assert tutor.fake.refusals == []


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.GARBAGE, Fault.REFUSED, Fault.CUT])
async def test_a_reaction_that_fails_is_dropped_and_holds_nothing_up(tutor: Tutor, ana: Learner, fault: Fault) -> None:
    tutor.fake.fail(fault, method="setMessageReaction", times=9)
    await play(ana, PERFECT[:4])

    assert "Aquí tiene" in ana.screen
    assert await tutor.count("outbox", "action = 'react' AND status = 'expired'") == 1
    assert await tutor.count("outbox", "status IN ('pending', 'sending')") == 0


async def test_all_that_a_verdict_says_is_kept_with_the_turn(tutor: Tutor, ana: Learner) -> None:
    await play(ana, (*PERFECT[:2], WRONG))

    for row in await tutor.rows("SELECT details FROM scenario_turns"):
        assert {"differences", "signals", "confidence"} <= set(state(row.details))
