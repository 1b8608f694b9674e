"""What a language file says about how its speakers mean things: asking for, refusing, correcting oneself, pointing.

Every list holds phrases or small templates (the grammar of `templates.py`), so a new language needs words and no code.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Meaning(BaseModel):
    """The words by which an answer that no template foresaw is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Words that ask for what follows; the weak ones only when nothing else stands in the clause.
    frames: tuple[str, ...] = ()
    weak_frames: tuple[str, ...] = ()
    # Words that need no explanation, and asides that mean nothing for the turn.
    little: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    # Words that take back what stands before them: always, unless part of a noun phrase, or where a job was done.
    instead: tuple[str, ...] = ()
    rather: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    not_this: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()
    # Words that open a clause.
    joins: tuple[str, ...] = ()
    additions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    unreal: tuple[str, ...] = ()
    # A negator whose reach is short; the plain no; short refusals that may be followed by anything; words that, right
    # after a plain no, begin anew.
    narrow_negators: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    # Talk about a thing: other people, questions about it, what was, what is.
    others: tuple[str, ...] = ()
    possessives: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    # Words that may slip in between the words of a key: «con la leche».
    between: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    verb_endings: tuple[str, ...] = ()
    # Fixed phrases whose words mean nothing of their own; what makes a thing a certain one, and whose or of what it is.
    idioms: tuple[str, ...] = ()
    definite: tuple[str, ...] = ()
    belonging: tuple[str, ...] = ()
    # Answers by reference; a place is counted from the front, from the back when negative, 0 is the middle.
    places: Mapping[str, tuple[str, ...]] = {}
    pointers: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    # What a wrong form or a calque may change or leave out: little words, endings, one verb for another.
    droppable: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    # Endings: of a plural, of a pronoun on an infinitive, of a diminutive with what it stands for.
    plurals: tuple[str, ...] = ()
    infinitives: tuple[str, ...] = ()
    clitics: tuple[str, ...] = ()
    diminutives: tuple[tuple[str, str], ...] = ()
    # Requests to say it again, found anywhere in a clause.
    repair: Mapping[str, tuple[str, ...]] = {}
