"""What a scene does with right, wrong, odd and missing answers."""

from bot.scenarios.dialogue import (
    FeedbackKind,
    How,
    Progress,
    Step,
    answer,
    raise_help,
    resume,
    screen,
    skip,
    start,
)  # fmt: skip
from bot.scenarios.scene import END, Scene
from bot.scenarios.score import score
from bot.scenarios.story import Position, advance
from tests.bot.scenarios.conftest import Play

TO_DRINK = ("Hola", "Aquí")
TO_FOOD = (*TO_DRINK, "Un té")
TO_BILL = (*TO_FOOD, "No")


def texts(step: Step) -> list[str]:
    return [line.text for line in step.said]


def kind(step: Step) -> FeedbackKind | None:
    return step.feedback.kind if step.feedback else None


def how(step: Step) -> dict[str, How]:
    return {meeting.card_id: meeting.how for meeting in step.meetings}


def test_the_partner_speaks_first_and_another_seed_says_it_otherwise(cafe: Scene) -> None:
    assert texts(start(cafe)) == ["¡Hola, buenos días!"]
    assert texts(start(cafe, variant_seed=1)) == ["¡Buenos días! ¿Qué tal?"]


def test_an_error_is_prompted_for_while_the_story_goes_on(play: Play) -> None:
    step = play(*TO_DRINK, "una café, por favor")
    assert step.feedback is not None
    assert (kind(step), step.feedback.text) == (FeedbackKind.PROMPT, "Check the little word before the noun.")
    assert step.feedback.correction == ()
    assert (step.understood, step.quality, step.progress.turn) == (True, 60, "style")
    assert texts(step) == ["¿El café, solo, cortado o con leche?"]
    assert how(step)["cafe"] is How.HELPED


def test_an_error_counts_against_its_word_only_once_it_is_left_standing(play: Play) -> None:
    assert how(play(*TO_DRINK, "una café", "con leche"))["cafe"] is How.ERROR
    assert How.ERROR not in how(play(*TO_DRINK, "una café", "un café")).values()
    assert "cafe" not in how(play(*TO_DRINK, "una café", "¿cómo?"))
    assert how(play(*TO_DRINK, "una café", "quiero una café"))["cafe"] is How.ERROR


def test_typing_it_right_mends_the_error_and_asks_the_current_question_again(play: Play) -> None:
    step = play(*TO_DRINK, "una café, por favor", "un café, por favor")
    assert (step.repaired, kind(step), step.quality) == (True, FeedbackKind.REPAIRED, 80)
    assert step.progress.outcomes[-1].quality == 80
    assert (step.progress.turn, texts(step)) == ("style", ["¿El café, solo, cortado o con leche?"])
    assert how(step) == {"cafe": How.MENDED, "por_favor": How.MENDED}


def test_the_same_error_again_is_explained_once(play: Play) -> None:
    step = play(*TO_DRINK, "una café", "quiero una café")
    assert step.feedback is not None
    assert (kind(step), step.feedback.text) == (FeedbackKind.EXPLAIN, "Café is masculine: un café.")
    assert [segment.text for segment in step.feedback.correction if segment.differs] == ["un"]
    assert step.progress.misses == 0
    assert kind(play("quiero una café", progress=step.progress)) is FeedbackKind.ASK_AGAIN


def test_a_learner_who_goes_on_after_an_error_leaves_it_behind(play: Play) -> None:
    step = play(*TO_DRINK, "una café", "con leche")
    assert (step.progress.turn, step.repaired, step.progress.pending) == ("food", False, None)


def test_an_error_can_still_be_mended_after_asking_to_repeat(play: Play) -> None:
    assert play(*TO_DRINK, "una café", "¿cómo?", "un café").repaired


def test_a_missing_accent_costs_nothing_and_is_shown(play: Play) -> None:
    step = play("Hola", "aqui")
    assert (kind(step), step.quality) == (FeedbackKind.ACCENT, 100)


def test_a_typo_is_a_slip(play: Play) -> None:
    step = play("Hola", "para levar")
    assert (kind(step), step.quality, step.progress.turn) == (FeedbackKind.SLIP, 90, "drink")


def test_the_gist_moves_the_story_and_shows_a_well_formed_answer(play: Play) -> None:
    step = play(*TO_DRINK, "un café con leche y una tostada")
    assert step.feedback is not None
    assert (kind(step), step.quality) == (FeedbackKind.ALSO, 100)
    assert step.feedback.correction[0].text == "Un café con leche"


def test_a_remark_costs_nothing(play: Play) -> None:
    step = play(*TO_FOOD, "estoy bien, gracias")
    assert (kind(step), step.quality) == (FeedbackKind.NOTE, 100)


