"""The form of answers that nobody wrote down: errors that do not hide the meaning are noticed, right answers let be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scenarios.form import judge_form
from bot.scenarios.grading import grade
from bot.scenarios.scene import Scene
from bot.scenarios.text import fold, utterance
from bot.scenarios.tongues import load_tongues
from bot.scenarios.verdict import Form, Heard, Layer, Verdict

TONGUES = load_tongues()


def heard(text: str) -> Heard:
    said = utterance(text)
    return Heard(said=said, spelt=said.words, folded=tuple(map(fold, said.words)))


def judged(scene: Scene, turn: str, text: str, **slots: str) -> Verdict:
    """Judge a text that was understood somehow as what is expected at a turn."""
    intent = next(iter(scene.hears(turn)))
    return judge_form(scene, turn, heard(text), Verdict(intent=intent, slots=slots, form=None, layer=Layer.GIST))


@pytest.mark.parametrize(
    ("turn", "text", "error"),
    [
        ("drink", "una café muy caliente", "article_gender"),
        ("drink", "mucho cerveza para todos", "article_gender"),
        ("drink", "pues dos cerveza frías", "number_agreement"),
        ("drink", "una cerveza frío", "article_gender"),
        ("drink", "el próximo café, yo quieres con hielo", "verb_agreement"),
        ("drink", "nosotros no quiero café hoy", "verb_agreement"),
        ("where", "yo comer aquí con mi amiga", "subject_infinitive"),
        ("pay", "hoy quiero pago con tarjeta azul", "second_verb"),
        ("drink", "yo gusto mucho el café", "gustar"),
        ("drink", "un zumo naranja grande", "little_word"),
        ("greet", "yo soy muy bien, gracias", "ser_estar"),
        ("food", "soy mucha hambre", "tener"),
        ("drink", "para yo un té con hielo", "pronoun_after_preposition"),
        ("food", "un otro cruasán de chocolate", "double_article"),
        ("drink", "una fría cerveza grande", "word_order"),
        ("pay", "tengo carta de crédito", "calque"),
        ("style", "con milk muy caliente", "foreign_word"),
    ],
)
def test_a_language_error_is_noticed_in_any_sentence(cafe: Scene, turn: str, text: str, error: str) -> None:
    verdict = judged(cafe, turn, text)
    assert (verdict.form, verdict.error_id) == (Form.ERROR, error)
    assert verdict.differences


@pytest.mark.parametrize(
    ("turn", "text"),
    [
        ("drink", "un agua bien fría, por favor"),
        ("drink", "hoy me apetece probar un té con limón"),
        ("drink", "mi mujer y yo queremos dos cafés"),
        ("where", "a la una vuelvo, pero ahora para llevar"),
        ("drink", "él la quiere con hielo; yo, un café"),
        ("drink", "¿usted me pone un cafecito calentito?"),
        ("bye", "Que pase usted muy buena tarde, María"),
        ("where", "me voy a quedar aquí con Kowalczyk"),
        ("drink", "holaaaa, un téeee"),
        ("drink", "tráemela fresquita, la cerveza"),
        ("pay", "con la tarjeta de mi empresa"),
        ("food", "yo ya he desayunado, gracias"),
    ],
)
def test_a_right_answer_is_never_accused(cafe: Scene, turn: str, text: str) -> None:
    verdict = judged(cafe, turn, text)
    assert (verdict.form, verdict.error_id) == (Form.OK, None)


@pytest.mark.parametrize(
    ("turn", "text", "given"),
    [
        ("drink", "una cervesa bien fría", "cervesa"),
        ("drink", "un cafe con mucha lehce", "lehce"),
        ("bye", "muchas grasias por todo", "grasias"),
        ("bill", "ahora la cuneta para todos", "cuneta"),
    ],
)
def test_a_misspelt_word_is_a_slip(cafe: Scene, turn: str, text: str, given: str) -> None:
    verdict = judged(cafe, turn, text)
    assert verdict.form is Form.SLIP
    assert [one.given for one in verdict.differences] == [given]


def test_no_right_sentence_of_the_pack_is_accused(cafe: Scene) -> None:
    accused = [
        (turn, words, verdict.error_id)
        for turn in cafe.turns
        for phrases in list(cafe.turn_book(turn).accepted.values())[::5]
        for words in {phrase.words for phrase in phrases}
        if (verdict := judged(cafe, turn, " ".join(words))).form is Form.ERROR
    ]
    assert accused == []


def test_talk_about_others_is_not_judged_as_talk_about_oneself(cafe: Scene) -> None:
    verdict = Verdict(intent="order_drink", slots={}, form=None, layer=Layer.GIST, signals=("third_person",))
    assert judge_form(cafe, "drink", heard("para mi amigo, quiere un café"), verdict).form is Form.OK


@pytest.mark.parametrize(("text", "language"), [("kann ich mit Karte zahlen", "de"), ("what a lovely day it is", "en")])
def test_an_answer_in_another_language_is_named(cafe: Scene, text: str, language: str) -> None:
    assert f"other_language:{language}" in grade(cafe, "pay", text).signals


def test_nonsense_is_of_no_language(cafe: Scene) -> None:
    assert grade(cafe, "pay", "asdf qwer").signals == ()


def test_every_rule_of_a_language_has_its_texts() -> None:
    own = {"accent", "article_gender", "number_agreement", "verb_form", "little_word", "foreign_word"}
    for (language, native), gloss in TONGUES.glosses.items():
        rules = TONGUES.shared[language].form.grammar
        assert rules.keys() | (own if rules else set()) <= gloss.feedback.keys(), (language, native)


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_has_a_form_and_always_the_same(cafe: Scene, text: str) -> None:
    assert judged(cafe, "drink", text) == judged(cafe, "drink", text)
