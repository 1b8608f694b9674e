"""Which language is learnt, which one explains it, and how to change either."""

from bot.services.enrolment import Welcome, WhichNative
from bot.services.languages import Languages
from bot.views import onboarding
from bot.views.learner_presses import Explain, Learn
from bot.views.reply import Button, Reply
from bot.views.scene_presses import Play
from bot.views.texts import Texts
from bot.views.wording import language_name, rows


def chosen(result: Languages | Welcome | WhichNative, _: Texts) -> list[Reply]:
    """Show the languages as they are now, or welcome somebody who has just chosen theirs."""
    return [_screen(result, _)] if isinstance(result, Languages) else onboarding.welcomed(result, _)


def _screen(result: Languages, _: Texts) -> Reply:
    target, native = (f"<b>{language_name(code, _)}</b>" for code in (result.target, result.native))
    text = _("You are learning {target}, explained in {native}.").format(target=target, native=native)
    return Reply(text=text, keyboard=[*_choices(result, _), [_play(result, _)]])


def _choices(result: Languages, _: Texts) -> list[list[Button]]:
    learn = [
        Button(text=_("Learn {language}").format(language=language_name(code, _)), data=Learn(code).encode())
        for code in result.targets
        if code != result.target
    ]
    explain = [
        Button(text=_("Explain in {language}").format(language=language_name(code, _)), data=Explain(code).encode())
        for code in result.natives
        if code != result.native
    ]
    return [*rows(learn, 2), *rows(explain, 2)]


def _play(result: Languages, _: Texts) -> Button:
    return Button(text=_("Play: {scene}").format(scene=result.scene_title), data=Play(result.scenario_id).encode())
