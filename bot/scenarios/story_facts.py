"""The checks of what a story reads, recalls and changes: names exist, conditions can hold, no language is in it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from bot.scenarios.conditions import Comparison
from bot.scenarios.contents import slot_variables
from bot.scenarios.findings import Findings
from bot.scenarios.model import Effects, Story
from bot.scenarios.reading import Where

NEUTRAL = re.compile(r"[a-z0-9_]+|[$@][a-z0-9_.]+")
HEARD, RECALLED = "$", "@"
OF_THE_PACK = "price"  # The attribute of entities that packs give.


def check_facts(story: Story, findings: Findings) -> None:
    """Report conditions that can never hold, recalls and changes of what is not there, and words of a language."""
    checking = _Checking(story, findings)
    checking.conditions()
    checking.recalls()
    checking.changes()
    checking.neutral()


class _Checking:
    """The checking of one story."""

    def __init__(self, story: Story, findings: Findings) -> None:
        self._story = story
        self._findings = findings
        self._slots = slot_variables(story)
        self._values = self._possible()

    def conditions(self) -> None:
        """Check that each comparison is one that some play can make true."""
        for where, effects in effects_of(self._story):
            for comparison in getattr(effects, "when", ()):
                if comparison.variable in self._story.vars:
                    self._comparison((*where, "if"), comparison)

    def recalls(self) -> None:
        """Check that what refers to the last play refers to something that a play leaves behind."""
        for at, phase in enumerate(self._story.phases):
            for number, turn in enumerate(phase.turns):
                expected = next(iter(turn.hears))
                if turn.hears[expected].back:
                    place: Where = ("phases", at, "turns", number, "hears", expected)
                    self._findings.report(place, "recall", f"the expected intent of {turn.id} cannot be `back`")
        for where, effects in effects_of(self._story):
            recalled = [(("set", name), value) for name, value in effects.set.items()]
            recalled += [(("add", name), value) for name, value in effects.add.items()]
            for key, value in recalled:
                if isinstance(value, str) and value.startswith(RECALLED):
                    variable = value[1:].partition(".")[0]
                    if variable not in self._story.vars:
                        self._findings.report((*where, *key), "recall", f"there is no variable {variable} to recall")

    def changes(self) -> None:
        """Check that changes change variables and entities that are there."""
        for at, change in enumerate(self._story.changes):
            where: Where = ("changes", at)
            if not change.vars and not change.entities:
                self._findings.report(where, "change", "it changes nothing")
            for name in change.vars.keys() - self._story.vars.keys():
                self._findings.report((*where, "vars", name), "change", f"there is no variable {name}")
            for slot, entities in change.entities.items():
                known = self._story.entities.get(slot, {})
                for name in entities.keys() - known.keys():
                    self._findings.report((*where, "entities", slot, name), "change", f"there is no {slot} {name}")

    def neutral(self) -> None:
        """Check that facts are ids and numbers: what is said belongs into packs."""
        facts: list[tuple[Where, object]] = [(("vars", name), value) for name, value in self._story.vars.items()]
        for slot, entities in self._story.entities.items():
            for name, attributes in entities.items():
                facts += [(("entities", slot, name, key), value) for key, value in attributes.items()]
        for place, effects in effects_of(self._story):
            facts += [((*place, "set", name), value) for name, value in effects.set.items()]
        for where, value in facts:
            if isinstance(value, str) and not NEUTRAL.fullmatch(value):
                self._findings.report(where, "story_text", f"{value!r} is no id in lower case: words belong into packs")

    def _comparison(self, where: Where, comparison: Comparison) -> None:
        """Check one comparison."""
        variable, attribute, constant = comparison.variable, comparison.attribute, comparison.constant
        shown = variable if attribute is None else f"{variable}.{attribute}"
        if attribute is not None:
            known = self._attributes(variable, attribute)
            if not known and attribute != OF_THE_PACK:
                self._findings.report(where, "attribute", f"nothing that {variable} holds has {attribute}")
            elif known and constant not in known and constant is not None:
                self._findings.report(where, "never", f"{shown} is never {constant}")
        elif constant is None:
            if self._values[variable] == {None}:
                self._findings.report(where, "unset", f"{variable} is read and never set")
        elif constant not in self._values[variable] and not self._counts(variable):
            self._findings.report(where, "never", f"{shown} is never {constant}")

    def _attributes(self, variable: str, attribute: str) -> set[Any]:
        """Return the values that an attribute of what a variable holds can have."""
        slot = self._slots.get(variable, variable)
        told = [self._story.entities, *(change.entities for change in self._story.changes)]
        return {
            facts[attribute] for entities in told for facts in entities.get(slot, {}).values() if attribute in facts
        }

    def _counts(self, variable: str) -> bool:
        """Tell whether a variable is added to, so that it can hold many numbers."""
        return any(variable in effects.add for _, effects in effects_of(self._story))

    def _possible(self) -> Mapping[str, set[Any]]:
        """Return the values that each variable can hold."""
        found: dict[str, set[Any]] = defaultdict(set)
        for values in (self._story.vars, *(change.vars for change in self._story.changes)):
            for name, value in values.items():
                found[name].add(value)
        for _, effects in effects_of(self._story):
            for name, value in effects.set.items():
                if isinstance(value, str) and value.startswith((HEARD, RECALLED)):
                    found[name] |= set(self._story.entities.get(self._slots.get(name, name), {})) | {None}
                else:
                    found[name].add(value)
        return found


def effects_of(story: Story) -> Iterator[tuple[Where, Effects]]:
    """Yield all that intents and branches do, with their places."""
    for at, phase in enumerate(story.phases):
        for number, turn in enumerate(phase.turns):
            for name, intent in turn.hears.items():
                where: Where = ("phases", at, "turns", number, "hears", name)
                yield where, intent
                for place, branch in enumerate(intent.go):
                    yield (*where, "go", place), branch
