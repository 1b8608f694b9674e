"""The scene as a message: dots, one remark of the tutor, the partner's line, the task."""

from collections.abc import Sequence
from dataclasses import replace

from bot.scenarios.dialogue import Help, Screen
from bot.services.leaving import Left
from bot.services.practice import Overtaken, SceneView, Unfinished
from bot.services.scenes import MyLines, SceneOffer, ScenePage
from bot.views import debrief
from bot.views.remarks import remark, shows_the_model
from bot.views.reply import Button, Reply, escape, foreign, shortened, units
from bot.views.scene_keys import keyboard, objection
from bot.views.scene_presses import Continue, Play, PlayAnew, Scenes
from bot.views.texts import Texts
from bot.views.wording import LEARNER_LINE, language_name, quote, speech
from storage.tables import RunKind

MOST_WORDS = 40
SCENES_ON_A_PAGE = 8
PRAISE = "\N{CLAPPING HANDS SIGN}"  # A reaction to a mended error or a fine long sentence.
_LINES_LIMIT = 3500  # of a message's 4096, so that what frames the lines always fits


def screen_slot(run_id: int) -> str:
    """Return the place of a run's screen in the chat."""
    return f"run:{run_id}:screen"


def played(view: SceneView, _: Texts) -> list[Reply]:
    """Show what an answer led to: always one new message; at the end it is the debrief."""
    praise = PRAISE if view.step is not None and view.step.fine else None
    if view.debrief is not None:
        first, *rest = debrief.ended(view.debrief, remark(view, _), _)
        return [replace(first, react=praise, keyboard=[*first.keyboard, *objection(view, _)]), *rest]
    return [Reply(text=_turn(view, _), keyboard=keyboard(view, _), slot=screen_slot(view.run_id), react=praise)]


def pressed(view: SceneView, _: Texts) -> list[Reply]:
    """Show what a button led to: the story goes on below, and the screen it was pressed on loses its buttons."""
    first, *rest = played(view, _)
    return [replace(first, strip=screen_slot(view.run_id)), *rest]


def redrawn(view: SceneView, _: Texts) -> Reply:
    """Show the current turn in its place."""
    return Reply(text=_turn(view, _), keyboard=keyboard(view, _), slot=screen_slot(view.run_id), edit=True)


def moved(result: SceneView | Overtaken, _: Texts) -> list[Reply]:
    """Show what a button led to; one that came too late gets a kind word and the current screen."""
    return overtaken(result, _) if isinstance(result, Overtaken) else pressed(result, _)


def hinted(result: SceneView | Overtaken, _: Texts) -> list[Reply]:
    """Show the same turn with more help, in its place."""
    return overtaken(result, _) if isinstance(result, Overtaken) else [redrawn(result, _)]


def unfolded(result: SceneView | Overtaken, _: Texts) -> list[Reply]:
    """Show the same turn with something unfolded, in its place."""
    return hinted(result, _)


def said_again(result: SceneView | Overtaken, _: Texts) -> list[Reply]:
    """Say the lines again: slowly or translated in their place, as they were below."""
    if isinstance(result, Overtaken) or result.step is None:
        return hinted(result, _)
    changed = any(line != shown for line, shown in zip(result.step.said, result.screen.said, strict=True))
    return [redrawn(result, _)] if changed else pressed(result, _)


def contested(result: SceneView | None, _: Texts) -> Reply:
    """Thank a learner who objects; the turn stays as it is."""
    thanks = _("Thank you. A person will look at it.")
    if result is None:
        return Reply(text=thanks, toast=thanks)
    return replace(redrawn(result, _), toast=thanks)


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


