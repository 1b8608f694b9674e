"""Every button there is; that each one is understood is what the handlers promise."""

from bot.views import learner_presses, practice_presses, scene_presses
from bot.views.press import Press

PRESSES: tuple[type[Press], ...] = tuple(
    kind
    for module in (scene_presses, practice_presses, learner_presses)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Press) and kind is not Press
)
