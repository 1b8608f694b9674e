"""The checks without which no gloss is used: it translates all there is, and nothing that is not there."""

import re
from collections.abc import Iterable, Mapping

from bot.scenarios.contents import all_texts, slot_variables
from bot.scenarios.findings import Findings
from bot.scenarios.grammar import comparable
from bot.scenarios.model import Gloss, Pack, Story
from bot.scenarios.text import key

LONGEST_TITLE = 40  # It stands on a button.
LONGEST_FEEDBACK = 250
AGREEING = re.compile(r"\{(?:last\.)?\w+\.\w+\}")  # {drink.art} is an ending; the translation has its own ways.
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def check_gloss(gloss: Gloss, pack: Pack, story: Story, findings: Findings) -> None:
    """Report what a gloss lacks, and what it translates that the pack does not say."""
    turns = [turn for phase in story.phases for turn in phase.turns]
    wanted: dict[str, tuple[Iterable[str], Iterable[str]]] = {
        "lines": (gloss.lines, all_texts(pack)),
        "tasks": (gloss.tasks, [turn.id for turn in turns]),
        "stage": (gloss.stage, [turn.id for turn in turns if turn.stage]),
        "feedback": (gloss.feedback, pack.malrules),
        "cards": (gloss.cards, pack.cards),
        "notes": (gloss.notes, pack.notes),
    }
    for kind, (given, there) in wanted.items():
        for name in sorted(set(there) - set(given)):
            findings.report((kind,), "missing", f"{kind}.{name} is missing")
        # What a language's own file gives is there for every pack, needed or not.
        own = (name for name in given if (kind, name) in findings.document.lines)
        for name in sorted(set(own) - set(there)):
            findings.report((kind, name), "unknown", f"{kind}.{name} translates nothing in the pack")
    for slot, entities in gloss.entities.items():
        for name in sorted(set(entities) - set(pack.lexicon.get(slot, {}))):
            findings.report(("entities", slot, name), "unknown", f"entities.{slot}.{name} is not in the lexicon")
    _check_terms(gloss, pack, findings)
    _check_words(gloss, pack, findings)
    _check_nudges(gloss, pack, findings)
    _check_places(gloss, pack, story, findings)
    _check_sizes(gloss, findings)


def _check_terms(gloss: Gloss, pack: Pack, findings: Findings) -> None:
    """Check that every gender the feedback may name has a word."""
    genders = {entry.gender for entries in pack.lexicon.values() for entry in entries.values() if entry.gender}
    if any("{gender}" in text for pair in gloss.feedback.values() for text in pair):
        for gender in sorted(genders - gloss.terms.keys()):
            findings.report(("terms",), "missing", f"terms.{gender} is missing")


def _check_words(gloss: Gloss, pack: Pack, findings: Findings) -> None:
    """Remark on words of the partner's lines that cannot be tapped for a translation."""
    phrases = sorted((comparable(phrase) for phrase in gloss.words), key=len, reverse=True)
    for text_id, text in partner_lines(pack).items():
        for word in _uncovered(comparable(PLACEHOLDER.sub("0", text)), phrases):
            findings.report(("words",), "word_gloss", f"the word {word!r} of {text_id} has no gloss")


def _check_nudges(gloss: Gloss, pack: Pack, findings: Findings) -> None:
    """Remark on errors that are explained before the learner could mend them."""
    for name, (nudge, _) in gloss.feedback.items():
        if name in pack.malrules and pack.malrules[name].level == "error" and not nudge.strip():
            findings.report(("feedback", name), "nudge", f"the error {name} has no nudge")


def _check_places(gloss: Gloss, pack: Pack, story: Story, findings: Findings) -> None:
    """Remark on translations that show other facts than their lines, and on facts that have no translation."""
    slots = slot_variables(story)
    texts = all_texts(pack)
    for text_id, translation in gloss.lines.items():
        said, shown = _variables(AGREEING.sub("", texts.get(text_id, ""))), _variables(translation)
        for name in sorted(shown - story.vars.keys()):
            findings.report(("lines", text_id), "variable", f"there is no variable {name}")
        for name in sorted(said - shown):
            findings.report(("lines", text_id), "placeholder", f"{text_id} says {{{name}}}, its translation does not")
    placed = {slots[name] for text in partner_lines(pack).values() for name in _variables(text) if name in slots}
    for slot in sorted(placed):
        for name in sorted(pack.lexicon.get(slot, {}).keys() - gloss.entities.get(slot, {}).keys()):
            findings.report(("entities",), "entities", f"entities.{slot}.{name} is missing: a line shows it")


def _variables(text: str) -> set[str]:
    """Return the variables that a text shows, those of the last play included."""
    return {place[1:-1].removeprefix("last.").partition(".")[0] for place in PLACEHOLDER.findall(text)}


def _check_sizes(gloss: Gloss, findings: Findings) -> None:
    """Remark on texts that do not fit where they are shown."""
    sized = {"lines": 600, "tasks": 200, "stage": 300, "cards": 60, "notes": 700}
    for kind, most in sized.items():
        for name, text in getattr(gloss, kind).items():
            if len(text) > most:
                findings.report((kind, name), "too_long", f"{len(text)} letters, {most} fit")
    for name, pair in gloss.feedback.items():
        if max(map(len, pair)) > LONGEST_FEEDBACK:
            findings.report(("feedback", name), "too_long", f"more than {LONGEST_FEEDBACK} letters")
    if len(gloss.title) > LONGEST_TITLE:
        findings.report(("title",), "too_long", f"{len(gloss.title)} letters, {LONGEST_TITLE} fit")


def partner_lines(pack: Pack) -> Mapping[str, str]:
    """Return what the partner says, by text id."""
    spoken = [pack.asks_back, *pack.replies.values(), *(turn.say or {} for turn in pack.turns.values())]
    spoken += [turn.say_back for turn in pack.turns.values()]
    return {text_id: text for lines in spoken for text_id, text in lines.items()}


def _uncovered(said: tuple[str, ...], phrases: list[tuple[str, ...]]) -> list[str]:
    """List the words that no phrase covers, trying longer phrases first."""
    missing: list[str] = []
    at = 0
    while at < len(said):
        size = next((len(phrase) for phrase in phrases if phrase and said[at : at + len(phrase)] == phrase), 0)
        if not size and not any(letter.isdigit() for letter in key([said[at]])):
            missing.append(said[at])
        at += size or 1
    return missing
