"""The scene as a message: dots, one remark of the tutor, the partner's line, the task."""

from collections.abc import Sequence
from dataclasses import replace

from bot.scenarios.dialogue import Feedback, FeedbackKind, Help, Screen
from bot.services.leaving import Left
from bot.services.practice import Overtaken, SceneView, Unfinished
from bot.services.scenes import MyLines, SceneOffer
from bot.views import debrief
from bot.views.callbacks import Continue, Hint, Pause, Play, PlayAnew, Skip, Starter
from bot.views.reply import Button, Reply, escape, foreign, shortened, units
from bot.views.texts import Texts
from bot.views.wording import LEARNER_LINE, language_name, marked, quote, rows, speech

LAST_HELP = 3
_LINES_LIMIT = 3500  # of a message's 4096, so that what frames the lines always fits


def screen_slot(run_id: int) -> str:
    """Return the place of a run's screen in the chat."""
    return f"run:{run_id}:screen"


def played(view: SceneView, _: Texts) -> list[Reply]:
    """Show what an answer led to: always one new message; at the end it is the debrief."""
    if view.debrief is not None:
        return debrief.ended(view.debrief, _remark(view, _), _)
    return [Reply(text=_turn(view, _), keyboard=_keyboard(view, _), slot=screen_slot(view.run_id))]


def pressed(view: SceneView, _: Texts) -> list[Reply]:
    """Show what a button led to: the story goes on below, and the screen it was pressed on loses its buttons."""
    first, *rest = played(view, _)
    return [replace(first, strip=screen_slot(view.run_id)), *rest]


def redrawn(view: SceneView, _: Texts) -> Reply:
    """Show the current turn in its place."""
    return Reply(text=_turn(view, _), keyboard=_keyboard(view, _), slot=screen_slot(view.run_id), edit=True)


def moved(result: SceneView | Overtaken, _: Texts) -> list[Reply]:
    """Show what a button led to; one that came too late gets a kind word and the current screen."""
    return overtaken(result, _) if isinstance(result, Overtaken) else pressed(result, _)


def hinted(result: SceneView | Overtaken, _: Texts) -> list[Reply]:
    """Show the same turn with more help, in its place."""
    return overtaken(result, _) if isinstance(result, Overtaken) else [redrawn(result, _)]


def overtaken(result: Overtaken, _: Texts) -> list[Reply]:
    """Answer a button that came too late: a kind word, and the current screen unless it has only just been shown."""
    toast = _("The scene has moved on. Here is where you are.")
    if result.just_shown:
        return [Reply(toast=toast)]
    screen, *rest = pressed(result.view, _)
    return [replace(screen, toast=toast), *rest]


def opened(result: SceneView | Unfinished, _: Texts) -> list[Reply]:
    """Show a scene just opened, or ask whether to go on with the one begun."""
    if isinstance(result, Unfinished):
        return [unfinished(result, _)]
    return played(result, _) if result.step is not None else pressed(result, _)


def unfinished(result: Unfinished, _: Texts) -> Reply:
    """Ask whether to go on with a scene or to begin it anew."""
    text = _("You are in the middle of <b>{title}</b>.").format(title=escape(result.title))
    go_on = Button(text=_("Go on"), data=Continue(result.run_id).encode())
    anew = Button(text=_("Start again"), data=PlayAnew(result.scenario_id).encode())
    return Reply(text=text, keyboard=[[go_on, anew]])


def left(result: Left, _: Texts) -> Reply:
    """Say goodbye to a scene, and how to come back."""
    words = _.ngettext("{n} word from it is kept.", "{n} words from it are kept.", result.words) if result.words else ""
    if result.paused:
        text = _("The scene waits for you, right where you left it.")
        button = Button(text=_("Go on"), data=Continue(result.run_id).encode())
    else:
        text = _("You have left the scene.")
        button = Button(text=_("Play it again"), data=Play(result.scenario_id).encode())
    return Reply(text=" ".join(filter(None, (text, words))), keyboard=[[button]], strip=screen_slot(result.run_id))


def scene_list(offers: Sequence[SceneOffer], _: Texts) -> Reply:
    """List the scenes there are."""
    if not offers:
        return Reply(text=_("There are no scenes for your languages yet. /help shows what else you can do."))
    buttons = [Button(text=_offer(offer, _), data=Play(offer.id).encode()) for offer in offers]
    return Reply(text=_("Which scene would you like to play?"), keyboard=rows(buttons, 1))


def lines(result: MyLines, _: Texts) -> Reply:
    """Put the learner's lines beside more natural ones."""
    if not result.lines:
        return Reply(text=_("You have not said anything in this scene yet."))
    shown: list[str] = []
    for line in result.lines:
        said = _("You: {line}").format(line=foreign(shortened(line.said, LEARNER_LINE)))
        model = "\n→ " + f"<b>{foreign(line.model.text)}</b>" if line.model else " ✓"
        if units("\n".join([*shown, said, model])) > _LINES_LIMIT:
            break
        shown.append(said + model)
    title = _("<b>{title}: your lines</b>").format(title=escape(result.title))
    return Reply(text="\n".join([title, "", *shown]))