def test_what_is_not_understood_is_asked_again_with_the_first_help_open(play: Play) -> None:
    step = play("mesa para dos", "?!", patience=4)
    assert texts(step) == ["Disculpe, no le he entendido.", "¡Hola, buenos días!"]
    assert (kind(step), step.understood, step.quality) == (FeedbackKind.ASK_AGAIN, False, None)
    assert (step.progress.misses, step.progress.help_level) == (2, 1)


def test_a_miss_before_caps_the_quality_and_makes_the_cards_helped(play: Play) -> None:
    step = play("Hola", "xyz", "para llevar")
    assert step.quality == 80
    assert how(step)["para_llevar"] is How.HELPED


def test_the_model_is_shown_when_patience_runs_out_and_the_story_goes_on(play: Play) -> None:
    step = play("Hola", "xyz", "xyz")
    assert step.model is not None
    assert (kind(step), step.model.text, step.quality) == (FeedbackKind.MODEL, "Para tomar aquí, por favor.", 0)
    assert (step.progress.turn, step.progress.misses, step.meetings) == ("drink", 0, ())


def test_skipping_takes_the_model_as_the_answer(cafe: Scene, play: Play) -> None:
    step = skip(cafe, play(*TO_DRINK).progress)
    assert (step.progress.vars["drink"], step.progress.vars["style"], step.quality) == ("coffee", "milk", 0)
    assert step.met == ("order_drink",)


def test_asking_to_repeat_is_free(play: Play) -> None:
    step = play("Hola", "¿Puede repetir?")
    assert (texts(step), step.progress.misses, step.progress.outcomes[1:]) == (
        ["¿Para tomar aquí o para llevar?"], 0, (),
    )  # fmt: skip


def test_slower_sets_the_words_apart(play: Play) -> None:
    assert texts(play("Hola", "más despacio, por favor")) == ["¿Para … tomar … aquí … o … para … llevar?"]


def test_not_understanding_opens_the_translation(play: Play) -> None:
    step = play("Hola", "no entiendo")
    assert [line.open for line in step.said] == [True]
    assert step.said[0].translation == "To have here or to take away?"


def test_an_answer_in_the_learners_own_language_is_turned_and_waits(play: Play) -> None:
    step = play(*TO_DRINK, "A coffee with milk")
    assert step.model is not None
    assert (kind(step), step.model.text) == (FeedbackKind.OWN_LANGUAGE, "Un café con leche, por favor.")
    assert (step.progress.turn, step.progress.misses, step.progress.help_level) == ("drink", 0, 3)
    copied = play(step.model.text, progress=step.progress)
    assert (copied.quality, how(copied)["con_leche"]) == (10, How.HELPED)


def test_help_rises_from_words_to_letters_to_the_model_and_stays(cafe: Scene, play: Play) -> None:
    progress = play("Hola").progress
    progress, first = raise_help(cafe, progress)
    assert (first.level, first.hint, first.model) == (1, "", None)
    assert {"para", "tomar", "aquí"} <= set(first.words)
    progress, second = raise_help(cafe, progress)
    assert second.hint == "P___ t____ a___, p__ f____."
    progress, third = raise_help(cafe, progress)
    assert third.model is not None
    assert raise_help(cafe, progress) == (progress, third)


def test_help_lowers_the_quality_step_by_step(cafe: Scene, play: Play) -> None:
    progress = play("Hola").progress
    qualities = []
    for _ in range(4):
        qualities.append(answer(cafe, progress, "Para llevar", patience=2).quality)
        progress, _help = raise_help(cafe, progress)
    assert qualities == [100, 50, 30, 10]


def test_a_starter_costs_nothing_but_its_cards_are_helped(cafe: Scene) -> None:
    opening = screen(cafe, start(cafe).progress)
    assert opening.starters == ("Hola", "Buenos días")
    step = answer(cafe, start(cafe).progress, opening.starters[0], patience=2, picked=True)
    assert step.quality == 100
    assert screen(cafe, step.progress).starters == ()


def test_the_way_back_is_spent_after_its_limit(play: Play) -> None:
    step = play(*TO_DRINK, "la carta", "la carta", patience=4)
    assert (step.understood, texts(step)[-1]) == (True, "¿Qué le pongo?")
    spent = play("la carta", progress=step.progress, patience=4)
    assert (spent.understood, spent.progress.misses, texts(spent)) == (False, 1, texts(step))


def test_insisting_on_what_is_gone_goes_on_as_declined(play: Play) -> None:
    step = play(*TO_FOOD, "Un cruasán", "Un cruasán", "Un cruasán")
    assert (step.progress.turn, step.progress.vars["food"]) == ("bill", None)
    assert texts(step) == ["De eso ya no queda, lo siento.", "Aquí tiene. ¿Algo más?"]


