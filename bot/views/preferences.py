"""What a learner can set for themselves, as a message with buttons."""

from dataclasses import replace

from bot.scenarios.dialogue import Strictness
from bot.services.preferences import LEVELS
from bot.views.learner_presses import Strict
from bot.views.reply import Button, Reply
from bot.views.texts import Texts

SLOT = "settings:feedback"
CHOSEN = "● "


def strictness(chosen: Strictness, _: Texts) -> Reply:
    """Say what is corrected now, and offer the three ways."""
    labels = {Strictness.LIGHT: _("Light"), Strictness.NORMAL: _("Normal"), Strictness.STRICT: _("Strict")}
    told = {
        Strictness.LIGHT: _("Only mistakes that matter. Accents and small slips pass in silence."),
        Strictness.NORMAL: _("Mistakes are hinted at first, slips and accents are shown, and the talk goes on."),
        Strictness.STRICT: _("Everything, accents too. You are asked to type it once more, until it is right."),
    }
    buttons = [
        Button(text=(CHOSEN if level is chosen else "") + labels[level], data=Strict(number).encode())
        for number, level in enumerate(LEVELS)
    ]
    title = _("How strictly shall I correct you?")
    text = f"{title}\n\n<b>{labels[chosen]}</b>: {told[chosen]}"
    return Reply(text=text, keyboard=[buttons], slot=SLOT)


def strictness_again(chosen: Strictness, _: Texts) -> Reply:
    """Show the choice in its place."""
    return replace(strictness(chosen, _), edit=True)
