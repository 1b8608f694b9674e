"""The checks without which no story is used: every name it uses exists, every turn is reached, every path ends."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.scenarios.findings import Findings
from bot.scenarios.model import Branch, Effects, Intent, Story, Turn
from bot.scenarios.reading import Where
from bot.scenarios.scene import END
from bot.scenarios.story_facts import check_facts


class _Way(NamedTuple):
    """One intent at one turn, and where it stands in the file."""

    where: Where
    turn: Turn
    name: str
    intent: Intent

    def effects(self) -> Iterator[tuple[Where, Effects]]:
        """Yield the intent and its branches with their places."""
        yield self.where, self.intent
        for at, branch in enumerate(self.intent.go):
            yield (*self.where, "go", at), branch


def check_story(story: Story, folder: str, findings: Findings) -> None:
    """Report every fault with which a story could not be played to its end."""
    if story.id != folder:
        findings.report(("id",), "name", f"the folder is named {folder}, the scenario {story.id}")
    ways = list(_ways(story))
    targets = {turn.id for phase in story.phases for turn in phase.turns}
    for way in ways:
        _check_targets(way, targets, findings)
        _check_way_back(way, findings)
        for where, effects in way.effects():
            _check_effects(where, effects, story, findings)
    _check_turns(story, ways, findings)
    _check_rounds(story, ways, findings)
    _check_objectives(story, ways, findings)
    check_facts(story, findings)


def _ways(story: Story) -> Iterator[_Way]:
    """Yield every intent of every turn."""
    for at, phase in enumerate(story.phases):
        for number, turn in enumerate(phase.turns):
            for name, intent in turn.hears.items():
                where = ("phases", at, "turns", number, "hears", name)
                yield _Way(where=where, turn=turn, name=name, intent=intent)


def _check_targets(way: _Way, targets: set[str], findings: Findings) -> None:
    """Check that branches lead somewhere and that one of them is always taken."""
    last = len(way.intent.go) - 1
    for at, branch in enumerate(way.intent.go):
        where = (*way.where, "go", at)
        if branch.to != END and branch.to not in targets:
            findings.report(
                (*where, "to"), "dead_target", f"{way.turn.id}/{way.name} goes to {branch.to}: no such turn"
            )
        if at == last and branch.when:
            findings.report(where, "catch_all", f"the last branch of {way.turn.id}/{way.name} has an `if`")
        if at < last and not branch.when:
            findings.report(where, "catch_all", f"a branch of {way.turn.id}/{way.name} hides the ones after it")


def _check_way_back(way: _Way, findings: Findings) -> None:
    """Check that nobody can go round in one turn for ever."""
    for where, effects in way.effects():
        if isinstance(effects, Branch) and effects.to == way.turn.id and not (effects.max or way.intent.max):
            findings.report(where, "endless", f"{way.turn.id}/{way.name} comes back without a `max`")
        if effects.after is not None:
            _check_after(way, where, effects, findings)


def _check_after(way: _Way, where: Where, effects: Effects, findings: Findings) -> None:
    """Check that what stands in for a spent way back exists and is not limited itself."""
    after = effects.after
    other = way.turn.hears.get(after.as_intent) if after else None
    if other is None or other is way.intent or other.max or any(branch.max for branch in other.go):
        findings.report((*where, "after"), "after", f"{way.turn.id}/{way.name}: `as` names no unlimited other intent")
    if effects.max is None:
        findings.report((*where, "after"), "after", f"{way.turn.id}/{way.name}: `after` without `max`")


def _check_effects(where: Where, effects: Effects, story: Story, findings: Findings) -> None:
    """Check that variables, slots and entities exist."""
    for variable, value in effects.set.items():
        if variable not in story.vars:
            findings.report((*where, "set", variable), "variable", f"there is no variable {variable}")
        if isinstance(value, str) and value.startswith("$") and value[1:] not in story.entities:
            findings.report((*where, "set", variable), "slot", f"there is no slot {value}")
    for variable, amount in effects.add.items():
        if not isinstance(story.vars.get(variable), int):
            findings.report((*where, "add", variable), "variable", f"{variable} is not a number")
        if isinstance(amount, str) and amount.lstrip("$@").partition(".")[0] not in story.entities:
            findings.report((*where, "add", variable), "slot", f"{amount} is no attribute of a slot")
    for part in effects.when if isinstance(effects, Branch) else ():
        if part.variable not in story.vars:
            findings.report((*where, "if"), "variable", f"there is no variable {part.variable}")


def _check_turns(story: Story, ways: list[_Way], findings: Findings) -> None:
    """Check that turn ids are unique, each turn is reached, and END can be reached from each."""
    follows: dict[str, set[str]] = {}
    for way in ways:
        follows.setdefault(way.turn.id, set()).update(branch.to for branch in way.intent.go)
    reached = _closure(story.phases[0].turns[0].id, follows)
    seen: set[str] = set()
    for at, phase in enumerate(story.phases):
        for number, turn in enumerate(phase.turns):
            where = ("phases", at, "turns", number)
            if turn.id in seen:
                findings.report(where, "duplicate", f"the turn {turn.id} stands here twice")
            seen.add(turn.id)
            if turn.id not in reached:
                findings.report(where, "unreachable", f"no path leads to the turn {turn.id}")
            elif END not in _closure(turn.id, follows):
                findings.report(where, "no_end", f"no path leads from the turn {turn.id} to END")
            if not _expected_leaves(turn):
                findings.report(where, "no_way_on", f"the expected intent of {turn.id} may lead nowhere else")


def _check_rounds(story: Story, ways: list[_Way], findings: Findings) -> None:
    """Check that nobody can go round over several turns for ever."""
    follows: dict[str, set[str]] = {}
    for way in ways:
        free = {branch.to for branch in way.intent.go if not (branch.max or way.intent.max)}
        follows.setdefault(way.turn.id, set()).update(free - {way.turn.id})
    for at, phase in enumerate(story.phases):
        for number, turn in enumerate(phase.turns):
            if any(turn.id in _closure(other, follows) for other in follows.get(turn.id, ())):
                findings.report(
                    ("phases", at, "turns", number), "round", f"a way from {turn.id} back to it has no `max`"
                )


def _expected_leaves(turn: Turn) -> bool:
    """Tell whether a learner who is shown the model answer gets on."""
    expected = next(iter(turn.hears.values()))
    return any(branch.to != turn.id for branch in expected.go)


def _check_objectives(story: Story, ways: list[_Way], findings: Findings) -> None:
    """Check that objectives exist and that each can be reached."""
    met = {way.intent.meets for way in ways}
    for way in ways:
        if way.intent.meets is not None and way.intent.meets not in story.objectives:
            findings.report((*way.where, "meets"), "objective", f"there is no objective {way.intent.meets}")
    for name in story.objectives:
        if name not in met:
            findings.report(("objectives", name), "objective", f"nothing meets the objective {name}")


def _closure(start: str, follows: dict[str, set[str]]) -> set[str]:
    """Return all that can be reached from a turn, itself included."""
    reached, todo = {start}, [start]
    while todo:
        for target in follows.get(todo.pop(), set()) - reached:
            reached.add(target)
            todo.append(target)
    return reached
