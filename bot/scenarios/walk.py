"""Every way through a scene that learners' answers can take, walked without typing a word.

Two positions count as one when nothing further on can tell them apart, so even a long story has few of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.scenarios.conditions import Comparison, holds
from bot.scenarios.model import Effects, Intent
from bot.scenarios.progress import Value
from bot.scenarios.scene import END, Scene
from bot.scenarios.speech import PLACEHOLDER
from bot.scenarios.story import Move, Position, advance, look_up

MOST_POSITIONS = 5_000
Slots = tuple[tuple[str, str], ...]
Look = str | Comparison  # A name means a look at whether the variable holds anything.
HEARD = "$"
Key = tuple[str, tuple[object, ...], Slots | tuple[object, ...], frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One understood answer at one position, and where it leads; `alike` counts the slot values that do the same."""

    turn: str
    intent: str
    slots: Slots
    move: Move
    to: Key
    alike: int


@dataclass(frozen=True, kw_only=True)
class Walk:
    """All positions that can be reached, with the ways out of each."""

    start: Key
    positions: Mapping[Key, Position]
    ways: Mapping[Key, tuple[Way, ...]]
    complete: bool

    @cached_property
    def turns(self) -> frozenset[str]:
        """Return the turns that some play meets."""
        return frozenset(position.turn for position in self.positions.values())

    def paths(self) -> int | None:
        """Count the different plays, every slot value counted; None where they cannot be counted."""
        counted: dict[Key, int] = {}
        for key in reversed(self._order()):
            counted[key] = 1 if key[0] == END else 0
            for way in self.ways.get(key, ()):
                if way.to not in counted:
                    return None
                counted[key] += way.alike * counted[way.to]
        return counted.get(self.start) if self.complete else None

    def _order(self) -> list[Key]:
        """List the positions so that those further on come later, as far as that can be."""
        order: list[Key] = []
        seen = {self.start}
        todo: list[tuple[Key, Iterator[Way]]] = [(self.start, iter(self.ways.get(self.start, ())))]
        while todo:
            _, rest = todo[-1]
            way = next((way for way in rest if way.to not in seen), None)
            if way is None:
                order.append(todo.pop()[0])
            else:
                seen.add(way.to)
                todo.append((way.to, iter(self.ways.get(way.to, ()))))
        return order[::-1]


def walk(scene: Scene) -> Walk:
    """Walk a scene from its first turn, as a first play goes."""
    return _Walker(scene).walked()


def fills(scene: Scene, turn_id: str) -> Mapping[str, tuple[Slots, ...]]:
    """Return, per intent of a turn, the different sets of slots that some answer fills."""
    book = scene.turn_book(turn_id)
    found: dict[str, dict[Slots, None]] = defaultdict(dict)
    for phrases in book.accepted.values():
        for phrase in phrases:
            found[phrase.intent][phrase.slots] = None
    for keys in book.gist.values():
        for key in keys:
            found[key.intent][key.slots] = None
    return {intent: tuple(slots) for intent, slots in found.items()}


