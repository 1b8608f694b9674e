"""A minute on one error: two sentences, one right; or one that is to be put right."""

from dataclasses import replace

from bot.services.drills import DrillStep
from bot.views.practice_presses import DrillChoice
from bot.views.reply import Button, Reply, escape, foreign
from bot.views.texts import Texts
from bot.views.wording import quote


def asked(step: DrillStep, _: Texts) -> Reply:
    """Say how the last item went, and ask the next or sum up."""
    text = "\n\n".join(filter(None, (_before(step, _), _done(step, _) if step.done else _item(step, _))))
    return Reply(text=text, keyboard=_keyboard(step), slot=f"drill:{step.session_id}")


def asked_again(step: DrillStep, _: Texts) -> Reply:
    """Show the drill after a press, in its place."""
    return replace(asked(step, _), edit=True)


def _before(step: DrillStep, _: Texts) -> str:
    if step.before is None:
        return ""
    right = f"<b>{foreign(step.before.right)}</b>"
    told = _("Right: {right}") if step.was_right else _("Not quite. It is {right}")
    return quote(told.format(right=right))


def _item(step: DrillStep, _: Texts) -> str:
    assert step.pair is not None  # noqa: S101 - a drill that is not done has an item
    head = _("<b>{label}</b> · {number} of {all}").format(
        label=escape(step.label), number=step.number + 1, all=step.total
    )
    if step.typed:
        wrong = f"<b>{foreign(step.pair.wrong)}</b>"
        return head + "\n" + _("Something is wrong here. Type it right: {wrong}").format(wrong=wrong)
    return head + "\n" + _("Which one is right?")


def _done(step: DrillStep, _: Texts) -> str:
    return _("<b>{label}</b>: {right} of {all} right. Watch for it in your next scene: /scenarios").format(
        label=escape(step.label), right=step.right, all=step.total
    )


def _keyboard(step: DrillStep) -> list[list[Button]]:
    if step.pair is None or step.typed:
        return []
    both = (step.pair.right, step.pair.wrong) if step.right_first else (step.pair.wrong, step.pair.right)
    return [
        [Button(text=text, data=DrillChoice(step.session_id, step.number, at).encode())] for at, text in enumerate(both)
    ]
