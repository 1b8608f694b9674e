"""The checks of what the scenes of a language share: files that can be read, templates that can, glosses that agree."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.scenarios.findings import Findings, Problem
from bot.scenarios.grammar import Grammar, comparable
from bot.scenarios.language_files import Tongue, TongueGloss
from bot.scenarios.model import Asking, Pack
from bot.scenarios.reading import Unreadable, Where, read
from bot.scenarios.templates import TemplateError, parse
from bot.scenarios.tongues import ROOT

ASKED = "…"
OTHERS = ("language_form",)
PHRASES = ("negators", "fillers", "openers", "closers", "regional")


def check_languages(root: Path = ROOT) -> tuple[Problem, ...]:
    """Return what is wrong with the files that the scenes of each language share."""
    problems: list[Problem] = []
    glosses: dict[str, list[tuple[TongueGloss, Findings]]] = {}
    known = {path.stem for path in root.glob("*.yaml") if "." not in path.stem}
    for path in sorted(root.glob("*.yaml")):
        opened = _opened(path)
        if opened is None:
            continue
        if isinstance(opened, Problem):
            problems.append(opened)
            continue
        value, findings = opened
        if isinstance(value, TongueGloss):
            _check_gloss(value, path, known, findings)
            glosses.setdefault(value.language, []).append((value, findings))
        else:
            _check_tongue(value, path, findings)
        problems.extend(findings)
        findings.found.clear()
    for listed in glosses.values():
        problems.extend(_disagreements(listed))
    return tuple(problems)


def _opened(path: Path) -> tuple[Tongue | TongueGloss, Findings] | Problem | None:
    """Read one file, or say why that cannot be done; other kinds of files are read where they are used."""
    name = f"languages/{path.name}"
    try:
        document = read(path)
    except Unreadable as error:
        return Problem(file=name, line=error.line, code="language", message=error.message)
    kind = document.data.get("kind") if isinstance(document.data, dict) else None
    if kind in OTHERS:
        return None
    model: type[Tongue | TongueGloss] = TongueGloss if kind == "language_gloss" else Tongue
    try:
        return model.model_validate(document.data), Findings(file=name, document=document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = tuple(part for part in first["loc"] if part != "[key]")
        shown = ".".join(map(str, where))
        return Problem(file=name, line=document.line(where), code="language", message=f"{shown}: {first['msg']}")


def _check_tongue(tongue: Tongue, path: Path, findings: Findings) -> None:
    """Check the file of a language."""
    if tongue.lang != path.stem:
        findings.report(("lang",), "name", f"the file is named {path.name}, the language {tongue.lang}")
    grammar = Grammar(_pack(tongue))
    templates: list[tuple[Where, str]] = [(("fragments", name), text) for name, text in tongue.fragments.items()]
    templates += [
        (("anywhere", name, at), text) for name, texts in tongue.anywhere.items() for at, text in enumerate(texts)
    ]
    for where, template in templates:
        try:
            grammar.sentences(template)
        except TemplateError as error:
            findings.report(where, "template", f"{error} (in {template!r})")
    _check_meaning(("meaning",), tongue.meaning.model_dump(), findings)
    for name in PHRASES:
        for at, phrase in enumerate(getattr(tongue, name)):
            if not comparable(phrase):
                findings.report((name, at), "language", f"{phrase!r} has no words")
    _check_asking(tongue.asking, findings)


def _pack(tongue: Tongue) -> Pack:
    """Return an empty pack with the pieces of grammar of a language."""
    head = {"schema": 1, "kind": "pack", "scenario": "none", "lang": tongue.lang, "variety": tongue.lang, "version": 1}
    body = {"status": "beta", "asks_back": {"none": "?"}, "turns": {}, "fragments": tongue.fragments}
    return Pack.model_validate({**head, **body})


def _check_meaning(where: Where, value: Any, findings: Findings) -> None:
    """Check that every template of how a language means things balances."""
    if isinstance(value, str):
        try:
            parse(value)
        except TemplateError as error:
            findings.report(where, "template", f"{error} (in {value!r})")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            _check_meaning((*where, name), part, findings)
    elif isinstance(value, list | tuple):
        for at, part in enumerate(value):
            _check_meaning((*where, at), part, findings)


def _check_asking(asking: Asking, findings: Findings) -> None:
    """Check that questions about a word have a place for the word."""
    for name in ("say", "mean"):
        for at, question in enumerate(getattr(asking, name)):
            if question.count(ASKED) != 1:
                findings.report(
                    ("asking", name, at), "pattern", f"{question!r} needs one {ASKED} for what is asked about"
                )


def _check_gloss(gloss: TongueGloss, path: Path, known: set[str], findings: Findings) -> None:
    """Check the file of a language for speakers of another."""
    if path.stem != f"{gloss.language}.{gloss.lang}":
        findings.report(
            ("lang",), "name", f"the file is named {path.name}, its keys say {gloss.language} and {gloss.lang}"
        )
    if gloss.language not in known:
        findings.report(("language",), "language", f"there is no {gloss.language}.yaml")
    for phrase in gloss.words:
        if not comparable(phrase):
            findings.report(("words", phrase), "language", f"{phrase!r} has no words")
    _check_asking(gloss.asking, findings)


def _disagreements(listed: list[tuple[TongueGloss, Findings]]) -> Iterator[Problem]:
    """Report words that one gloss of a language covers and another does not."""
    everything = {comparable(phrase): phrase for gloss, _ in listed for phrase in gloss.words}
    for gloss, findings in listed:
        own = set(map(comparable, gloss.words))
        for folded in sorted(everything.keys() - own):
            findings.report(("words",), "word_gloss", f"{everything[folded]!r} is glossed for others, not here")
        yield from findings
