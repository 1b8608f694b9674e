"""The rules of the content check: one code, one name and one severity each.

An error keeps a file from being used; a warning leaves it in use, and only the check fails on it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a breach of a rule is."""

    ERROR = "error"
    WARNING = "warning"


ERROR, WARNING = Severity.ERROR, Severity.WARNING


class Rule(NamedTuple):
    """A rule of the check: its code, how bad a breach is, and what it asks for."""

    code: str
    severity: Severity
    asks: str


RULES: Mapping[str, Rule] = {
    "root": Rule("L00", ERROR, "the folder is there"),
    "yaml": Rule("L01", ERROR, "the file is YAML 1.2; keys are texts, each once; no anchors"),
    "schema": Rule("L02", ERROR, "every key is known and every value of its kind"),
    "dead_target": Rule("L03", ERROR, "`go` leads to a turn or to END"),
    "unreachable": Rule("L04", ERROR, "a path leads to every turn"),
    "never_met": Rule("L04", WARNING, "some play meets every turn"),
    "no_end": Rule("L05", ERROR, "a path leads from every turn to END"),
    "endless": Rule("L05", ERROR, "what comes back to its turn has a `max`"),
    "round": Rule("L05", WARNING, "a round over several turns has a `max` somewhere"),
    "no_way_on": Rule("L05", ERROR, "the expected intent leads on"),
    "after": Rule("L05", ERROR, "what follows `max` is another intent of the turn, without limit"),
    "stuck": Rule("L05", WARNING, "whoever is shown every model answer reaches END, whatever the play before changed"),
    "catch_all": Rule("L06", ERROR, "the last branch has no `if`, and only the last"),
    "variable": Rule("L07", ERROR, "a variable that is read, set or said exists"),
    "unset": Rule("L07", WARNING, "a variable is set before it is read or said"),
    "never": Rule("L07", WARNING, "a condition can hold"),
    "template": Rule("L08", ERROR, "templates balance, and their fragments and forms exist"),
    "slot": Rule("L09", ERROR, "slots are kinds of entities of the story"),
    "attribute": Rule("L09", WARNING, "an attribute that is read belongs to an entity or entry"),
    "model": Rule("L10", ERROR, "models and starters are accepted as meant"),
    "ambiguous": Rule("L11", ERROR, "no sentence means two things"),
    "malrule": Rule("L12", ERROR, "a predicted error can happen and is nowhere right"),
    "nudge": Rule("L12", WARNING, "an error has a nudge, which comes before its explanation"),
    "gist": Rule("L13", WARNING, "a gist key belongs to one intent of its turn"),
    "missing": Rule("L14", ERROR, "whatever needs words has them"),
    "unknown": Rule("L14", ERROR, "nothing is worded that is not there"),
    "word_gloss": Rule("L14", WARNING, "every word of the partner has a gloss"),
    "placeholder": Rule("L14", WARNING, "a translation shows what its line shows"),
    "card": Rule("L15", ERROR, "a card's words stand in its sentence"),
    "card_use": Rule("L15", WARNING, "a card to be said stands in a line of the learner, or in an accepted sentence"),
    "entry": Rule("L16", WARNING, "every entity of the story can be said at some turn"),
    "rare": Rule("L17", WARNING, "a model's word rarer than the level is a name, glossed, in a card or in the lexicon"),
    "long_line": Rule("L18", WARNING, "a line has at most 12, 18 or 25 words (A1, A2, above)"),
    "many_cards": Rule("L19", WARNING, "at most 1.5, 2 or 2.5 cards to be said a turn (A1, A2, above)"),
    "objective": Rule("L20", ERROR, "objectives exist, and each is met somewhere"),
    "must": Rule("L20", WARNING, "no way to END leaves out a `must`"),
    "too_many": Rule("L21", WARNING, "a turn accepts at most 8,000 sentences (2,000 are plenty)"),
    "too_long": Rule("L22", WARNING, "what is shown fits a message and its buttons"),
    "audio": Rule("L23", WARNING, "where there are recordings, every line has one"),
    "story_text": Rule("L24", WARNING, "the story holds no words of any language"),
    "filler": Rule("L25", WARNING, "no filler stands in a template or a card"),
    "line": Rule("L26", ERROR, "a silent turn has no line, another turn has one"),
    "price": Rule("L27", ERROR, "what is added up has a price"),
    "duplicate": Rule("L28", ERROR, "an id stands once"),
    "name": Rule("L29", ERROR, "files and folders are named after what is in them"),
    "second": Rule("L29", ERROR, "one folder alone holds a scene"),
    "status": Rule("L30", ERROR, "a reviewed pack says by whom and when"),
    "change": Rule("L31", ERROR, "`changes` changes what the story has"),
    "recall": Rule("L32", ERROR, "`back` and `@x` recall what a play can leave behind"),
    "reminds": Rule("L32", WARNING, "a line of `say_back` holds a `{last.x}`"),
    "swap": Rule("L33", ERROR, "the templates of swapped roles can be read"),
    "accent": Rule("L34", WARNING, "accent pairs differ in accents alone"),
    "entities": Rule("L35", WARNING, "what a line shows of an entity has a translation"),
    "language": Rule("L36", ERROR, "the files of a language can be read and fit together"),
    "pattern": Rule("L37", WARNING, "a question about the language has a place for what is asked about"),
    "plan": Rule("L40", ERROR, "a plan ends as it says"),
    "answers": Rule("L41", ERROR, "the file of answers can be read"),
    "answer": Rule("L41", ERROR, "an answer gets its verdict"),
}  # fmt: skip
UNNAMED = Rule("", ERROR, "")


def rule_of(name: str) -> Rule:
    """Return a rule by its name; a name that no table knows counts as an error."""
    return RULES.get(name, UNNAMED)
