"""The first message, the choice of languages, the list of commands, and the goodbye."""

from bot.services.enrolment import BEGINNER, EXPERIENCED, Deleted, PhraseList, Welcome, WhichNative
from bot.services.practice import SceneView, Unfinished
from bot.views import dialogue
from bot.views.learner_presses import Delete, Experience, Native, OtherLanguage
from bot.views.reply import Button, Reply, escape, foreign
from bot.views.scene_presses import Continue, Play
from bot.views.texts import Texts
from bot.views.wording import language_name, rows


def welcomed(result: Welcome | WhichNative | PhraseList | SceneView | Unfinished, _: Texts) -> list[Reply]:
    """Show whatever comes first."""
    match result:
        case Welcome():
            return [_welcome(result, _)]
        case WhichNative():
            return [_which_native(result, _)]
        case PhraseList():
            return [_phrases(result, _)]
        case _:
            return dialogue.opened(result, _)


def descriptions(_: Texts) -> dict[str, str]:
    """Return what each listed command does, in the order Telegram shows them."""
    return {
        "scenarios": _("Choose a scene to play"),
        "continue": _("Go on where you left off"),
        "hint": _("A little help in the scene"),
        "quit": _("Leave the scene"),
        "review": _("Review the words that are due"),
        "words": _("All your words"),
        "progress": _("What you have done"),
        "feedback": _("How strictly you are corrected"),
        "timezone": _("Your clock and your hour"),
        "language": _("What you learn, and what explains it"),
        "help": _("What you can do here"),
        "delete": _("Delete everything about you"),
    }


def commands(_: Texts) -> Reply:
    """List what can be done."""
    lines = [f"/{name} – {text}" for name, text in descriptions(_).items() if name != "help"]
    intro = _("You play real situations with a partner who speaks the language. Your words come back before they fade.")
    return Reply(text="\n".join((intro, "", *lines)))


def confirm_delete(_result: None, _: Texts) -> Reply:
    """Ask before everything is deleted."""
    text = _("Delete everything: your scenes, your words, your history? This cannot be undone.")
    yes = Button(text=_("Delete everything"), data=Delete(1).encode())
    return Reply(text=text, keyboard=[[yes, Button(text=_("Keep everything"), data=Delete(0).encode())]])


def kept(_result: None, _: Texts) -> Reply:
    """Say that nothing was deleted."""
    return Reply(text=_("Everything is kept."))


def deleted(_result: Deleted, _: Texts) -> Reply:
    """Say that nothing is left, leaving no trace of it."""
    return Reply(text=_("Everything is deleted. If you ever want to begin again: /start"), forget=True)


def _welcome(result: Welcome, _: Texts) -> Reply:
    language = language_name(result.target, _)
    scene = f"<b>{escape(result.scene_title)}</b>"
    if result.returning:
        return _welcome_back(result, scene, _)
    minutes = _.ngettext("about {n} minute", "about {n} minutes", result.minutes)
    text = _(
        "Welcome! Here you rehearse real situations in {language}. The first: {scene}, {minutes}.\n"
        "You just type your answers: mistakes are fine, accents are optional."
    ).format(language=language, scene=scene, minutes=minutes)
    buttons = [
        Button(text=_("I'm new to {language}").format(language=language), data=Experience(BEGINNER).encode()),
        Button(text=_("I know some"), data=Experience(EXPERIENCED).encode()),
        Button(text=_("Another language"), data=OtherLanguage().encode()),
    ]
    return Reply(text=text, keyboard=rows(buttons, 1))


def _welcome_back(result: Welcome, scene: str, _: Texts) -> Reply:
    if result.open_run is not None:
        title = f"<b>{escape(result.open_title or '')}</b>"
        button = Button(text=_("Go on"), data=Continue(result.open_run).encode())
        return Reply(text=_("Welcome back. Shall we go on with {scene}?").format(scene=title), keyboard=[[button]])
    button = Button(text=_("Play"), data=Play(result.scenario_id).encode())
    return Reply(text=_("Welcome back. Shall we play {scene}?").format(scene=scene), keyboard=[[button]])


def _which_native(result: WhichNative, _: Texts) -> Reply:
    language = language_name(result.target, _)
    text = _("Here you learn {language}. In which language shall I explain?").format(language=language)
    buttons = [Button(text=language_name(code, _).capitalize(), data=Native(code).encode()) for code in result.natives]
    buttons.append(Button(text=_("Another language"), data=OtherLanguage().encode()))
    return Reply(text=text, keyboard=rows(buttons, 2))


def _phrases(result: PhraseList, _: Texts) -> Reply:
    lines = [f"<b>{foreign(card.word)}</b> – {escape(card.translation)}" for card in result.phrases]
    intro = _("A quick look at a few phrases, then we begin:")
    ready = Button(text=_("I'm ready"), data=Play(result.scenario_id).encode())
    return Reply(text="\n".join((intro, "", *lines)), keyboard=[[ready]])
