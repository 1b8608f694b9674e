"""Verdicts on answers, and comparisons of vocabulary answers, case by case."""

import pytest

from bot.scenarios.grading import Form, Layer, MatchKind, compare, grade
from bot.scenarios.scene import Scene
from bot.scenarios.segments import Segment


def marked(segments: tuple[Segment, ...]) -> str:
    """Write a correction with what differs in brackets."""
    return "".join(f"[{segment.text}]" if segment.differs else segment.text for segment in segments)


@pytest.mark.parametrize(
    ("turn", "text", "shown"),
    [
        ("where", "Aqui, por favor.", "Aqu[í], por favor."),
        ("drink", "Una café, por favor", "[Un] café, por favor"),
        ("drink", "una agua", "[un] agua"),
        ("drink", "un cafe con lecha", "un caf[é] con lech[e]"),
        ("where", "para levar", "para [l]levar"),
        ("pay", "en tarjeta", "[con] tarjeta"),
        ("call", "me puede trae la cuenta", "me puede trae[r] la cuenta"),
        ("call", "Pues, ¡el cuenta!", "Pues, ¡[la] cuenta!"),
    ],
)
def test_a_correction_marks_what_differs(cafe: Scene, turn: str, text: str, shown: str) -> None:
    assert marked(grade(cafe, turn, text).correction) == shown


@pytest.mark.parametrize("text", ["", "   ", "👍", "❤️", "?!", "1️⃣2", "𝔘𝔫 𝔟𝔞𝔯"])
def test_what_says_nothing_is_unknown(cafe: Scene, text: str) -> None:
    assert grade(cafe, "drink", text).layer is Layer.UNKNOWN


def test_a_filler_alone_is_an_answer_and_not_nothing(cafe: Scene) -> None:
    assert grade(cafe, "food", "bueno").layer is Layer.UNKNOWN
    assert grade(cafe, "food", "Pues... no").intent == "decline"


def test_a_polite_word_alone_is_never_dropped(cafe: Scene) -> None:
    assert grade(cafe, "food", "Sí").intent == "accept_offer"
    assert grade(cafe, "bye", "Gracias").intent == "goodbye"
    assert grade(cafe, "where", "¿Perdone?").repair


def test_a_negated_key_word_is_no_gist(cafe: Scene) -> None:
    assert grade(cafe, "drink", "hoy no quiero ningún café de esos").intent is None


def test_a_negative_key_is_confirmed_by_another_no(cafe: Scene) -> None:
    verdict = grade(cafe, "food", "no quiero nada más por hoy")
    assert (verdict.intent, verdict.layer, verdict.form) == ("decline", Layer.GIST, Form.OK)


def test_a_repair_phrase_with_a_typo_is_heard(cafe: Scene) -> None:
    assert grade(cafe, "drink", "mas despasio").intent == "slower"


def test_a_typo_in_a_polite_word_is_a_slip(cafe: Scene) -> None:
    verdict = grade(cafe, "drink", "un café, por fabor")
    assert (verdict.intent, verdict.form, marked(verdict.correction)) == (
        "order_drink", Form.SLIP, "un café, por fa[v]or",
    )  # fmt: skip


def test_a_polite_phrase_without_its_space_is_a_slip(cafe: Scene) -> None:
    verdict = grade(cafe, "drink", "un café porfavor")
    assert (verdict.form, marked(verdict.correction)) == (Form.SLIP, "un café [por] [favor]")


@pytest.mark.parametrize(
    ("turn", "text", "shown"),
    [
        ("greet", "buenos días capitán", "Buenos días"),
        ("drink", "me pones dos té", ""),
        ("drink", "un café con leche y una tostada", "Un café con leche"),
        ("drink", "dos cafés", ""),
    ],
)
def test_a_gist_shows_the_nearest_sentence_that_says_the_same(cafe: Scene, turn: str, text: str, shown: str) -> None:
    verdict = grade(cafe, turn, text)
    assert (verdict.layer, marked(verdict.correction)) == (Layer.GIST, shown)


