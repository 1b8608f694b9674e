"""The checks without which no gloss is used: it translates all there is, and nothing that is not there."""

import re
from collections.abc import Iterable, Mapping

from bot.scenarios.findings import Findings
from bot.scenarios.grammar import comparable
from bot.scenarios.model import Gloss, Pack, Story
from bot.scenarios.scene import all_texts
from bot.scenarios.text import key

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
        for name in sorted(set(given) - set(there)):
            findings.report((kind, name), "unknown", f"{kind}.{name} translates nothing in the pack")
    for slot, entities in gloss.entities.items():
        for name in sorted(set(entities) - set(pack.lexicon.get(slot, {}))):
            findings.report(("entities", slot, name), "unknown", f"entities.{slot}.{name} is not in the lexicon")
    _check_terms(gloss, pack, findings)
    _check_words(gloss, pack, findings)


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
            findings.remark(("words",), "word_gloss", f"the word {word!r} of {text_id} has no gloss")


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