def scene_list(offers: Sequence[SceneOffer], _: Texts, page: int = 0) -> Reply:
    """List the scenes there are, a page at a time, and say which one uses words that are due."""
    if not offers:
        return Reply(text=_("There are no scenes for your languages yet. /help shows what else you can do."))
    last = (len(offers) - 1) // SCENES_ON_A_PAGE
    page = min(page, last)
    shown = offers[page * SCENES_ON_A_PAGE : (page + 1) * SCENES_ON_A_PAGE]
    buttons = [[Button(text=_offer(offer, _), data=Play(offer.id).encode())] for offer in shown]
    turn = [
        Button(text=_("‹ Easier"), data=Scenes(page - 1).encode()) if page else None,
        Button(text=_("Harder ›"), data=Scenes(page + 1).encode()) if page < last else None,
    ]
    ask = _("Which scene would you like to play?")
    text = "\n".join(filter(None, (ask, _most_due(offers, _))))
    return Reply(text=text, keyboard=[*buttons, *filter(None, ([each for each in turn if each],))], slot="scenes")


def scene_page(result: ScenePage, _: Texts) -> Reply:
    """Turn to another page of the scenes, in its place."""
    return replace(scene_list(result.offers, _, result.page), edit=True)


def _most_due(offers: Sequence[SceneOffer], _: Texts) -> str:
    most = max(offers, key=lambda offer: offer.due)
    if not most.due or len(offers) == 1:
        return ""
    reason = _.ngettext("it uses {n} word you are due for", "it uses {n} words you are due for", most.due)
    return _("A good one now: <b>{title}</b>, {reason}.").format(title=escape(most.title), reason=reason)


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
    parts = (
        _heading(view, _),
        "\n".join(filter(None, (_dots(screen), quote(told) if (told := remark(view, _)) else ""))),
        spoken,
        _glossary(view),
        "\n".join(
            filter(
                None,
                (
                    f"› {escape(task)}" if task else "",
                    _due_word(view, _),
                    "" if shows_the_model(view) and not view.no_more_help else _help(screen.help, _),
                ),
            )
        ),
    )
    return "\n\n".join(part for part in parts if part)


def _heading(view: SceneView, _: Texts) -> str:
    if view.opening:
        intro = {
            RunKind.WEAK_TURN.value: _("Just this one turn, once more."),
            RunKind.SWAPPED.value: _("Now you play the other part: say each line in {language}.").format(
                language=language_name(view.language, _)
            ),
        }.get(view.kind, _("Type your answers. Mistakes are fine, accents are optional."))
        waits = (
            _("{title} waits where you left it: /continue").format(title=escape(view.waiting)) if view.waiting else ""
        )
        return "\n".join(filter(None, (f"<b>{escape(view.title)}</b>", intro, waits)))
    if not view.resumed:
        return ""
    recap = view.screen.recap
    if recap is None:
        return f"<b>{escape(view.title)}</b>"
    last = foreign(shortened(recap.answered, LEARNER_LINE // 3))
    return _("<b>{title}</b>: you had just said “{last}”.").format(title=escape(view.title), last=last)


def _due_word(view: SceneView, _: Texts) -> str:
    """Ask for a word that is due, by what it means."""
    if not view.due_word:
        return ""
    return _("Try to use your word for “{meaning}”.").format(meaning=escape(view.due_word))


def _dots(screen: Screen) -> str:
    done, count = screen.phase_index, screen.phase_count
    return "●" * (done + 1) + "○" * (count - done - 1)


def _glossary(view: SceneView) -> str:
    """List the words of the line, as many as a message holds."""
    shown = [f"<b>{foreign(gloss.word)}</b> – {escape(gloss.meaning)}" for gloss in view.words]
    return "\n".join(shown[:MOST_WORDS])


def _help(found: Help | None, _: Texts) -> str:
    if found is None:
        return ""
    if found.model is not None:
        return _("Say it like this: <b>{model}</b>").format(model=foreign(found.model.text))
    if found.hint:
        return _("First letters: <code>{hint}</code>").format(hint=escape(found.hint))
    if found.built:
        return _("Your answer: <b>{answer}</b> …").format(answer=foreign(found.sentence))
    return _("Words that help: {words}").format(words=foreign(" · ".join(found.words)))
