"""The first message and the last."""

from dataclasses import replace

from bot.scenarios.scene import Scene
from bot.services.enrolment import Deleted, PhraseList, Welcome, WhichNative
from bot.services.scenes import phrases
from bot.views import onboarding
from bot.views.reply import Button, Reply
from bot.views.texts import Texts
from tests.bot.views.strict import faults, labels, read

WELCOME = Welcome(
    scene_title="Tea & toast",
    scenario_id="cafe_order",
    minutes=6,
    target="es",
    returning=False,
    open_run=None,
    open_title=None,
)


def test_the_first_message_says_what_how_long_and_that_mistakes_are_fine(english: Texts) -> None:
    assert onboarding.welcomed(WELCOME, english) == [
        Reply(
            text=(
                "Welcome! Here you rehearse real situations in Spanish. The first: <b>Tea &amp; toast</b>, about 6 "
                "minutes.\nYou just type your answers: mistakes are fine, accents are optional."
            ),
            keyboard=[
                [Button(text="I'm new to Spanish", data="lv:new")],
                [Button(text="I know some", data="lv:some")],
                [Button(text="Another language", data="lang")],
            ],
        )
    ]


def test_who_comes_back_is_offered_the_scene_they_are_in_or_the_next(english: Texts) -> None:
    back = replace(WELCOME, returning=True)
    (next_scene,) = onboarding.welcomed(back, english)
    (open_scene,) = onboarding.welcomed(replace(back, open_run=7, open_title="At the <doctor>"), english)

    assert next_scene == Reply(
        text="Welcome back. Shall we play <b>Tea &amp; toast</b>?",
        keyboard=[[Button(text="Play", data="play:cafe_order")]],
    )
    assert open_scene == Reply(
        text="Welcome back. Shall we go on with <b>At the &lt;doctor&gt;</b>?",
        keyboard=[[Button(text="Go on", data="c:7")]],
    )


def test_the_language_that_explains_is_chosen_by_its_name(english: Texts) -> None:
    (reply,) = onboarding.welcomed(WhichNative(target="es", natives=("en", "de")), english)

    assert "In which language" in reply.text
    assert reply.keyboard == [
        [Button(text="English", data="nat:en"), Button(text="German", data="nat:de")],
        [Button(text="Another language", data="lang")],
    ]


def test_a_beginner_sees_five_phrases_and_one_button(cafe: Scene, english: Texts) -> None:
    listed = PhraseList(title=cafe.title, scenario_id=cafe.id, phrases=phrases(cafe))
    (reply,) = onboarding.welcomed(listed, english)

    assert read(reply).count(" – ") == 5
    assert labels(reply) == [["I'm ready"]]
    assert faults(reply) == []


def test_deletion_is_asked_for_confirmed_and_leaves_no_trace(english: Texts) -> None:
    assert labels(onboarding.confirm_delete(None, english)) == [["Delete everything", "Keep everything"]]
    assert onboarding.kept(None, english) == Reply(text="Everything is kept.")
    gone = onboarding.deleted(Deleted(), english)
    assert gone.forget
    assert all(draft.forget for draft in gone.drafts(1))
