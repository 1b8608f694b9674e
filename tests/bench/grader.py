"""How well answers by outside writers are understood, beside three simple hearers in the same run: `make bench-grader`.

No figure prints an answer; `--tuned` prints misheard ones, of the lines that `outside.is_tuned` opens and no others.
"""

import resource
import statistics
import sys
import time
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.running import CONTENT
from bot.scenarios.grading import grade
from bot.scenarios.grammar import comparable
from bot.scenarios.library import Library
from bot.scenarios.scene import Scene
from tests.bench.outside import FormTally, Hearer, Meaning, Outside, kept, meaning, outside, tally

NEAR = 80
ROUNDS = 5
NOTHING: Meaning = (None, ())
_SENTENCES: dict[int, tuple[str, ...]] = {}  # Every right sentence of a turn, for the hearer by resemblance.


def graded(scene: Scene, turn_id: str, text: str) -> Meaning:
    """Hear as the bot does."""
    return meaning(scene, turn_id, grade(scene, turn_id, text))


def exact(scene: Scene, turn_id: str, text: str) -> Meaning:
    """Hear only what equals a model answer."""
    said = comparable(text)
    for intent, lines in scene.words_of(turn_id).model.items():
        if any(comparable(line) == said for line in lines.values()):
            return intent, meaning(scene, turn_id, grade(scene, turn_id, text))[1]
    return NOTHING


def similar(scene: Scene, turn_id: str, text: str) -> Meaning:
    """Hear what resembles an accepted sentence by 80 of 100."""
    accepted = scene.turn_book(turn_id).accepted
    sentences = _SENTENCES.setdefault(id(accepted), tuple(accepted))
    found = process.extractOne(" ".join(comparable(text)), sentences, scorer=fuzz.ratio, score_cutoff=NEAR)
    if found is None:
        return NOTHING
    nearest = accepted[found[0]][0]
    return nearest.intent, kept(scene, turn_id, dict(nearest.slots))


def overlapping(scene: Scene, turn_id: str, text: str) -> Meaning:
    """Hear a key word wherever it stands."""
    said = comparable(text)
    for keys in scene.turn_book(turn_id).gist.values():
        for one in keys:
            size = len(one.words)
            if any(said[at : at + size] == one.words for at in range(len(said))):
                return one.intent, kept(scene, turn_id, dict(one.slots))
    return NOTHING


HEARERS: dict[str, Hearer] = {"grade": graded, "exact model": exact, "ratio >= 80": similar, "key words": overlapping}


def main() -> None:
    """Print every figure."""
    bare = _peak()
    library = Library.load(CONTENT)
    loaded = _peak()
    cases = list(outside(library))
    for scene in dict.fromkeys(case.scene for case in cases):
        _report(f"{scene.id} {scene.language}", [case for case in cases if case.scene is scene])
    _report("all", cases)
    _speed(cases)
    print(f"memory: all packs and language tables take {loaded - bare} MiB over {bare} MiB of imports (peak RSS)")
    if "--tuned" in sys.argv:
        _misses(cases)


def _report(name: str, cases: Sequence[Outside]) -> None:
    print(f"== {name}: {len(cases)} answers")
    for half, tuned in (("tuned", True), ("held out", False)):
        for people, learners in (("learners", True), ("fluent and adversarial", False)):
            some = [case for case in cases if case.tuned is tuned and (case.writer == "learner") is learners]
            if some:
                print(f"{half:<9}{people:<23}{tally(some, graded)}")
    for hearer, hears in HEARERS.items():
        print(f"{'all':<9}{hearer:<23}{tally(cases, hears)}")
    forms = FormTally()
    for case in cases:
        forms.add(case, grade(case.scene, case.turn, case.text))
    print(f"form     {forms}")
    print("layers   " + ", ".join(f"{layer} {count}" for layer, count in sorted(forms.layers.items())))


def _speed(cases: Sequence[Outside]) -> None:
    spent = sorted(min(_cost(case) for _ in range(ROUNDS)) for case in cases)
    worst = spent[int(0.99 * len(spent))]
    print(
        f"speed: {len(spent) / sum(spent):.0f} answers/s (CPU, best of rounds), "
        f"median {1e6 * statistics.median(spent):.0f} us, p99 {1e6 * worst:.0f} us"
    )


def _cost(case: Outside) -> float:
    """Return the CPU seconds one answer takes: other programs on the machine do not count."""
    begun = time.thread_time()
    grade(case.scene, case.turn, case.text)
    return time.thread_time() - begun


def _misses(cases: Sequence[Outside]) -> None:
    """Show the answers of the tuning half that were misheard."""
    for case in cases:
        verdict = grade(case.scene, case.turn, case.text)
        found = meaning(case.scene, case.turn, verdict)
        if case.tuned and found != case.meaning:
            print(f"{case.writer[:3]} {case.turn:<9}{case.kind:<13}{case.text!r}: {case.meaning} but {found}")
            print(f"      {verdict.layer} {verdict.signals}")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
