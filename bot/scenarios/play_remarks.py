"""The checks of a scene as it is played: all turns are met, musts unavoidable, lines filled, and all get on."""

from collections.abc import Iterator

from bot.scenarios.findings import Findings
from bot.scenarios.grading import grade
from bot.scenarios.scene import END, Scene
from bot.scenarios.story import Position, advance
from bot.scenarios.walk import Walk, Way, shown, walk

MOST_STEPS = 100


def remark_on_play(scene: Scene, findings: Findings) -> None:
    """Report, in the pack's findings, what only shows when all ways through a scene are walked."""
    tellings = [scene.changed(number) for number in range(len(scene.story.changes) + 1)]
    walks = [walk(one) for one in tellings]
    if all(one.complete for one in walks):
        for turn_id in scene.turns.keys() - {turn for one in walks for turn in one.turns}:
            findings.report(("turns", turn_id), "never_met", f"no answers lead to the turn {turn_id}")
        for name in sorted({name for one in walks for name in _avoided(scene, one)}):
            findings.report(("scenario",), "must", f"a play can end without the `must` {name}")
    noted: set[str] = set()
    for told, one in zip(tellings, walks, strict=True):
        _unset(told, one, findings, noted)
        stuck = _stuck(told)
        if stuck is not None:
            findings.report(("turns", stuck), "stuck", f"who is only shown model answers never leaves {stuck}")


def _avoided(scene: Scene, walked: Walk) -> Iterator[str]:
    """Yield the musts without which some play ends."""
    musts = {name for name, objective in scene.story.objectives.items() if objective.must}
    for key in walked.positions:
        if key[0] == END:
            yield from musts - key[3]


def _unset(scene: Scene, walked: Walk, findings: Findings, noted: set[str]) -> None:
    """Check that no line shows a variable that holds nothing yet; each is noted once."""
    for ways in walked.ways.values():
        for way in ways:
            for where, text in _said(scene, way):
                for name in shown(text):
                    if name in way.move.vars and way.move.vars[name] is None and str(where[-1]) not in noted:
                        noted.add(str(where[-1]))
                        findings.report(where, "unset", f"{{{name}}} may hold nothing when {where[-1]} is said")


def _said(scene: Scene, way: Way) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what the partner may say after a move, with the places."""
    for reply in way.move.reply:
        for text_id, text in scene.pack.replies.get(reply, {}).items():
            yield ("replies", reply, text_id), text
    if way.move.to != END and not (way.move.to == way.turn and way.move.reply):
        for text_id, text in (scene.words_of(way.move.to).say or {}).items():
            yield ("turns", way.move.to, "say", text_id), text


def _stuck(scene: Scene) -> str | None:
    """Return the turn that one who answers with models alone does not get past."""
    position = Position(turn=next(iter(scene.turns)), vars=dict(scene.story.vars), taken={})
    for _ in range(MOST_STEPS):
        if position.turn == END:
            return None
        intent = next(iter(scene.hears(position.turn)))
        slots = grade(scene, position.turn, scene.model(position.turn).text).slots
        move = advance(scene, position, intent, slots)
        position = Position(turn=move.to, vars=move.vars, taken=move.taken)
    return position.turn
