"""The shape of the files of a language: what all packs share that are in it, and what all glosses share."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from bot.scenarios.forming import FormRules
from bot.scenarios.meaning import Meaning
from bot.scenarios.model import Asking, Id, Language, Part, Templates, Text


class Tongue(Part):
    """What every pack of one target language shares: manners, repair phrases, pieces of grammar."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["language"]
    lang: Language
    negators: tuple[Text, ...] = ()
    fillers: tuple[Text, ...] = ()
    openers: tuple[Text, ...] = ()
    closers: tuple[Text, ...] = ()
    regional: Mapping[Text, Text] = {}
    fragments: Mapping[Id, Text] = {}
    anywhere: Mapping[Id, Templates] = {}
    form: FormRules = FormRules()
    meaning: Meaning = Meaning()
    asking: Asking = Asking()


class TongueGloss(Part):
    """What speakers of one native language need to read every pack of a target language."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["language_gloss"]
    language: Language
    lang: Language
    politeness: tuple[Text, ...] = ()
    labels: Mapping[Id, Text] = {}
    terms: Mapping[Id, Text] = {}
    feedback: Mapping[Id, tuple[str, Text]] = {}
    words: Mapping[Text, Text] = {}
    asking: Asking = Asking()
