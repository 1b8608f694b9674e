"""What a language file says about form: which words agree, which are never slips of others, which patterns are wrong.

Lists of words are texts with a space between the words; accents may be left out. A pattern is a row of words: `a|b`
either, `?a` perhaps, `~a` not after that, `!a` not before that, `<class>` any word of a class, `^` and `$` the edge of
a clause.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FormPart(BaseModel):
    """A piece of a form file: frozen, and without keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Endings(FormPart):
    """A class of words known by how they end, but for those that only look like it."""

    endings: str
    never: str = ""


class FormRules(FormPart):
    """All that is known about the form of one language."""

    closed: str = ""
    loans: str = ""
    bare_after: str = ""  # Words after which a noun may stand without an article: no tengo bolígrafo.
    numbers: str = ""
    determiners: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    genders: Mapping[Literal["m", "f"], str] = {}
    stressed: str = ""
    gender_endings: Mapping[Literal["m", "f"], str] = {}
    plurals: str = ""
    small: tuple[tuple[str, str], ...] = ()
    clitics: str = ""
    sounds: tuple[tuple[str, str], ...] = ()
    prepositions: str = ""
    articles: str = ""
    genitives: str = ""
    classes: Mapping[str, str] = {}
    families: Mapping[str, Endings] = {}
    grammar: Mapping[str, tuple[str, ...]] = {}
    twins: tuple[tuple[str, str], ...] = ()


class LanguageForm(FormRules):
    """The form file of one language."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["language_form"]
    lang: str

    def rules(self) -> FormRules:
        """Return the rules without what names the file."""
        return FormRules.model_validate(self.model_dump(exclude={"format", "kind", "lang"}))
