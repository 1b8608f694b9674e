"""From the first message to the partner's first line, and every command before there is anything to show."""

import pytest

from bot.handlers.commands import COMMANDS
from tests.journeys.conftest import Tutor
from tests.journeys.learner import Learner

PARTNER = ("¡Hola, buenos días!", "¡Buenos días! ¿Qué tal?")


def speaks(learner: Learner) -> bool:
    return any(line in learner.screen for line in PARTNER)


async def test_start_is_one_message_with_a_way_in_and_a_way_to_another_language(ana: Learner) -> None:
    shown = await ana.says("/start")

    assert len(shown) == 1
    assert "accents are optional" in ana.screen
    assert ana.buttons == ["I'm new to Spanish", "I know some", "Another language"]


async def test_who_knows_some_hears_the_partner_after_one_tap(ana: Learner) -> None:
    await ana.says("/start")

    assert len(await ana.presses("I know some")) == 1
    assert speaks(ana)
    assert ana.buttons == ["Hola", "Buenos días", "Hint", "More…"]


async def test_who_is_new_sees_phrases_and_hears_the_partner_after_two_taps(ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I'm new")

    assert "por favor – please" in ana.screen
    assert ana.buttons == ["I'm ready"]
    await ana.presses("I'm ready")
    assert speaks(ana)


async def test_a_deep_link_opens_its_scene_at_once(tutor: Tutor, ana: Learner) -> None:
    assert len(await ana.says("/start play_cafe_order")) == 1

    assert speaks(ana)
    assert await tutor.count("scenario_runs", "status = 'open'") == 1


@pytest.mark.parametrize("payload", ["play_", "play_unknown", "x", "play_cafe_order_", "💥"])
async def test_a_deep_link_to_nothing_is_a_plain_start(ana: Learner, payload: str) -> None:
    await ana.says(f"/start {payload}")

    assert ana.screen.startswith("Welcome!")


async def test_whose_telegram_speaks_spanish_is_asked_which_language_explains(tutor: Tutor) -> None:
    eva = tutor.learner(name="Eva", language_code="es-ES")
    await eva.says("/start")

    assert [button["callback_data"] for button in eva.newest.buttons] == ["nat:en", "lang"]
    await eva.taps("nat:en")
    await eva.presses("I know some")
    assert speaks(eva)
    assert "Greet the waiter" in eva.screen
    (user,) = await tutor.rows("SELECT native, target FROM users")
    assert tuple(user) == ("en", "es")


async def test_a_telegram_without_a_language_is_explained_in_english(tutor: Tutor) -> None:
    someone = tutor.learner(language_code=None)
    await someone.says("/play cafe_order")

    assert "Greet the waiter" in someone.screen


async def test_play_works_right_after_start_with_defaults(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.says("/play cafe_order")

    assert speaks(ana)
    (run,) = await tutor.rows("SELECT language, native, status FROM scenario_runs")
    assert tuple(run) == ("es", "en", "open")


async def test_the_scene_list_opens_a_scene(ana: Learner) -> None:
    await ana.says("/scenarios")
    await ana.presses("Ordering at a café")

    assert speaks(ana)


async def test_a_misspelt_scene_is_suggested_by_its_title(ana: Learner) -> None:
    await ana.says("/play cafe_ordr")

    assert "cafe_ordr" in ana.screen
    assert ana.buttons == ["Ordering at a café"]
    await ana.presses("Ordering at a café")
    assert speaks(ana)


async def test_an_unknown_scene_leads_to_the_list(ana: Learner) -> None:
    await ana.says("/play <b>&")

    assert "“<b>&”" in ana.screen
    assert "/scenarios" in ana.screen


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"admin"}))
async def test_every_command_answers_somebody_new_with_one_helpful_message(
    tutor: Tutor, ana: Learner, command: str
) -> None:
    shown = await ana.says(f"/{command}")

    assert len(shown) == 1
    assert "/" in ana.screen or ana.buttons
    assert await tutor.count("inbox", "status <> 'done'") == 0


async def test_a_command_may_name_the_bot_come_in_capitals_or_be_followed_by_a_new_line(ana: Learner) -> None:
    for typed in ("/play@tertulia_bot cafe_order", "/PLAY cafe_order", "/play\ncafe_order", "/play   cafe_order"):
        await ana.says(typed)
        assert "Ordering at a café" in ana.screen


@pytest.mark.parametrize("typed", ["/foo", "/foo@tertulia_bot bar", "/ñandú", "/1", "/admin", "/admin user 1"])
async def test_an_unknown_command_points_to_help(ana: Learner, typed: str) -> None:
    await ana.says(typed)

    assert ana.screen.startswith("I do not know that command. /help")


async def test_help_names_every_command_a_learner_needs(ana: Learner) -> None:
    await ana.says("/help")

    for command in COMMANDS.keys() - {"start", "play", "help", "cancel", "admin"}:
        assert f"/{command} –" in ana.screen


async def test_who_just_types_along_is_welcomed_and_then_taken_into_the_scene(ana: Learner) -> None:
    await ana.says("hello")
    assert ana.screen.startswith("Welcome!")
    await ana.says("I know some")
    assert ana.buttons == ["I'm new to Spanish", "I know some", "Another language"]

    await ana.presses("I'm new")
    await ana.says("ready")

    assert "¡Hola, buenos días!" in ana.screen


async def test_who_has_played_before_gets_the_ways_to_go_on(ana: Learner) -> None:
    await ana.says("/play cafe_order")
    await ana.says("/quit")
    await ana.says("Hola")

    assert "/scenarios" in ana.screen


async def test_who_comes_back_is_welcomed_to_the_scene_they_are_in(ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    await ana.says("Hola")
    await ana.says("/start")

    assert ana.screen == "Welcome back. Shall we go on with Ordering at a café?"
    await ana.presses("Go on")
    assert "you had just said “Hola”" in ana.screen
