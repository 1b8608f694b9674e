"""The buttons under a turn: at most two rows as a rule, the words to tap when they are open, the rest behind More."""

from collections.abc import Iterator

from bot.scenarios.help import WORD_BANK
from bot.services.turns import SceneView
from bot.views.reply import Button
from bot.views.scene_presses import (
    Back,
    Hint,
    LineWords,
    More,
    Objection,
    Pause,
    SayAgain,
    SayBuilt,
    Skip,
    Starter,
    Tap,
    Untap,
    Why,
)
from bot.views.texts import Texts
from bot.views.wording import rows

LAST_HELP = 3
WORDS_A_ROW = 4
CHARACTERS_A_ROW = 24  # of the words in one row, so that a phone shows them whole


def keyboard(view: SceneView, _: Texts) -> list[list[Button]]:
    """Return the buttons of a turn."""
    run, version = view.run_id, view.version
    starters = [
        Button(text=starter, data=Starter(run, version, number).encode())
        for number, starter in enumerate(view.screen.starters)
    ]
    if view.menu:
        return _menu(view, _)
    return [row for row in (starters, *_bank(view, _), _about_the_remark(view, _), _controls(view, _)) if row]


def objection(view: SceneView, _: Texts) -> list[list[Button]]:
    """Offer to contest the verdict that the last answer of a scene got, where it doubts the answer."""
    if not view.screen.row:
        return []
    return [[Button(text=_("I was right"), data=Objection(view.screen.row).encode())]]


def _controls(view: SceneView, _: Texts) -> list[Button]:
    level = view.screen.help.level if view.screen.help else 0
    more = Button(text=_("More…"), data=More(view.run_id, view.version, 1).encode())
    if level >= LAST_HELP or not view.screen.offers_help:
        return [more]
    return [Button(text=_("Hint"), data=Hint(view.run_id, view.version).encode()), more]


def _about_the_remark(view: SceneView, _: Texts) -> list[Button]:
    """Offer what may be asked about the tutor's line: why, and whether it is fair."""
    if view.too_long or view.no_more_help or view.resumed:
        return []
    right = [button for row in objection(view, _) for button in row]
    if not view.screen.may_ask_why:
        return right
    return [Button(text=_("Why?"), data=Why(view.run_id, view.version).encode()), *right]


def _bank(view: SceneView, _: Texts) -> list[list[Button]]:
    """Return the words to tap in turn; what was tapped is used up."""
    found = view.screen.help
    if found is None or found.level != WORD_BANK:
        return []
    left = (
        Button(text=word, data=Tap(view.run_id, view.screen.moves, number).encode())
        for number, word in enumerate(found.words)
        if number not in found.built
    )
    undo = Button(text=_("Undo"), data=Untap(view.run_id, view.screen.moves).encode())
    say = Button(text=_("Say it"), data=SayBuilt(view.run_id, view.screen.moves).encode())
    return [*_packed(left), *([[undo, say]] if found.built else [])]


def _packed(words: Iterator[Button]) -> Iterator[list[Button]]:
    """Put words into rows that a phone shows whole."""
    row: list[Button] = []
    for word in words:
        full = len(row) == WORDS_A_ROW or sum(len(each.text) for each in row) + len(word.text) > CHARACTERS_A_ROW
        if row and full:
            yield row
            row = []
        row.append(word)
    if row:
        yield row


def _menu(view: SceneView, _: Texts) -> list[list[Button]]:
    run, version = view.run_id, view.version
    level = view.screen.help.level if view.screen.help else 0
    found = [
        Button(text=_("Repeat"), data=SayAgain(run, version, 0).encode()),
        Button(text=_("Slower"), data=SayAgain(run, version, 1).encode()),
        Button(text=_("Translate"), data=SayAgain(run, version, 2).encode()),
        Button(text=_("Words"), data=LineWords(run, version).encode()),
        Button(text=_("Skip"), data=Skip(run, version).encode()),
        Button(text=_("Pause"), data=Pause(run).encode()),
        *([Button(text=_("Step back"), data=Back(run, version).encode())] if view.screen.may_go_back else []),
        *([Button(text=_("Hint"), data=Hint(run, version).encode())] if level < LAST_HELP else []),
        Button(text=_("Less"), data=More(run, version, 0).encode()),
    ]
    return rows(found, 3)
