"""The one line of the tutor at the head of a turn: what was said, in the learner's language, short and warm."""

from bot.scenarios.dialogue import Feedback, FeedbackKind
from bot.services.turns import SceneView
from bot.views.reply import escape, foreign
from bot.views.texts import Texts
from bot.views.wording import language_name, marked


def remark(view: SceneView, _: Texts) -> str:
    """Return the one line of the tutor, or nothing."""
    if view.too_long:
        return _("That is a long answer. One short sentence is enough here.")
    if view.no_more_help:
        return _("That is all the help there is. Copy the line below, or skip this one.")
    step = view.step
    if step is not None and (step.feedback is not None or not step.aside):
        feedback, model = step.feedback, step.model
    elif view.resumed:
        return ""
    else:
        feedback, model = view.screen.remark, view.screen.model
    if feedback is None:
        return ""
    if model is not None:
        return _with_model(feedback, foreign(model.text), view, _)
    return _about_words(feedback, view, _) or _worded(feedback, _)


def shows_the_model(view: SceneView) -> bool:
    """Tell whether the tutor's line already shows the answer to copy."""
    return view.screen.remark is not None and view.screen.remark.kind is FeedbackKind.OWN_LANGUAGE


def _with_model(feedback: Feedback, model: str, view: SceneView, _: Texts) -> str:
    if feedback.kind is FeedbackKind.OWN_LANGUAGE:
        language = language_name(view.language, _)
        return _("In {language}: <b>{model}</b> Now you.").format(language=language, model=model)
    return _("You could say: <b>{model}</b>").format(model=model)


def _about_words(feedback: Feedback, view: SceneView, _: Texts) -> str:
    """Answer a question about a word."""
    asked, found = foreign(feedback.asked), foreign(feedback.text)
    match feedback.kind:
        case FeedbackKind.HOW_TO_SAY:
            language = language_name(view.language, _)
            return _("“{asked}” in {language}: <b>{found}</b>").format(asked=asked, language=language, found=found)
        case FeedbackKind.MEANING:
            return _("<b>{asked}</b> means: {found}").format(asked=asked, found=found)
        case FeedbackKind.NO_SUCH_WORD:
            return _("Good question, but I do not know “{asked}”. You can manage without it here.").format(asked=asked)
        case _:
            return ""


def _worded(feedback: Feedback, _: Texts) -> str:
    right = f"<b>{marked(feedback.correction)}</b>" if feedback.correction else ""
    text = escape(feedback.text)
    match feedback.kind:
        case FeedbackKind.PROMPT:
            return text or _unexplained(feedback, _)
        case FeedbackKind.EXPLAIN:
            return " → ".join(filter(None, (text, right)))
        case FeedbackKind.NOTE:
            return " ".join(filter(None, (text, _("Once more?") if feedback.again else "")))
        case FeedbackKind.ACCENT | FeedbackKind.SLIP | FeedbackKind.GIST | FeedbackKind.ALSO:
            return _once_more(feedback, right, _) if feedback.again else _shown(feedback, right, _)
        case FeedbackKind.REPAIRED:
            return " ".join(filter(None, (_("Exactly, that's it."), right)))
        case _:
            return text or _aside(feedback, _)


def _unexplained(feedback: Feedback, _: Texts) -> str:
    if feedback.given:
        return _("Understood. Look at “{given}” again: how should it be?").format(given=foreign(feedback.given))
    return _("Understood. One word is not quite right: try again.")


def _shown(feedback: Feedback, right: str, _: Texts) -> str:
    if feedback.kind is FeedbackKind.ACCENT:
        return _("Right. With its accents: {right}").format(right=right)
    if feedback.kind is FeedbackKind.SLIP:
        return _("Understood. A small slip: {right}").format(right=right)
    if feedback.kind is FeedbackKind.GIST:
        return _("Understood. A natural way to say it: {right}").format(right=right)
    return _("Understood. You can also say: {right}").format(right=right)


def _once_more(feedback: Feedback, right: str, _: Texts) -> str:
    """Show how it is written, and ask for it once more: the wish of who wants to be corrected strictly."""
    if feedback.kind is FeedbackKind.ACCENT:
        return _("Right. Type it once more with its accents: {right}").format(right=right)
    if feedback.kind is FeedbackKind.SLIP:
        return _("Understood. Type it once more without the slip: {right}").format(right=right)
    return _("Understood. Now say it like this: {right}").format(right=right)


def _aside(feedback: Feedback, _: Texts) -> str:
    match feedback.kind:
        case FeedbackKind.NOTHING_WRONG:
            return _("Nothing was wrong just now. Go on!")
        case FeedbackKind.NO_WORDS:
            return _("I like it! But here it takes words: try a short answer.")
        case FeedbackKind.WENT_BACK:
            return _("One step back. Say it another way.")
        case FeedbackKind.CONTESTED:
            return _("You may well be right. It no longer counts against you, and a person will look at it. Go on!")
        case _:
            return ""