def test_a_silent_turn_tells_what_has_happened(play: Play) -> None:
    step = play(*TO_BILL, "Nada más, gracias")
    assert step.stage == "You have finished. Ask for the bill."
    assert texts(play("asdf", progress=step.progress)) == ["¿Perdone?"]


def test_the_total_is_said_as_money(play: Play) -> None:
    assert texts(play(*TO_FOOD, "Una tostada", "La cuenta")) == ["Son 4,30 euros. ¿En efectivo o con tarjeta?"]


def test_a_finished_scene_says_no_more(cafe: Scene, play: Play) -> None:
    step = play(*TO_BILL, "La cuenta", "Con tarjeta", "Adiós")
    assert (step.finished, texts(step)) == (True, [])
    assert play("Hola", progress=step.progress).progress == step.progress
    assert skip(cafe, step.progress).progress == step.progress


def test_the_screen_shows_the_turn_and_what_was_said_before(cafe: Scene, play: Play) -> None:
    shown = screen(cafe, play("Hola", "Aquí").progress)
    assert (shown.turn, shown.task, shown.phase_index, shown.phase_count) == ("drink", "Order a drink.", 1, 3)
    assert shown.recap is not None
    assert ([line.text for line in shown.recap.said], shown.recap.answered) == (
        ["¿Para tomar aquí o para llevar?"], "Aquí",
    )  # fmt: skip


def test_a_turn_that_is_gone_begins_its_phase_again(cafe: Scene, play: Play) -> None:
    stored = play(*TO_FOOD).progress.to_json() | {"turn": "dessert", "said": ["dessert_line"]}
    fitted = resume(cafe, Progress.from_json(stored))
    assert (fitted.turn, fitted.said) == ("drink", ("drink_2",))  # the line not heard yet
    lost = resume(cafe, Progress.from_json(stored | {"phase": "afters"}))
    assert lost.turn == "greet"


def test_nonsense_to_the_end_is_not_completed_and_meets_no_card(cafe: Scene) -> None:
    step = start(cafe)
    for _ in range(60):
        step = answer(cafe, step.progress, "qwrtz", patience=2)
        assert step.meetings == ()
        if step.finished:
            break
    result = score(cafe, step.progress)
    assert step.finished
    assert (result.completed, result.completion_score, result.success_rate) == (False, 0, 0)
    assert set(result.objectives_missed) >= {"order_drink", "pay"}


def test_better_answers_score_higher(cafe: Scene, play: Play) -> None:
    perfect = ("Hola", "Aquí", "Un té", "No", "La cuenta", "Con tarjeta", "Adiós")
    slips = ("Hola", "Aquí", "Un té", "No", "La cuemta", "Con tarjeto", "Adiós")
    nouns = ("Hola", "Aquí", "dos tés de oferta té", "No", "mi cuenta ya", "en tarjeta", "Adiós")
    scores = [score(cafe, play(*line).progress).completion_score for line in (perfect, slips, nouns)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_every_way_through_the_story_ends(cafe: Scene) -> None:
    """Walk every intent with every slot value from every state; `max` and ids make the states finite."""
    first = Position(turn=cafe.phases[0].turns[0], vars=dict(cafe.story.vars), taken={})
    todo, seen, ends = [first], set(), 0
    while todo:
        position = todo.pop()
        known = (position.turn, *sorted(map(repr, position.vars.items())), *sorted(position.taken.items()))
        if known in seen:
            continue
        seen.add(known)
        for intent, slots in cafe.turn_book(position.turn).accepted.meanings:
            move = advance(cafe, position, intent, dict(slots))
            ends += move.to == END
            if move.to != END and not move.spent:
                todo.append(Position(turn=move.to, vars=move.vars, taken=move.taken))
    assert ends > 100


def test_a_scene_without_a_gloss_can_be_played(cafe: Scene) -> None:
    bare = Scene(story=cafe.story, pack=cafe.pack, gloss=None, book=cafe.book)
    step = answer(bare, start(bare).progress, "Hola", patience=2)
    assert (step.understood, step.said[0].translation, bare.task("where")) == (True, "", "")
    wrong = answer(bare, answer(bare, step.progress, "Aquí", patience=2).progress, "una café", patience=2)
    assert (kind(wrong), wrong.feedback.text if wrong.feedback else None) == (FeedbackKind.PROMPT, "")


def test_the_weakest_turn_is_named_first(cafe: Scene, play: Play) -> None:
    step = play("Hola", "xyz", "zzz", "quisiera una cerveza, por favor", patience=2)
    assert score(cafe, step.progress).weak_turns[0] == "where"