def _offer(offer: SceneOffer, _: Texts) -> str:
    best = _("best {score}").format(score=offer.best_score) if offer.best_score is not None else None
    minutes = _.ngettext("{n} min", "{n} min", offer.minutes)
    beta = _("beta") if offer.beta else None
    return " · ".join(filter(None, (offer.title, offer.cefr, minutes, beta, best)))


def _turn(view: SceneView, _: Texts) -> str:
    screen, step = view.screen, view.step
    said = step.said if step is not None and step.said else screen.said
    spoken = "\n".join(filter(None, (speech(said, _), f"<i>{escape(screen.stage)}</i>" if screen.stage else "")))
    task = "" if screen.stage else screen.task
    shown = step is not None and step.feedback is not None and step.feedback.kind is FeedbackKind.OWN_LANGUAGE
    parts = (
        _heading(view, _),
        "\n".join(filter(None, (_dots(screen), quote(remark) if (remark := _remark(view, _)) else ""))),
        spoken,
        "\n".join(filter(None, (f"› {escape(task)}" if task else "", "" if shown else _help(screen.help, _)))),
    )
    return "\n\n".join(part for part in parts if part)


def _heading(view: SceneView, _: Texts) -> str:
    if view.opening:
        intro = _("Type your answers. Mistakes are fine, accents are optional.")
        return f"<b>{escape(view.title)}</b>\n{intro}"
    if not view.resumed:
        return ""
    recap = view.screen.recap
    if recap is None:
        return f"<b>{escape(view.title)}</b>"
    last = foreign(shortened(recap.answered, LEARNER_LINE // 3))
    return _("<b>{title}</b>: you had just said “{last}”.").format(title=escape(view.title), last=last)


def _dots(screen: Screen) -> str:
    done, count = screen.phase_index, screen.phase_count
    return "●" * (done + 1) + "○" * (count - done - 1)


def _remark(view: SceneView, _: Texts) -> str:
    """Return the one line of the tutor, or nothing."""
    if view.too_long:
        return _("That is a long answer. One short sentence is enough here.")
    step = view.step
    if step is None or step.feedback is None:
        return ""
    if step.model is not None:
        return _with_model(step.feedback, foreign(step.model.text), view, _)
    return _worded(step.feedback, _)


def _with_model(feedback: Feedback, model: str, view: SceneView, _: Texts) -> str:
    if feedback.kind is FeedbackKind.OWN_LANGUAGE:
        language = language_name(view.language, _)
        return _("In {language}: <b>{model}</b> Now you.").format(language=language, model=model)
    return _("You could say: <b>{model}</b>").format(model=model)


def _worded(feedback: Feedback, _: Texts) -> str:
    right = f"<b>{marked(feedback.correction)}</b>" if feedback.correction else ""
    text = escape(feedback.text)
    match feedback.kind:
        case FeedbackKind.PROMPT:
            return text or _("Understood. One word is not quite right: try again.")
        case FeedbackKind.EXPLAIN | FeedbackKind.NOTE:
            return " ".join(filter(None, (text, right if feedback.kind is FeedbackKind.EXPLAIN else "")))
        case FeedbackKind.ACCENT:
            return _("Right. With its accents: {right}").format(right=right)
        case FeedbackKind.SLIP:
            return _("Understood. A small slip: {right}").format(right=right)
        case FeedbackKind.GIST:
            return _("Understood. A natural way to say it: {right}").format(right=right)
        case FeedbackKind.REPAIRED:
            return " ".join(filter(None, (_("Exactly, that's it."), right)))
        case _:
            return text


def _help(found: Help | None, _: Texts) -> str:
    if found is None:
        return ""
    if found.model is not None:
        return _("Say it like this: <b>{model}</b>").format(model=foreign(found.model.text))
    if found.hint:
        return _("First letters: <code>{hint}</code>").format(hint=escape(found.hint))
    return _("Words that help: {words}").format(words=foreign(" · ".join(found.words)))


def _keyboard(view: SceneView, _: Texts) -> list[list[Button]]:
    run, version = view.run_id, view.version
    starters = [
        Button(text=starter, data=Starter(run, version, number).encode())
        for number, starter in enumerate(view.screen.starters)
    ]
    level = view.screen.help.level if view.screen.help else 0
    controls = [
        Button(text=_("Hint"), data=Hint(run, version).encode()) if level < LAST_HELP else None,
        Button(text=_("Skip"), data=Skip(run, version).encode()),
        Button(text=_("Pause"), data=Pause(run).encode()),
    ]
    return [row for row in (starters, [button for button in controls if button]) if row]
