"""Facts about drills and woven words: right is right, wrong is wrong, and words stand where they can be said."""

from hypothesis import given
from hypothesis import strategies as st

from bot.scenarios.drill import ITEMS, LONGEST, is_right, pairs, right_first
from bot.scenarios.grading import Form, Layer, Verdict, grade
from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from bot.scenarios.weaving import MOST, DueWord, fitting, is_used, woven


def test_a_drill_has_six_pairs_of_which_one_sentence_is_right(library: Library) -> None:
    drawn = pairs(library.scenes("es", "en"), "article_gender", "seed")

    assert len(set(drawn)) == ITEMS
    for pair in drawn:
        assert is_right(pair.right.upper() + ".", pair)
        assert not is_right(pair.wrong, pair)


def test_the_same_seed_draws_the_same_and_another_seed_may_not(cafe: Scene) -> None:
    assert pairs([cafe], "article_gender", "a") == pairs([cafe], "article_gender", "a")
    assert {pairs([cafe], "article_gender", str(seed)) for seed in range(9)} != {pairs([cafe], "article_gender", "0")}


def test_an_error_that_is_spelt_out_is_paired_with_the_model_that_means_the_same(cafe: Scene) -> None:
    drawn = pairs([cafe], "can_i_have", "seed")

    assert drawn
    assert all(pair.right in cafe.texts.values() for pair in drawn)


def test_every_error_of_the_cafe_can_be_drilled_with_wrong_sentences(cafe: Scene) -> None:
    for rule, malrule in cafe.pack.malrules.items():
        for pair in pairs([cafe], rule, "seed"):
            verdicts = [grade(cafe, turn, pair.wrong) for turn in cafe.turns]
            assert malrule.level == "error"
            assert any(verdict.error_id == rule for verdict in verdicts), pair


def test_the_short_sentences_of_one_error_are_those_among_all(cafe: Scene) -> None:
    mistakes = cafe.turn_book("drink").mistakes
    for rule in cafe.pack.malrules:
        all_of_it = {wrong for wrong, mistake in mistakes.all() if mistake.rule == rule and wrong.count(" ") < LONGEST}
        assert {wrong for wrong, _ in mistakes.of(rule, LONGEST)} == all_of_it


def test_an_unknown_error_has_no_drill(cafe: Scene) -> None:
    assert pairs([cafe], "nobody_makes_this", "seed") == ()


def test_the_right_sentence_is_not_always_on_top(cafe: Scene) -> None:
    (pair, *_others) = pairs([cafe], "article_gender", "seed")
    assert {right_first(pair, str(seed)) for seed in range(20)} == {True, False}


def due(*gaps: str) -> list[DueWord]:
    return [DueWord(card=number, gap=gap, meaning=f"<{gap}>") for number, gap in enumerate(gaps)]


def test_due_words_are_asked_for_where_the_model_says_them(cafe: Scene) -> None:
    found = woven(cafe, due("con tarjeta", "la cuenta", "hasta luego", "por favor"))

    assert {turn: word.gap for turn, word in found.items()} == {
        "pay": "con tarjeta", "call": "la cuenta", "bye": "hasta luego",
    }  # fmt: skip


def test_a_word_the_scene_does_not_know_is_not_asked_for(cafe: Scene) -> None:
    assert woven(cafe, due("la fiebre", "carta de", "")) == {}
    assert fitting(cafe, due("la fiebre", "la cuenta")) == 1


@given(
    st.lists(st.sampled_from(["la cuenta", "café", "con leche", "por favor", "igualmente", "la fiebre"]), max_size=9)
)
def test_at_most_three_words_are_woven_in_one_a_turn(cafe: Scene, gaps: list[str]) -> None:
    found = woven(cafe, due(*gaps))

    assert len(found) <= MOST
    assert set(found) <= set(cafe.turns)


def test_a_word_counts_as_used_only_in_an_answer_that_was_right() -> None:
    said = Verdict(intent="x", slots={}, form=Form.OK, layer=Layer.ACCEPTED, words=("la", "cuenta", "por", "favor"))
    gist = Verdict(intent="x", slots={}, form=None, layer=Layer.GIST, words=("la", "cuenta"))

    assert is_used(said, "La cuenta")
    assert not is_used(said, "cuent")
    assert not is_used(gist, "la cuenta")
