"""The scene as a message: whole replies for the main cases, and laws for whatever a learner types."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios import dialogue as scene_play
from bot.scenarios.dialogue import Progress, Step
from bot.scenarios.scene import Line, Scene
from bot.services.leaving import Left
from bot.services.practice import Overtaken, SceneView, Unfinished
from bot.services.scenes import Comparison, MyLines, SceneOffer, ScenePage
from bot.views import dialogue
from bot.views.reply import Button, Reply
from bot.views.scene_presses import Continue, Play, PlayAnew
from bot.views.texts import Texts
from tests.bot.views.strict import faults, labels, read

FIRST = "¡Hola, buenos días!"


def view(scene: Scene, step: Step, *, opening: bool = False) -> SceneView:
    """Return what the step just taken led to."""
    return replace(redrawn(scene, step.progress), step=step, opening=opening)


def redrawn(scene: Scene, progress: Progress, *, resumed: bool = False) -> SceneView:
    """Return the turn as it is shown again."""
    screen = scene_play.screen(scene, progress)
    return SceneView(run_id=7, version=3, title=scene.title, language=scene.language, screen=screen, resumed=resumed)


def played(scene: Scene, *texts: str) -> Step:
    step = scene_play.start(scene)
    for text in texts:
        step = scene_play.answer(scene, step.progress, text, patience=2)
    return step


def test_a_scene_opens_with_its_title_the_partners_line_the_task_and_two_answers(cafe: Scene, english: Texts) -> None:
    (reply,) = dialogue.opened(view(cafe, played(cafe), opening=True), english)

    assert reply == Reply(
        text=(
            "<b>Ordering at a café</b>\nType your answers. Mistakes are fine, accents are optional.\n\n●○○\n\n"
            f"<b>\u2068{FIRST}\u2069</b>\n<tg-spoiler>Hello, good morning!</tg-spoiler>\n\n› Greet the waiter."
        ),
        keyboard=[
            [Button(text="Hola", data="st:7:3:0"), Button(text="Buenos días", data="st:7:3:1")],
            [Button(text="Hint", data="h:7:3"), Button(text="More…", data="m:7:3:1")],
        ],
        slot="run:7:screen",
    )


def test_a_remark_stands_apart_at_the_head_with_the_dots(cafe: Scene, english: Texts) -> None:
    step = played(cafe, "Hola", "para tomar aqui")
    (reply,) = dialogue.played(view(cafe, step), english)

    assert reply.text.startswith("●●○\n<blockquote>Right. With its accents: <b>")
    assert "<u>í</u>" in reply.text


@pytest.mark.parametrize(
    ("said", "remark"),
    [
        (("Hola", "asdf"), None),
        (("Hola", "asdf", "asdf"), "You could say: Para tomar aquí, por favor."),
        (("Hola", "To have here, please"), "In Spanish: Para tomar aquí, por favor. Now you."),
        (("Hola", "Aquí", "una café"), "Check the little word before the noun."),
        (("Hola", "Aquí", "una café", "un café"), "Exactly, that's it."),
    ],
)
def test_there_is_at_most_one_remark_and_it_says_what_is_meant(
    cafe: Scene, english: Texts, said: tuple[str, ...], remark: str | None
) -> None:
    (reply,) = dialogue.played(view(cafe, played(cafe, *said)), english)
    head = read(reply).split("\n\n")[0].splitlines()[1:]

    assert reply.text.count("<blockquote>") == (0 if remark is None else 1)
    assert [line.casefold() for line in head] == ([] if remark is None else [remark.casefold()])


def test_each_help_stands_under_the_task_and_the_last_takes_the_button_away(cafe: Scene, english: Texts) -> None:
    progress = played(cafe, "Hola").progress
    seen = []
    for _level in range(3):
        progress, _help = scene_play.raise_help(cafe, progress)
        (reply,) = dialogue.hinted(redrawn(cafe, progress), english)
        assert reply.edit
        seen.append((read(reply).splitlines()[-1], labels(reply)))

    assert seen == [
        (
            "Words that help: para · aquí · tomar · por · favor",
            [["para", "aquí", "tomar", "por"], ["favor"], ["Hint", "More…"]],
        ),
        ("First letters: P___ t____ a___, p__ f____.", [["Hint", "More…"]]),
        ("Say it like this: Para tomar aquí, por favor.", [["More…"]]),
    ]


def test_a_scene_taken_up_again_begins_with_what_was_said_last(cafe: Scene, english: Texts) -> None:
    step = played(cafe, "Hola <b>")
    (reply,) = dialogue.opened(redrawn(cafe, step.progress, resumed=True), english)

    assert read(reply).splitlines()[0] == "Ordering at a café: you had just said “Hola <b>”."
    assert reply.strip == reply.slot == "run:7:screen"


def test_a_button_that_comes_too_late_brings_the_screen_and_a_second_tap_a_word_only(
    cafe: Scene, english: Texts
) -> None:
    now = view(cafe, played(cafe, "Hola"))
    toast = "The scene has moved on. Here is where you are."
    (late,) = dialogue.moved(Overtaken(view=now, just_shown=False), english)

    assert (late.toast, late.strip) == (toast, "run:7:screen")
    assert late.text == dialogue.played(now, english)[0].text
    assert dialogue.hinted(Overtaken(view=now, just_shown=True), english) == [Reply(toast=toast)]


def test_a_scene_begun_is_offered_to_go_on_or_to_start_again(english: Texts) -> None:
    begun = Unfinished(run_id=7, scenario_id="cafe_order", title="Tea & <toast>")

    assert dialogue.opened(begun, english) == [
        Reply(
            text="You are in the middle of <b>Tea &amp; &lt;toast&gt;</b>.",
            keyboard=[
                [
                    Button(text="Go on", data=Continue(7).encode()),
                    Button(text="Start again", data=PlayAnew("cafe_order").encode()),
                ]
            ],
        )
    ]


@pytest.mark.parametrize(
    ("words", "paused", "text", "button"),
    [
        (0, False, "You have left the scene.", "Play it again"),
        (1, False, "You have left the scene. 1 word from it is kept.", "Play it again"),
        (5, True, "The scene waits for you, right where you left it. 5 words from it are kept.", "Go on"),
    ],
)
def test_who_leaves_is_told_what_is_kept_and_how_to_come_back(
    english: Texts, *, words: int, paused: bool, text: str, button: str
) -> None:
    left = Left(run_id=7, scenario_id="cafe_order", title="x", words=words, paused=paused)
    data = Continue(7) if paused else Play("cafe_order")

    assert dialogue.left(left, english) == Reply(
        text=text, keyboard=[[Button(text=button, data=data.encode())]], strip="run:7:screen"
    )


def test_the_list_of_scenes_names_level_length_and_the_best_score(english: Texts) -> None:
    offer = SceneOffer(id="cafe_order", title="Ordering", cefr="A1", minutes=6, beta=True, best_score=80)

    assert labels(dialogue.scene_list([offer], english)) == [["Ordering · A1 · 6 min · beta · best 80"]]
    assert "/help" in dialogue.scene_list([], english).text


def test_own_lines_stand_beside_more_natural_ones(english: Texts) -> None:
    model = Line(id="m", text="Un café, por favor.", translation="")
    lines = (Comparison(said="<i>café</i>", model=model), Comparison(said="Hola", model=None))

    assert read(dialogue.lines(MyLines(title="Café", lines=lines), english)) == (
        "Café: your lines\n\nYou: <i>café</i>\n→ Un café, por favor.\nYou: Hola ✓"
    )
    assert dialogue.lines(MyLines(title="Café", lines=()), english).text == (
        "You have not said anything in this scene yet."
    )


@given(said=st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=4))
def test_whatever_is_said_every_screen_can_be_sent(cafe: Scene, english: Texts, said: list[str]) -> None:
    step = played(cafe, *said)
    if not step.finished:
        assert faults(dialogue.played(view(cafe, step), english)) == []
        assert faults(dialogue.opened(redrawn(cafe, step.progress, resumed=True), english)) == []


@given(st.lists(st.sampled_from(["&", "<", "🦜", "a", "\u2069"]).map(lambda letter: letter * 400), max_size=40))
def test_any_number_of_own_lines_fits_one_message(english: Texts, said: list[str]) -> None:
    model = Line(id="m", text="&" * 100, translation="")
    lines = tuple(Comparison(said=text, model=model) for text in said)

    assert faults(dialogue.lines(MyLines(title="<Café>", lines=lines), english)) == []


def test_many_scenes_come_in_pages_with_the_most_useful_one_named(english: Texts) -> None:
    offers = [
        SceneOffer(
            id=f"s{number}", title=f"Scene {number}", cefr="A1", minutes=5, beta=False, best_score=None, due=number % 4
        )
        for number in range(12)
    ]
    first = dialogue.scene_list(offers, english)
    last = dialogue.scene_page(ScenePage(offers=tuple(offers), page=99), english)

    assert "A good one now: Scene 3, it uses 3 words you are due for." in read(first)
    assert len(first.keyboard) == dialogue.SCENES_ON_A_PAGE + 1
    assert labels(first)[-1] == ["Harder ›"]
    assert [len(row) for row in last.keyboard] == [1] * 5
    assert labels(last)[-1] == ["‹ Easier"]
    assert (last.edit, last.slot) == (True, first.slot)
