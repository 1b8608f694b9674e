"""The shape of the content files: every key that may stand in one, and nothing else.

Three kinds make a scene: a story (`scenario.yaml`, no language in it), a pack (`es.yaml`, the target language) and a
gloss (`es.en.yaml`, for speakers of one native language). The headers of `content/cafe_order/*.yaml` say in prose what
the keys mean. `trials` has the files that check a pack, `language_files` those that all packs of a language share.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from bot.scenarios.conditions import Condition, parse_condition
from bot.scenarios.forming import FormRules
from bot.scenarios.meaning import Meaning

LONGEST_ID = 48  # Characters: the data of a button holds 64, and a word besides the id.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=LONGEST_ID)]
Text = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(strict=True, ge=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Value = StrictInt | Text | None
Lines = Annotated[Mapping[Id, Text], Field(min_length=1)]
Templates = Annotated[tuple[Text, ...], Field(min_length=1)]
Word = Annotated[str, StringConstraints(pattern=r"\w")]
Swap = tuple[Word, Word]


def _as_list(given: Any) -> Any:
    """Let a single key stand for a list of one."""
    return (given,) if isinstance(given, str) else given


def _as_branches(given: Any) -> Any:
    """Let a single target stand for a list of one unconditional branch."""
    return ({"to": given},) if isinstance(given, str) else given


Keys = Annotated[tuple[Id, ...], BeforeValidator(_as_list)]


class Part(BaseModel):
    """A piece of a content file: frozen, and without keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class After(Part):
    """What happens instead once a way back has been taken often enough."""

    reply: Keys = ()
    as_intent: Id = Field(alias="as")


class Effects(Part):
    """What an understood intent or a branch does before the story goes on."""

    set: Mapping[Id, Value] = {}
    add: Mapping[Id, StrictInt | Text] = {}
    reply: Keys = ()
    max: Count | None = None
    after: After | None = None


class Branch(Effects):
    """One way on, taken when its condition holds."""

    when: Annotated[Condition, BeforeValidator(parse_condition)] = Field(alias="if", default=())
    to: Text


class Intent(Effects):
    """What a learner can mean at a turn, and what follows from it."""

    meets: Id | None = None
    back: StrictBool = False
    go: Annotated[tuple[Branch, ...], BeforeValidator(_as_branches), Field(min_length=1)]


class Turn(Part):
    """One partner line, then one learner answer."""

    id: Id
    stage: StrictBool = False
    hears: Annotated[Mapping[Id, Intent], Field(min_length=1)]


class Phase(Part):
    """A stretch of the story."""

    id: Id
    note: Id | None = None
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]


class Objective(Part):
    """Something the learner is to get done."""

    w: Count
    must: StrictBool = False
    bonus: StrictBool = False


class Repair(Part):
    """How the partner says it again."""

    say_again: Literal["plain", "slow", "gloss"]


class Change(Part):
    """Facts that differ from the story as written when a scene is played again."""

    vars: Mapping[Id, Value] = {}
    entities: Mapping[Id, Mapping[Id, Mapping[Id, StrictInt | Text]]] = {}


class Roles(Part):
    """Who talks."""

    partner: Id
    learner: Id


class FreeTalk(Part):
    """What stays fixed when a language model plays the partner."""

    keep: tuple[Id, ...]
    max_turns: Count


class Story(Part):
    """A scenario without a language: turns, intents, variables, branches, objectives."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["scenario"]
    id: Id
    category: Id
    cefr: Literal["A1", "A2", "B1", "B2", "C1", "C2"]
    minutes: Count
    roles: Roles
    vars: Mapping[Id, Value] = {}
    entities: Mapping[Id, Mapping[Id, Mapping[Id, StrictInt | Text]]] = {}
    objectives: Annotated[Mapping[Id, Objective], Field(min_length=1)]
    anywhere: Mapping[Id, Repair] = {}
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    changes: tuple[Change, ...] = ()
    free_talk: FreeTalk | None = None


class Variant(Part):
    """Another word for a lexicon entry with its own article, gender or further attributes."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Text]

    say: Text
    art: Text | None = None
    gender: Id | None = None


