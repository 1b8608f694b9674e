"""Facts about the words of the interface: what the views say, they can say in every language with a catalogue."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest
from babel.dates import format_date
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot
from bot.handlers.commands import COMMANDS
from bot.views import onboarding, wording
from bot.views.texts import Catalogues, Texts
from tools import build_names

PROGRAM = Path(bot.__file__).parent
TAUGHT = ("en", "es", "fr")
CATALOGUES = sorted((PROGRAM / "locales").glob("*.po"))
LONGEST_DESCRIPTION = 256  # what Telegram takes for a command
LONGEST_LABEL = 40  # what a phone shows of a button that has its row to itself

Forms = tuple[str, ...]  # one text, or one for each number that a language tells apart


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda path: path.stem)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with request.param.open("rb") as source:
        return read_po(source, abort_invalid=True)


def forms(value: str | Sequence[str] | None) -> Forms:
    return (value,) if isinstance(value, str) else tuple(value or ())


def extracted() -> set[Forms]:
    found = extract_from_dir(PROGRAM, [("**.py", "python")], keywords={"_": None, "ngettext": (1, 2)})
    return {forms(message) for _file, _line, message, _comments, _context in found}


def calls() -> Iterator[ast.Call]:
    trees = (ast.parse(path.read_text()) for path in PROGRAM.rglob("*.py"))
    return (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def literals(call: ast.Call) -> Forms:
    return tuple(each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str))


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Pair sources with translations; where numbers decide, the last source serves all forms but the first."""
    for message in messages(catalogue):
        sources, translations = forms(message.id), forms(message.string)
        yield sources[0], translations[0]
        yield from ((sources[-1], translation) for translation in translations[1:])


def placeholders(text: str) -> list[str]:
    return sorted(name for _before, name, _spec, _conversion in Formatter().parse(text) if name is not None)


class Tags(HTMLParser):
    """Collects the tags of a text, and those left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.unclosed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed, f"</{tag}> closes nothing"
        assert self.unclosed.pop() == tag


def labels() -> set[str]:
    """Find what buttons say, written in place or given a name first; what is filled in does not count."""
    functions = (
        node
        for path in (PROGRAM / "views").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    )
    return set(chain.from_iterable(labels_of(function) for function in functions))


def labels_of(function: ast.FunctionDef) -> Iterator[str]:
    named = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and called(call) == "Button":
            said = next(keyword.value for keyword in call.keywords if keyword.arg == "text")
            yield from worded(named.get(said.id, said) if isinstance(said, ast.Name) else said)


def worded(expression: ast.expr) -> Iterator[str]:
    found = (node for node in ast.walk(expression) if isinstance(node, ast.Call) and called(node) == "_")
    return chain.from_iterable(literals(call) for call in found)


def every_language() -> list[Texts]:
    catalogues = Catalogues.load()
    return [catalogues.texts(language) for language in sorted(catalogues.languages())]


def test_there_is_a_spanish_catalogue() -> None:
    assert "es" in {path.stem for path in CATALOGUES}


def test_no_string_hides_where_the_extractor_cannot_see_it() -> None:
    # Babel reads tokens, and on Python 3.11 an f-string is one token: what it calls inside goes unseen.
    written = {literals(call) for call in calls() if called(call) in {"_", "ngettext"}} - {()}
    assert written - extracted() == set()


def test_every_string_is_translated(catalogue: Catalog) -> None:
    assert {forms(message.id) for message in messages(catalogue)} == extracted()
    assert [source for source, translation in pairs(catalogue) if not translation.strip()] == []


def test_no_translation_is_a_guess_or_a_leftover(catalogue: Catalog) -> None:
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_a_translation_fills_in_what_its_source_fills_in(catalogue: Catalog) -> None:
    assert [pair for pair in pairs(catalogue) if placeholders(pair[0]) != placeholders(pair[1])] == []


def test_tags_are_closed_and_the_same_in_a_translation(catalogue: Catalog) -> None:
    for source, translation in pairs(catalogue):
        before, after = Tags(source), Tags(translation)
        assert before.unclosed == after.unclosed == []
        assert sorted(before.seen) == sorted(after.seen)


def test_plural_forms_are_complete(catalogue: Catalog) -> None:
    several = [message for message in messages(catalogue) if message.pluralizable]
    assert several
    assert {len(forms(message.string)) for message in several} == {catalogue.num_plurals}


def test_a_catalogue_counts_as_its_language_does(catalogue: Catalog) -> None:
    assert catalogue.plural_forms == Catalog(locale=catalogue.locale).plural_forms


def test_spanish_speaks_of_one_and_of_many() -> None:
    texts = Catalogues.load().texts("es")
    one, many = "Type the missing word.", "Type the {n} missing words."
    assert texts.ngettext(one, many, 1) == "Escribe la palabra que falta."
    assert texts.ngettext(one, many, 2) == "Escribe las 2 palabras que faltan."


def test_an_unknown_language_falls_back_to_english() -> None:
    texts = Catalogues.load().texts("xx")
    assert texts.language == "en"
    assert texts("I'm ready") == "I'm ready"


def test_every_command_listed_exists_and_is_described_in_every_language() -> None:
    listed = [onboarding.descriptions(texts) for texts in every_language()]
    assert all(set(each) <= set(COMMANDS) for each in listed)
    described = [description for each in listed for description in each.values()]
    assert len(set(described)) == len(listed[0]) * len(every_language())
    assert all(0 < len(description) <= LONGEST_DESCRIPTION for description in described)


def test_help_names_the_same_commands_in_every_language() -> None:
    named = [re.findall(r"^/\w+", onboarding.commands(texts).text, re.MULTILINE) for texts in every_language()]
    assert all(names == named[0] for names in named)
    assert {f"/{name}" for name in onboarding.descriptions(every_language()[0])} == {*named[0], "/help"}


def test_every_button_fits_a_phone_in_every_language() -> None:
    assert len(labels()) > 20
    shown = [re.sub(r"{\w+}", "", texts(label)) for texts in every_language() for label in labels()]
    assert [label for label in shown if len(label) > LONGEST_LABEL] == []


def test_a_day_is_named_as_people_name_it() -> None:
    english, spanish = (Catalogues.load().texts(language) for language in ("en", "es"))
    monday, thursday = date(2026, 11, 23), date(2026, 11, 26)
    assert wording.day(thursday, monday, english) == "on Thursday, 26 November"
    assert wording.day(thursday, monday, spanish) == "el jueves 26 de noviembre"
    assert wording.day(monday, monday, spanish) == "hoy"


def test_days_months_and_languages_have_the_names_that_babel_gives_them() -> None:
    for texts in every_language():
        ours, said = asdict(texts.names), build_names.names(texts.language)
        languages = ours.pop("languages"), said.pop("languages")
        assert ours == said
        # Of the hundreds that no scene is in, a newer Babel may call one otherwise.
        assert [languages[0][code] for code in TAUGHT] == [languages[1][code] for code in TAUGHT]


def test_a_date_in_a_list_is_written_as_babel_writes_it() -> None:
    days = [date(2026, month, 7 + month) for month in range(1, 13)]
    for texts in every_language():
        shown = [wording.short_day(day, texts) for day in days]
        assert shown == [format_date(day, "d MMM", locale=texts.language) for day in days]


def test_a_language_nobody_has_a_name_for_is_called_by_its_code() -> None:
    english = Catalogues.load().texts("en")
    assert [wording.language_name(code, english) for code in ("es", "pt-BR", "xq")] == ["Spanish", "pt-BR", "xq"]
