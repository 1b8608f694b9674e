"""A scene played by a machine: from every position every answer that leads on, and every value of every slot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.scenarios.dialogue import answer, start
from bot.scenarios.progress import Progress
from bot.scenarios.scene import END, Scene
from bot.scenarios.walk import Key, Slots, Way, fills, walk

PATIENCE = 2
MOST_ANSWERS = 4_000


@dataclass
class Simulation:
    """What was played and what went wrong. Each step from each position is played once: all paths consist of these."""

    paths: int | None = None
    positions: int = 0
    answers: int = 0
    values: int = 0
    cut: bool = False
    faults: list[str] = field(default_factory=list)


def simulate(scene: Scene, *, most: int = MOST_ANSWERS) -> Simulation:
    """Play all steps of a scene through the real dialogue, up to so many answers."""
    walked = walk(scene)
    done = Simulation(paths=walked.paths(), positions=len(walked.positions), cut=not walked.complete)
    sentences = {turn_id: _sentences(scene, turn_id) for turn_id in scene.turns}
    reached: dict[Key, Progress] = {walked.start: start(scene).progress}
    todo = [walked.start]
    first: dict[str, Progress] = {}
    while todo:
        key = todo.pop()
        first.setdefault(key[0], reached[key])
        for way in walked.ways.get(key, ()):
            if done.answers >= most:
                done.cut = True
                return done
            after = _stepped(scene, reached[key], way, sentences[way.turn], done)
            if way.to not in reached:
                reached[way.to] = after
                if way.to[0] != END:
                    todo.append(way.to)
    _values(scene, first, sentences, done, most)
    if not any(key[0] == END for key in reached):
        done.faults.append("no play ends")
    return done


def _stepped(
    scene: Scene, progress: Progress, way: Way, sentences: Mapping[tuple[str, Slots], str], done: Simulation
) -> Progress:
    """Say what leads a way, and see that it leads there; what only a key word can say is stepped over."""
    text = sentences.get((way.intent, way.slots))
    if text is not None:
        done.answers += 1
        after = answer(scene, progress, text, patience=PATIENCE).progress
        arrived = END if after.finished else after.turn
        if arrived == way.move.to:
            return replace(after, pending=None)
        done.faults.append(f"{way.turn}: {text!r} should lead to {way.move.to}, and leads to {arrived}")
    turn = progress.turn if way.move.to == END else way.move.to
    return replace(
        progress, turn=turn, vars=way.move.vars, taken=way.move.taken, finished=way.move.to == END,
        phase=scene.phases[scene.phase_of[turn]].id, misses=0, pending=None,
    )  # fmt: skip


def _values(
    scene: Scene,
    first: Mapping[str, Progress],
    sentences: Mapping[str, Mapping[tuple[str, Slots], str]],
    done: Simulation,
    most: int,
) -> None:
    """Say every value of every slot once, at the first position its turn was met in."""
    for turn_id, progress in first.items():
        said: set[tuple[str, str, str]] = set()
        for intent, listed in fills(scene, turn_id).items():
            for slots in listed if turn_id in scene.turns else ():
                text = sentences[turn_id].get((intent, slots))
                fresh = {(intent, name, value) for name, value in slots} - said
                if text is None or not fresh or scene.hears(turn_id)[intent].back:
                    continue
                if done.answers >= most:
                    done.cut = True
                    return
                said |= fresh
                done.answers += 1
                verdict = answer(scene, progress, text, patience=PATIENCE).verdict
                if verdict is None or verdict.intent != intent or dict(verdict.slots) != dict(slots):
                    done.faults.append(f"{turn_id}: {text!r} is not heard as {intent} {dict(slots)}")
        done.values += len(said)


def _sentences(scene: Scene, turn_id: str) -> dict[tuple[str, Slots], str]:
    """Return the shortest right sentence for each meaning."""
    found: dict[tuple[str, Slots], str] = {}
    for phrases in scene.turn_book(turn_id).accepted.values():
        phrase = phrases[0]
        text = " ".join(phrase.words)
        best = found.get((phrase.intent, phrase.slots))
        if best is None or len(text) < len(best):
            found[phrase.intent, phrase.slots] = text
    return found


def report(done: Simulation) -> Iterator[str]:
    """Yield what was played, in words."""
    paths = "more than can be counted" if done.paths is None else f"{done.paths:,}"
    yield f"different plays, every slot value counted: {paths}"
    yield f"positions: {done.positions}, answers played: {done.answers} (each step of every play once)"
    yield f"slot values said: {done.values}"
    if done.cut:
        yield "not all was played: there is too much of it"
    yield from (f"FAULT {fault}" for fault in done.faults)
