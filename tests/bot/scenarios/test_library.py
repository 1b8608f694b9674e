"""A bad file is reported with its place, is never used, and hides nothing else."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.scenarios.library import Library, UnknownScenario
from bot.scenarios.reading import Unreadable, parse
from tests.bot.scenarios.conftest import CONTENT

FAULTS = {
    "a tab where YAML wants spaces": ("es.yaml", "schema: 1", "\tschema: 1", "yaml"),
    "an unknown key": ("es.yaml", "status: beta ", "stats: beta ", "schema"),
    "a key twice": ("es.yaml", "kind: pack", "kind: pack\nkind: pack", "yaml"),
    "a truth value for a word": ("es.yaml", 'decline: ["<no_more>"', 'decline: [true, "<no_more>"', "schema"),
    "a truth value for a key": ("es.yaml", "regional: {", "regional: {true: a, ", "yaml"),
    "an alias": ("es.yaml", "fragments:", "fragments: &pieces", "yaml"),
    "a target that is not there": ("scenario.yaml", "go: where}", "go: were}", "dead_target"),
    "a turn that nothing leads to": ("scenario.yaml", "as_you_like, go: call}", "as_you_like, go: pay}", "unreachable"),
    "no way to the end": ("scenario.yaml", "go: END", "go: pay", "no_end"),
    "a way back without limit": ("scenario.yaml", "go: drink, max: 2}", "go: drink}", "endless"),
    "a last branch with a condition": ("scenario.yaml", "{to: food}]", "{if: drink == tea, to: food}]", "catch_all"),
    "a condition that cannot be read": ("scenario.yaml", "if: food.stock == 0,", "if: food.stock < 1,", "schema"),
    "a variable that is not there": ("scenario.yaml", "set: {pay: card}", "set: {paid: card}", "variable"),
    "a slot that is not there": ("scenario.yaml", "style: $style}\n", "style: $stile}\n", "slot"),
    "an objective that is not there": ("scenario.yaml", "meets: pay,", "meets: paid,", "objective"),
    "an unlimited stand-in missing": ("scenario.yaml", "as: decline", "as: refuse", "after"),
    "a folder of another name": ("scenario.yaml", "id: cafe_order", "id: cafe", "name"),
    "an open bracket": ("es.yaml", '"[es] para (llevar', '"[es para (llevar', "template"),
    "a fragment that is not there": ("es.yaml", '"<want> <a_drink>"', '"<missing> <a_drink>"', "template"),
    "a slot form that is not there": ("es.yaml", '- "{food.bare}"', '- "{food.naked}"', "template"),
    "a fragment within itself": ("es.yaml", 'pay: "(pago|', 'pay: "(<pay> pago|', "template"),
    "a model that is not accepted": ("es.yaml", 'card_m: "Con tarjeta', 'card_m: "Con mi carro', "model"),
    "a starter that is not accepted": ("es.yaml", 'starters: ["Hola"', 'starters: ["Qué va"', "model"),
    "one answer for two intents": ("es.yaml", 'metálico)", "efectivo"', 'metálico)", "efectivo", "con tarjeta"', "ambiguous"),
    "a line that is missing": ("es.yaml", '    say: {bye: "', '    # say: {bye: "', "line"),
    "a reply that is missing": ("es.yaml", '  still_none: {still_none: "', '  none_left: {still_none: "', "missing"),
    "no line to ask back with": ("es.yaml", "asks_back: {", "asks_back: {} #", "schema"),
    "a text id twice": ("es.yaml", 'pay_cash: {cash_m: "', 'pay_cash: {card_m: "', "duplicate"),
    "a rule that never fires": ("es.yaml", 'swap: [["en efectivo"', 'swap: [["en oro"', "malrule"),
    "a rule against what is right": ("es.yaml", 'food: {decline: ["[no]', 'food: {decline: ["nada", "[no]', "malrule"),
    "a card whose gap is not there": ("es.yaml", 'gap: "me pone"', 'gap: "me da"', "card"),
    "a price that is missing": ("es.yaml", 'mass: "té", price: 180', 'mass: "té"', "price"),
    "an attribute that nothing uses": ("es.yaml", 'mass: "té",', 'masa: "té",', "schema"),
    "an entity without a word": ("es.yaml", "    milk: {say", "    latte: {say", "missing"),
    "an unsigned review": ("es.yaml", "status: beta ", "status: reviewed ", "status"),
    "a translation that is missing": ("es.en.yaml", "  menu: ", "  # menu: ", "missing"),
    "a task that is missing": ("es.en.yaml", "  pay: ", "  # pay: ", "missing"),
    "a feedback that is missing": ("es.en.yaml", "  gusta: ", "  # gusta: ", "missing"),
    "a translation of nothing": ("es.en.yaml", "  menu: ", '  menu_2: "x"\n  menu: ', "unknown"),
    "an uncovered word": ("es.en.yaml", "  uy: ", "  # uy: ", "word_gloss"),
    "a plan that is no plan": ("es.plans.yaml", "    meets: [", "    meet: [", "schema"),
    "an answer that is no answer": ("es.answers.jsonl", '"intent": "greet"', '"intend": "greet"', "answers"),
}  # fmt: skip
HARMLESS = {"word_gloss"}


MINI = {
    "scenario.yaml": """
        {schema: 1, kind: scenario, id: second, category: street, cefr: A1, minutes: 1,
        roles: {partner: neighbour, learner: passer_by}, objectives: {greet: {w: 1, must: true}},
        phases: [{id: meet, turns: [{id: hello, hears: {greet: {meets: greet, go: END}}}]}]}""",
    "es.yaml": """
        {schema: 1, kind: pack, scenario: second, lang: es, variety: es-ES, version: 1, status: beta,
        asks_back: {what: "¿Cómo?"}, turns: {hello: {say: {hello: "¡Hola!"}, accept: {greet: ["hola"]},
        model: {greet: {hello_m: "Hola."}}}}}""",
    "es.en.yaml": """
        {schema: 1, kind: gloss, pack: second/es, lang: en, title: Hello, tasks: {hello: "Say hello."},
        lines: {what: "What?", hello: "Hello!", hello_m: "Hello."}, words: {cómo: what, hola: hello}}""",
}


def lay_out_cafe(root: Path) -> None:
    """Copy the café in Spanish for English speakers."""
    (root / "cafe_order").mkdir()
    for name in ("scenario.yaml", "es.yaml", "es.en.yaml", "es.plans.yaml", "es.answers.jsonl"):
        shutil.copy(CONTENT / "cafe_order" / name, root / "cafe_order" / name)


@pytest.fixture
def two_scenarios(tmp_path: Path) -> Path:
    """Lay out the café, which the tests break, and a small second scenario, which must stay."""
    lay_out_cafe(tmp_path)
    (tmp_path / "second").mkdir()
    for name, text in MINI.items():
        (tmp_path / "second" / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_where_it_is_and_hides_no_other_scenario(fault: str, two_scenarios: Path) -> None:
    name, right, wrong, code = FAULTS[fault]
    path = two_scenarios / "cafe_order" / name
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    library = Library.load(two_scenarios)
    named = [problem for problem in library.problems if problem.code == code]
    assert named, library.problems
    assert all(problem.file == f"cafe_order/{name}" and problem.line for problem in named)
    assert library.scene("second", "es", "en").task("hello") == "Say hello."
    playable = "cafe_order" in library.ids()
    assert playable == (name not in {"es.yaml", "scenario.yaml"})
    if name == "es.en.yaml":
        assert bool(library.scene("cafe_order", "es", "en").gloss) == (code in HARMLESS)


def test_a_line_number_points_at_the_fault(two_scenarios: Path) -> None:
    path = two_scenarios / "cafe_order" / "es.yaml"
    text = path.read_text(encoding="utf-8").replace('"[es] para (llevar', '"[es para (llevar')
    path.write_text(text, encoding="utf-8")
    expected = next(number for number, line in enumerate(text.splitlines(), start=1) if '"[es para' in line)
    assert {problem.line for problem in Library.load(two_scenarios).problems if problem.code == "template"} == {
        expected
    }


def test_a_folder_without_a_story_is_reported(two_scenarios: Path) -> None:
    (two_scenarios / "second" / "scenario.yaml").unlink()
    library = Library.load(two_scenarios)
    assert [problem.file for problem in library.problems] == ["second/scenario.yaml"]
    assert library.ids() == ("cafe_order",)


def test_a_file_of_no_known_kind_is_reported(two_scenarios: Path) -> None:
    (two_scenarios / "second" / "es.en.old.yml").write_text("schema: 1\n", encoding="utf-8")
    assert [problem.code for problem in Library.load(two_scenarios).problems] == ["name"]


def test_a_missing_root_is_reported(tmp_path: Path) -> None:
    library = Library.load(tmp_path / "nowhere")
    assert (library.ids(), library.languages(), len(library.problems)) == ((), (), 1)


def test_an_unknown_scenario_is_named(library: Library) -> None:
    with pytest.raises(UnknownScenario, match="moon_landing"):
        library.scene("moon_landing", "es", "en")


def test_a_native_language_without_a_gloss_falls_back_to_english(library: Library) -> None:
    assert library.scene("cafe_order", "es", "pt-BR") is library.scene("cafe_order", "es", "en")
    assert library.scene("cafe_order", "es", "de").title == "Ordering at a café"


def test_a_scene_is_made_once(library: Library) -> None:
    assert library.scenes("es", "en")[0] is library.scene("cafe_order", "es", "en")
    assert library.scenes("tlh", "en") == ()


def test_spanish_words_stay_words() -> None:
    assert parse("no: [no, sí, on, y, off]").data == {"no": ["no", "sí", "on", "y", "off"]}


@pytest.mark.parametrize("text", ["a: [1", "? [a]\n: b", "a: &x [*x]", "<<: {a: 1}", "a: \x00", "a: {b: 1, b: 2}"])
def test_what_is_not_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_damage_to_a_file_stops_the_others(data: st.DataObject, tmp_path: Path) -> None:
    root = tmp_path / "content"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    lay_out_cafe(root)
    path = root / "cafe_order" / data.draw(st.sampled_from(["scenario.yaml", "es.yaml", "es.en.yaml"]))
    lines = path.read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(st.sampled_from(["", lines[at][::-1], lines[at].replace("o", "u"), lines[at - 1], "- x"]))
    path.write_text("\n".join(lines), encoding="utf-8")
    Library.load(root)