@dataclass
class _Walker:
    """The walking of one scene."""

    scene: Scene
    positions: dict[Key, Position] = field(default_factory=dict)
    ways: dict[Key, tuple[Way, ...]] = field(default_factory=dict)

    def walked(self) -> Walk:
        """Walk until nothing new is met, or there is too much of it."""
        first = Position(turn=next(iter(self.scene.turns)), vars=dict(self.scene.story.vars), taken={})
        start = self._key(first, frozenset())
        self.positions[start] = first
        todo = [start]
        while todo and len(self.positions) <= MOST_POSITIONS:
            key = todo.pop()
            self.ways[key] = tuple(self._out(key))
            for way in self.ways[key]:
                if way.to not in self.positions:
                    self.positions[way.to] = Position(turn=way.move.to, vars=way.move.vars, taken=way.move.taken)
                    if way.move.to != END:
                        todo.append(way.to)
        return Walk(start=start, positions=self.positions, ways=self.ways, complete=not todo)

    def _out(self, key: Key) -> Iterator[Way]:
        """Yield the ways out of a position, one for all slot values that do the same."""
        position, met = self.positions[key], key[3]
        for intent, kinds in self._fills[position.turn].items():
            alike: dict[Key, tuple[Slots, Move, int]] = {}
            for slots, count in kinds:
                move = advance(self.scene, position, intent, dict(slots))
                if not move.spent:
                    after = Position(turn=move.to, vars=move.vars, taken=move.taken)
                    to = self._key(after, met | (set(move.met) & self._musts))
                    first, same, before = alike.get(to, (slots, move, 0))
                    alike[to] = (first, same, before + count)
            for to, (slots, move, count) in alike.items():
                yield Way(turn=position.turn, intent=intent, slots=slots, move=move, to=to, alike=count)

    def _key(self, position: Position, met: frozenset[str]) -> Key:
        """Return what of a position matters to what comes after it."""
        if position.turn == END:
            return END, (), (), met
        seen = tuple(self._holds(look, position.vars) for look in self._live[position.turn])
        ahead = self._ahead[position.turn]
        taken = sorted((name, count) for name, count in position.taken.items() if name.partition("/")[0] in ahead)
        return position.turn, seen, tuple(taken), met

    def _holds(self, look: Look, values: Mapping[str, Value]) -> bool:
        """Return what one look at a variable sees."""
        if isinstance(look, str):
            return values.get(look) is None
        return holds((look,), lambda variable, attribute: look_up(self.scene, values, variable, attribute))

    @cached_property
    def _fills(self) -> Mapping[str, Mapping[str, tuple[tuple[Slots, int], ...]]]:
        """Return, per turn and intent, one set of slots of each kind and how many there are."""
        return {
            turn_id: {
                intent: self._kinds(self.scene.hears(turn_id)[intent], listed)
                for intent, listed in fills(self.scene, turn_id).items()
                if not self.scene.hears(turn_id)[intent].back
            }
            for turn_id in self.scene.turns
        }

    def _kinds(self, intent: Intent, listed: tuple[Slots, ...]) -> tuple[tuple[Slots, int], ...]:
        """Put slot values together that no condition can tell apart."""
        found: dict[object, tuple[Slots, int]] = {}
        pairs = [(name, value) for one in (intent, *intent.go) for name, value in one.set.items()]
        for slots in listed:
            given = dict(slots)
            kind = []
            for name, value in pairs:
                if isinstance(value, str) and value.startswith(HEARD):
                    held = {name: given.get(value[1:])}
                    kind.append(
                        (held[name] is None, *(self._holds(one, held) for one in self._comparisons.get(name, ())))
                    )
            first, count = found.get(tuple(kind), (slots, 0))
            found[tuple(kind)] = (first, count + 1)
        return tuple(found.values())

    @cached_property
    def _musts(self) -> frozenset[str]:
        return frozenset(name for name, objective in self.scene.story.objectives.items() if objective.must)

    @cached_property
    def _comparisons(self) -> Mapping[str, tuple[Comparison, ...]]:
        found: dict[str, dict[Comparison, None]] = defaultdict(dict)
        for turn in self.scene.turns.values():
            for intent in turn.hears.values():
                for branch in intent.go:
                    for comparison in branch.when:
                        found[comparison.variable][comparison] = None
        return {name: tuple(listed) for name, listed in found.items()}

    @cached_property
    def _ahead(self) -> Mapping[str, frozenset[str]]:
        """Return, per turn, the turns that may still come, itself included."""
        follows = {
            turn_id: {branch.to for intent in turn.hears.values() for branch in intent.go}
            for turn_id, turn in self.scene.turns.items()
        }
        return {turn_id: _closure(turn_id, follows) for turn_id in follows}

    @cached_property
    def _live(self) -> Mapping[str, tuple[Look, ...]]:
        """Return, per turn, the looks at variables that may come before the variable is set anew."""
        live: dict[str, set[Look]] = {turn_id: set() for turn_id in self.scene.turns}
        changed = True
        while changed:
            changed = False
            for turn_id in reversed(tuple(self.scene.turns)):
                looks = set(self._looks(turn_id, live))
                changed = changed or looks != live[turn_id]
                live[turn_id] = looks
        return {turn_id: tuple(sorted(looks, key=repr)) for turn_id, looks in live.items()}

    def _looks(self, turn_id: str, live: Mapping[str, set[Look]]) -> Iterator[Look]:
        """Yield the looks at variables from a turn on."""
        for text in (self.scene.words_of(turn_id).say or {}).values():
            yield from shown(text)
        for intent in self.scene.hears(turn_id).values():
            for branch in intent.go:
                yield from (one for one in branch.when if one.variable not in intent.set)
                after = {*self._replied(intent), *self._replied(branch), *live.get(branch.to, ())}
                gone = {*intent.set, *branch.set}
                yield from (look for look in after if (look if isinstance(look, str) else look.variable) not in gone)

    def _replied(self, effects: Effects) -> Iterator[str]:
        """Yield the variables that replies show."""
        for reply in (*effects.reply, *(effects.after.reply if effects.after else ())):
            for text in self.scene.pack.replies.get(reply, {}).values():
                yield from shown(text)


def shown(text: str) -> Iterator[str]:
    """Yield the variables whose present value a text shows."""
    for place in PLACEHOLDER.findall(text):
        if not place.startswith("last."):
            yield place.partition(".")[0]


def _closure(start: str, follows: Mapping[str, set[str]]) -> frozenset[str]:
    reached, todo = {start}, [start]
    while todo:
        for target in follows.get(todo.pop(), set()) - reached:
            reached.add(target)
            todo.append(target)
    return frozenset(reached)