class Entry(Variant):
    """A word that can fill a slot."""

    price: StrictInt | None = None
    also: tuple[Text | Variant, ...] = ()


class Money(Part):
    """How prices are written."""

    currency: Text
    decimal: Literal[",", "."]


class Review(Part):
    """Who vouches for a pack."""

    by: Text
    on: Text


class PackTurn(Part):
    """The words of one turn."""

    say: Lines | None = None
    say_back: Mapping[Id, Text] = {}
    swap: tuple[Text, ...] = ()
    starters: tuple[Text, ...] = ()
    accept: Mapping[Id, Templates]
    gist: Mapping[Id, Templates] = {}
    open: Mapping[Id, Literal["name"]] = {}
    model: Mapping[Id, Lines]


class Malrule(Part):
    """An error that learners are known to make."""

    axis: Literal["form", "usage"]
    level: Literal["error", "note"] = "error"
    at: tuple[Id, ...] = ()
    swap: tuple[Swap, ...] = ()
    match: Mapping[Id, Mapping[Id, Templates]] = {}


class Card(Part):
    """A word or chunk to be studied, in the sentence where it was met."""

    say: Text
    text_id: Id = Field(alias="in")
    gap: Text | None = None
    only: Literal["recognition"] | None = None


class Audio(Part):
    """Which voice reads the lines."""

    voice: Text
    rate: float = 1.0


class Asking(Part):
    """How questions about the language itself are put; "…" stands for what is asked about."""

    say: tuple[Text, ...] = ()
    mean: tuple[Text, ...] = ()
    why: tuple[Text, ...] = ()
    that: tuple[Text, ...] = ()
    articles: tuple[Text, ...] = ()


class Pack(Part):
    """A scenario in one target language."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["pack"]
    scenario: Id
    lang: Language
    variety: Text
    version: Count
    status: Literal["beta", "reviewed"]
    reviewed: Review | None = None
    money: Money | None = None
    negators: tuple[Text, ...] = ()
    fillers: tuple[Text, ...] = ()
    openers: tuple[Text, ...] = ()
    closers: tuple[Text, ...] = ()
    regional: Mapping[Text, Text] = {}
    accents: tuple[Swap, ...] = ()
    lexicon: Mapping[Id, Mapping[Id, Entry]] = {}
    forms: Mapping[Text, Text] = {}
    fragments: Mapping[Id, Text] = {}
    form: FormRules = FormRules()
    meaning: Meaning = Meaning()
    replies: Mapping[Id, Lines] = {}
    asks_back: Lines
    anywhere: Mapping[Id, Templates] = {}
    turns: Mapping[Id, PackTurn]
    malrules: Mapping[Id, Malrule] = {}
    cards: Mapping[Id, Card] = {}
    notes: Mapping[Id, Text] = {}
    asking: Asking = Asking()
    audio: Audio | None = None


class Gloss(Part):
    """What speakers of one native language need to play a pack."""

    format: Literal[1] = Field(alias="schema")
    kind: Literal["gloss"]
    pack: Text
    lang: Language
    title: Text
    lines: Mapping[Id, Text]
    stage: Mapping[Id, Text] = {}
    tasks: Mapping[Id, Text]
    entities: Mapping[Id, Mapping[Id, Text]] = {}
    politeness: tuple[Text, ...] = ()
    terms: Mapping[Id, Text] = {}
    feedback: Mapping[Id, tuple[str, Text]] = {}
    labels: Mapping[Id, Text] = {}
    cards: Mapping[Id, Text] = {}
    words: Mapping[Text, Text] = {}
    notes: Mapping[Id, Text] = {}
    asking: Asking = Asking()
