"""One turn of a finished play, once more."""

from bot.scenarios import weak
from bot.scenarios.dialogue import Progress, Step, answer, start
from bot.scenarios.scene import Scene

PLAY = ("hola", "aquí", "un zumo", "un cruasán", "un pincho de tortilla", "la cuenta", "en tarjeta", "adiós")


def played(scene: Scene) -> tuple[Progress, dict[str, Progress], list[weak.Heard]]:
    """Play the café and return the end, the state at each turn, and what was heard."""
    progress = start(scene).progress
    at: dict[str, Progress] = {}
    heard: list[weak.Heard] = []
    for said in PLAY:
        at.setdefault(progress.turn, progress)
        step = answer(scene, progress, said, patience=2)
        assert step.verdict is not None
        heard.append(weak.Heard(turn=progress.turn, intent=str(step.verdict.intent), slots=step.verdict.slots))
        progress = step.progress
    assert progress.finished
    return progress, at, heard


def test_a_turn_begins_with_the_facts_it_had(cafe: Scene) -> None:
    finished, at, heard = played(cafe)
    for turn, progress in at.items():
        begun = weak.start_at(cafe, finished, turn, heard).progress
        assert (begun.turn, begun.phase, begun.vars) == (progress.turn, progress.phase, progress.vars)
        assert not begun.outcomes


def again(scene: Scene, turn: str, *texts: str) -> Step:
    finished, _, heard = played(scene)
    step = weak.start_at(scene, finished, turn, heard)
    for text in texts:
        before = step.progress
        step = weak.bounded(scene, before, answer(scene, before, text, patience=4))
    return step


def test_a_turn_left_is_a_play_ended(cafe: Scene) -> None:
    step = again(cafe, "pay", "con tarjeta")
    assert (step.finished, step.progress.finished, step.progress.turn) == (True, True, "pay")
    assert step.quality == 100


def test_what_does_not_leave_the_turn_does_not_end_the_play(cafe: Scene) -> None:
    for text in ("qwxz", "¿puede repetir?"):
        assert not again(cafe, "pay", text).finished
    assert not again(cafe, "drink", "¿qué tiene?").finished


def test_an_error_may_be_mended_once_before_it_ends(cafe: Scene) -> None:
    waiting = again(cafe, "pay", "en tarjeta")
    assert (waiting.finished, waiting.progress.turn) == (False, "pay")
    assert [line.id for line in waiting.said] == ["pay"]

    assert again(cafe, "pay", "en tarjeta", "con tarjeta").finished
    assert again(cafe, "pay", "en tarjeta", "por tarjeta").progress.turn == "pay"
    assert again(cafe, "pay", "en tarjeta", "en efectivo").finished


def test_a_turn_whose_way_is_gone_begins_with_the_facts_of_the_end(cafe: Scene) -> None:
    finished, _, _ = played(cafe)
    lost = Progress.from_json(
        {**finished.to_json(), "outcomes": [{"turn": "gone", "intent": "x", "quality": 0, "met": []}]}
    )

    assert weak.start_at(cafe, lost, "pay", ()).progress.vars == finished.vars
