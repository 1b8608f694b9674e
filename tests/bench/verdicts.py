"""What it costs to grade one answer, by the layer of the grader that decides."""

import statistics
import time

from bot.running import CONTENT
from bot.scenarios.grading import grade
from bot.scenarios.library import Library, read_answers

ROUNDS = 5


def grading() -> str:
    """Return a line a layer: the median over the café's own answers."""
    scene = Library.load(CONTENT).scene("cafe_order", "es", "en")
    cases = read_answers(CONTENT / "cafe_order" / "es.answers.jsonl")
    spent: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for case in cases:
            begun = time.perf_counter()
            verdict = grade(scene, case.turn, case.text)
            spent.setdefault(str(verdict.layer), []).append(time.perf_counter() - begun)
    return "\n".join(
        f"grade: {layer:<13} median {1e6 * statistics.median(times):7.0f} us of {len(times)}"
        for layer, times in sorted(spent.items())
    )
