"""Every rule of the content check finds a planted fault, names its line, and finds nothing in what ships."""

import shutil
from pathlib import Path

import pytest

from bot.scenarios.language_lint import check_languages
from bot.scenarios.library import Library
from bot.scenarios.rules import RULES, Severity
from bot.scenarios.tongues import ROOT
from tests.bot.scenarios.test_library import FAULTS, lay_out_cafe

Edit = tuple[str, str, str]
STORY, PACK, GLOSS = "scenario.yaml", "es.yaml", "es.en.yaml"
SAID = 'here_you_are: "Aquí tiene."'
CHANGE = "  - {entities: {food: {croissant: {stock: 9}, omelette: {stock: 0}}}}"
BYE = '        - "a usted"\n'
MANY = " ".join(["(uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)"] * 4)
PLANTED: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "a condition on a value that never is": ("never", ((STORY, "if: where == takeaway, add", "if: where == away, add"),)),
    "a condition on an attribute that is not": ("attribute", ((STORY, "if: food.stock == 0, to", "if: food.stok == 0, to"),)),
    "a condition on a fact that never is": ("never", ((STORY, "drink.kind == coffee and", "drink.kind == cofee and"),)),
    "a round without an end": ("round", ((STORY, "set: {pay: cash}, meets: pay, go: bye", "set: {pay: cash}, go: bill"),)),
    "a word of a language among the facts": ("story_text", ((STORY, "tea: {kind: tea}", "tea: {kind: té verde}"),)),
    "a change of an entity that is not there": ("change", ((STORY, CHANGE, "  - {entities: {food: {pizza: {stock: 0}}}}"),)),
    "a change of a variable that is not there": ("change", ((STORY, CHANGE, "  - {vars: {mood: bad}}"),)),
    "a change of nothing": ("change", ((STORY, CHANGE, "  - {}"),)),
    "an expected answer that only some can give": ("recall", ((STORY, "greet: {meets: greet,", "greet: {back: true, meets: greet,"),)),
    "a recall of what is not there": ("recall", ((STORY, 'style: "@style"', 'style: "@stile"'),)),
    "a must that can be left out": ("must", ((STORY, "ask_bill: {w: 2} ", "ask_bill: {w: 2, must: true} "),)),
    "a turn that no answer leads to": ("never_met", ((STORY, "style == null, to: style}, {to", "where == null, to: style}, {to"),)),
    "a change that keeps one who is stuck": ("stuck", (
        (STORY, CHANGE, "  - {entities: {food: {toast: {stock: 0}}}}"),
        (STORY, "                after: {reply: still_none, as: decline}\n", ""))),
    "a variable read and never set": ("unset", (
        (STORY, "vars: {where: null", "vars: {mood: null, where: null"), (STORY, "style == null, to: style", "mood == null, to: style"))),
    "a gist key of two intents": ("gist", ((PACK, 'pay_cash: ["efectivo", "metálico", ', 'pay_cash: ["tarjeta", "efectivo", '),)),
    "a filler that an answer must hold": ("filler", ((PACK, BYE, f'{BYE}        - "pues a usted"\n'),)),
    "a filler that changes what is said": ("filler", ((PACK, BYE, f'{BYE}        - "mire usted qué bien"\n'),)),
    "a filler in a card": ("filler", ((PACK, 'cuenta: {say: "la cuenta"', 'cuenta: {say: "pues la cuenta", gap: "la cuenta"'),)),
    "a card that nobody says": ("card_use", ((PACK, 'algo_mas: {say: "¿Algo más?", in: bill, only: recognition}', 'algo_mas: {say: "¿Algo más?", in: bill}'),)),
    "more cards than turns can carry": ("many_cards", ((PACK, ", only: recognition}", "}"),)),
    "a thing that nobody can order": ("entry", (
        (STORY, "omelette: {stock: 9}}", "omelette: {stock: 9}, ham: {stock: 9}}"),
        (PACK, "    toast: {say:", '    ham: {say: "jamón", price: 1}\n    toast: {say:'),
        (PACK, 'food.bare: "{say}"', 'food.bare: "{art} {say}"'))),
    "a word far above the level": ("rare", (
        (PACK, BYE, f'{BYE}        - "camarlengo"\n'), (PACK, "goodbye: {bye_m: ", 'goodbye: {bye_n: "Camarlengo.", bye_m: '))),
    "a line too long for the level": ("long_line", ((PACK, SAID, f'here_you_are: "Aquí tiene {"muy " * 13}."'),)),
    "a template that stands for thousands": ("too_many", ((PACK, BYE, f'{BYE}        - "{MANY}"\n'),)),
    "accents that are no accents": ("accent", ((PACK, "malrules:\n", 'accents: [["pago", "pagué"]]\nmalrules:\n'),)),
    "a choice said before it is made": ("unset", ((PACK, 'where: "¿Para tomar', 'where: "¿{food}? ¿Para tomar'),)),
    "an attribute that no word has": ("attribute", ((PACK, SAID, 'here_you_are: "Aquí tiene {style.art}."'),)),
    "a reminder that recalls nothing": ("reminds", ((PACK, 'drink_usual: "Muy bien. ¿Lo de siempre, {last.drink.art} {last.drink}?"', 'drink_usual: "¿Lo de siempre?"'),)),
    "a swapped line that cannot be read": ("swap", ((PACK, 'swap: ["<hello>"', 'swap: ["(<hello>"'),)),
    "a starter longer than a button": ("too_long", ((PACK, 'starters: ["Hola"', f'starters: ["{"Hola " * 9}", "Hola"'), (PACK, BYE, BYE))),
    "a note longer than a message likes": ("too_long", ((PACK, 'paying: "En', f'paying: "{"En España " * 99}'),)),
    "a text id that outgrows a button": ("too_long", ((PACK, "  cuenta: {say", f"  cuenta{'_x' * 20}: {{say"),)),
    "a card that is not in its line": ("card", ((PACK, "in: cash_m}", "in: card_m}"),)),
    "an error without a nudge": ("nudge", ((GLOSS, 'gusta: ["Do you like it in general, or would you like one now?"', 'gusta: [""'),)),
    "a sum that the translation leaves out": ("placeholder", ((GLOSS, "That's {total} euros.", "That's a lot."),)),
    "a slip in a translated variable": ("variable", ((GLOSS, "That's {total} euros.", "That's {totl} euros."),)),
    "a task as long as a novel": ("too_long", ((GLOSS, '  pay: "Say how', f'  pay: "{"Say " * 99}'),)),
    "a title longer than a button": ("too_long", ((GLOSS, "title: Ordering", f"title: {'Ordering ' * 9}"),)),
    "a variant without translation": ("missing", ((GLOSS, "  greet_2: ", "  # greet_2: "),)),
    "a thing shown without translation": ("entities", ((PACK, SAID, 'here_you_are: "Aquí tiene {food}."'), (GLOSS, 'croissant: "a croissant", ', ""))),
}  # fmt: skip
LANGUAGES = {
    "an open bracket": ("es.yaml", 'hello: "(hola', 'hello: "((hola', "template"),
    "a fragment that is not there": ("es.yaml", 'hello: "(hola', 'hello: "(<hullo>|hola', "template"),
    "a repair phrase that cannot be read": ("es.yaml", '"no tan rápido"', '"no tan (rápido"', "template"),
    "an unknown key": ("es.yaml", "openers: ", "openings: ", "language"),
    "a file of another name": ("es.yaml", "lang: es", "lang: ex", "name"),
    "a word without letters": ("es.en.yaml", '  hola: "hello"', '  "!": "hello"', "language"),
    "a key twice": ("es.en.yaml", '  hola: "hello"', '  hola: "hi"\n  hola: "hello"', "language"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay_out_cafe(tmp_path)
    return tmp_path


def planted(root: Path, edits: tuple[Edit, ...]) -> Library:
    """Check the café once something in it is wrong."""
    for file, right, wrong in edits:
        path = root / "cafe_order" / file
        text = path.read_text(encoding="utf-8")
        assert right in text, f"{file} no longer holds {right!r}"
        path.write_text(text.replace(right, wrong, -1 if right.startswith(", only") else 1), encoding="utf-8")
    return Library.load(root, thorough=True)


def test_the_cafe_as_it_ships_has_nothing_to_remark_on(root: Path) -> None:
    assert Library.load(root, thorough=True).problems == ()


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_with_its_file_and_line(fault: str, root: Path) -> None:
    rule, edits = PLANTED[fault]
    library = planted(root, edits)
    found = [problem for problem in library.problems if problem.code == rule]
    assert found
    assert all(problem.line and problem.file.startswith("cafe_order/") for problem in found)
    if RULES[rule].severity is Severity.WARNING:
        assert library.ids() == ("cafe_order",)


def test_a_recording_that_is_missing_is_named_once_there_are_any(root: Path) -> None:
    (root / "cafe_order" / "audio" / "es").mkdir(parents=True)
    (root / "cafe_order" / "audio" / "es" / "menu.ogg").touch()
    missing = [problem.message for problem in Library.load(root, thorough=True).problems if problem.code == "audio"]
    assert "greet_1 has no recording" in missing
    assert "menu has no recording" not in missing


def test_a_file_that_nobody_reads_is_named_and_measured_answers_are_not(root: Path) -> None:
    for name in ("es.outside-learner.jsonl", "es.outside.jsonl", "es.answer.jsonl", "notes.txt", "xx.answers.jsonl"):
        (root / "cafe_order" / name).write_text("not even JSON\n", encoding="utf-8")
    named = {problem.file for problem in Library.load(root).problems if problem.code == "name"}
    assert named == {"cafe_order/es.answer.jsonl", "cafe_order/notes.txt", "cafe_order/xx.answers.jsonl"}


def test_a_scene_that_stands_in_two_folders_is_named_and_the_first_is_used(root: Path, tmp_path: Path) -> None:
    again = tmp_path / "more"
    shutil.copytree(root / "cafe_order", again / "cafe_order")
    library = Library.load(root, again)
    assert [problem.code for problem in library.problems] == ["second"]
    assert library.packs() == (("cafe_order", "es"),)


@pytest.mark.parametrize("fault", LANGUAGES)
def test_a_fault_in_what_a_language_shares_is_found(fault: str, tmp_path: Path) -> None:
    name, right, wrong, rule = LANGUAGES[fault]
    for path in ROOT.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found = [problem for problem in check_languages(tmp_path) if problem.code == rule]
    assert found
    assert all(problem.file == f"languages/{name}" and problem.line for problem in found)


def test_what_the_languages_share_has_no_error() -> None:
    assert [str(problem) for problem in check_languages() if problem.fatal] == []


def test_at_least_forty_faults_are_planted_and_each_code_of_the_design_has_one() -> None:
    planted_rules = {rule for rule, _ in PLANTED.values()} | {fault[3] for fault in FAULTS.values()}
    codes = {RULES[rule].code for rule in planted_rules | {"audio"}}
    assert len(PLANTED) + len(FAULTS) + len(LANGUAGES) >= 80
    assert {f"L{number:02d}" for number in range(1, 25)} <= codes


def test_the_guide_for_authors_names_every_rule_with_its_code_and_severity() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "authoring.md").read_text(encoding="utf-8")
    for name, rule in RULES.items():
        assert f"| {rule.code} | `{name}` | {rule.severity.value} | {rule.asks} |" in guide