def test_a_changed_short_word_is_never_a_typo(cafe: Scene) -> None:
    assert grade(cafe, "pay", "can tarjeta").layer is Layer.GIST


def test_a_regional_word_is_right(cafe: Scene) -> None:
    assert grade(cafe, "drink", "un café negro").slots == {"drink": "coffee", "style": "black"}


def test_the_learners_own_language_is_recognised_with_or_without_please(cafe: Scene) -> None:
    assert grade(cafe, "drink", "please, a coffee with milk").own_text_id == "drink_m1"
    assert grade(cafe, "bill", "The bill, please!").own_text_id == "bill_m"
    assert grade(cafe, "drink", "a coffe with milk").layer is Layer.OWN_LANGUAGE


@pytest.mark.parametrize(
    ("answer", "expected", "language", "kind"),
    [
        ("un café", "un café", "es", MatchKind.RIGHT),
        ("UN CAFÉ!", "un café", "es", MatchKind.RIGHT),
        ("un cafe", "un café", "es", MatchKind.ACCENT),
        ("cafe\u0301", "café", "es", MatchKind.RIGHT),
        ("tostadda", "tostada", "es", MatchKind.SLIP),
        ("igualmemte", "igualmente", "es", MatchKind.SLIP),
        ("una café", "un café", "es", MatchKind.SLIP),
        ("café", "el café", "es", MatchKind.SLIP),
        ("el tostada", "la cuenta", "es", MatchKind.WRONG),
        ("la", "el", "es", MatchKind.WRONG),
        ("un", "una", "es", MatchKind.WRONG),
        ("la la", "la cuenta", "es", MatchKind.WRONG),
        ("te", "ve", "es", MatchKind.WRONG),
        ("", "café", "es", MatchKind.WRONG),
        ("Haus Haus Haus", "das Haus", "de", MatchKind.WRONG),
        ("die Haus", "das Haus", "de", MatchKind.SLIP),
        ("Strasse", "Straße", "de", MatchKind.RIGHT),
        ("eau", "l'eau", "fr", MatchKind.SLIP),
        ("l\u2019eau", "l'eau", "fr", MatchKind.RIGHT),
        ("oeuf", "œuf", "fr", MatchKind.ACCENT),
        ("का", "की", "hi", MatchKind.WRONG),
        ("елка", "ёлка", "ru", MatchKind.ACCENT),
        ("и", "й", "ru", MatchKind.WRONG),
        ("كتب", "كَتَبَ", "ar", MatchKind.ACCENT),
    ],
)
def test_a_vocabulary_answer_is_compared_fairly(answer: str, expected: str, language: str, kind: MatchKind) -> None:
    assert compare(answer, [expected], language=language).kind is kind


def test_equal_to_any_accepted_answer_is_right() -> None:
    match = compare("el zumo", ["el jugo", "el zumo"], language="es")
    assert (match.kind, match.expected) == (MatchKind.RIGHT, "el zumo")


def test_nothing_accepted_means_wrong() -> None:
    assert compare("x", [], language="es").kind is MatchKind.WRONG


def test_a_slip_shows_the_letters_that_differ() -> None:
    assert marked(compare("la cuemta", ["la cuenta"], language="es").correction) == "la cue[n]ta"


def test_a_turn_is_written_out_once(cafe: Scene) -> None:
    assert cafe.turn_book("drink") is cafe.turn_book("drink")
    assert cafe.vocabulary("drink") is cafe.vocabulary("drink")


def test_letters_are_marked_only_between_words_that_are_near() -> None:
    far = compare("hola qué tal no sé", ["What can I get you?"], language="en")
    assert [segment.differs for segment in far.correction] == [False]
    near = compare("igualmnte no", ["igualmente sí"], language="es")
    assert any(segment.differs for segment in near.correction)
