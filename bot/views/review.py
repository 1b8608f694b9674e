"""Questions, verdicts and the reminder."""

from dataclasses import replace

from bot.scenarios.comparison import MatchKind
from bot.services.parked import ParkedScene
from bot.services.prompting import Prompted
from bot.services.questions import GAP, Asked
from bot.services.review import Answered, More, NothingDue, PutOff
from bot.services.second_thoughts import Conceded, Undone
from bot.services.sitting import Summary
from bot.views.practice_presses import Choice, Enough, GoOn, Later, NotToday, QuestionHint, Undo, WasRight
from bot.views.reply import Button, Reply, escape, foreign, shortened
from bot.views.scene_presses import Continue
from bot.views.texts import Texts
from bot.views.wording import LEARNER_LINE, day, interval, marked, quote, rows
from storage.delivery_tables import Priority
from storage.memory_tables import QuestionForm

GIVE_UP = -1
_SECONDS_A_QUESTION = 15
_BUTTON_TEXT = 60


def question_slot(question_id: int) -> str:
    """Return the place of a question in the chat."""
    return f"question:{question_id}"


def asked(question: Asked | NothingDue, _: Texts) -> Reply:
    """Put a question, or say that nothing is due."""
    if isinstance(question, NothingDue):
        return _nothing_due(question, _)
    return Reply(text=_question(question, _), keyboard=_answers(question, _), slot=question_slot(question.question_id))


def helped(question: Asked, _: Texts) -> Reply:
    """Show the same question with more of its letters."""
    return replace(asked(question, _), edit=True)


def answered(result: Answered, _: Texts) -> Reply:
    """Give the verdict, and what follows it."""
    verdict = _verdict(result, _)
    contest = [Button(text=_("I was right"), data=WasRight(result.asked.question_id).encode())]
    wrong = result.match.kind is MatchKind.WRONG and bool(result.given)
    undo = [] if result.practice else [Button(text=_("Undo"), data=Undo(result.review_id).encode())]
    after = [[*(contest if wrong else []), *undo]]
    match result.following:
        case Asked() as question:
            following = asked(question, _)
            return replace(
                following,
                text=f"{quote(verdict)}\n{following.text}",
                keyboard=[*following.keyboard, *filter(None, after)],
            )
        case More() as more:
            return Reply(
                text=f"{verdict}\n{_more(more, _)}",
                keyboard=[_go_on(more, _), *filter(None, after), *_back(more.parked, _)],
            )
        case Summary() as summary:
            keyboard = [*filter(None, after), *_back(summary.parked, _)]
            return Reply(text=f"{quote(verdict)}\n{_summary(summary, _)}", keyboard=keyboard)
        case _:
            text = _("That was only a first look. The question itself comes tomorrow.")
            return Reply(text=f"{quote(verdict)}\n{text}")


def pressed_answer(result: Answered, _: Texts) -> Reply:
    """Give the verdict on a pressed answer; the question loses its buttons."""
    return replace(answered(result, _), strip=question_slot(result.asked.question_id))


def finished(summary: Summary, _: Texts) -> Reply:
    """Sum a sitting up."""
    return Reply(text=_summary(summary, _), keyboard=_back(summary.parked, _))


def went_on(result: Asked | Summary, _: Texts) -> Reply:
    """Put the next question, or sum up when there is none."""
    return finished(result, _) if isinstance(result, Summary) else asked(result, _)


def put_off(result: PutOff, _: Texts) -> Reply:
    """Agree to wait."""
    if result.today_no_more:
        return Reply(text=_("All right, not today. See you tomorrow."), strip=question_slot(result.question_id))
    return Reply(text=_("All right. The question stays here: answer whenever you like."))


def undone(result: Undone, _: Texts) -> Reply:
    """Show the question again after an answer was taken back."""
    again, note = asked(result.asked, _), _("Taken back. Here it is again.")
    return replace(again, text=f"{quote(note)}\n{again.text}")


def conceded(result: Conceded, _: Texts) -> Reply:
    """Believe the learner, and go on."""
    when = (
        ""
        if result.comes_on is None
        else _("It comes back {when}.").format(when=interval(result.comes_on, result.today, _))
    )
    text = " ".join(filter(None, (_("Then it counts as right, and a person will look at it. Thank you."), when)))
    if result.following is None:
        return Reply(text=text)
    following = went_on(result.following, _)
    return replace(following, text=f"{quote(text)}\n{following.text}")


def prompt(result: Prompted, _: Texts) -> Reply:
    """Word a reminder: the question itself, so that nothing needs to be opened first."""
    assert result.asked is not None and result.decision is not None  # noqa: S101, PT018 - only sent prompts are worded
    greeting = _("Welcome back. Five easy ones?") if result.welcome_back else _wording(result.wording, result.asked, _)
    question = asked(result.asked, _)
    keyboard = [*question.keyboard, _put_off_buttons(result.asked, _), *_back(result.parked, _)]
    return replace(
        question,
        text=f"{greeting}\n\n{question.text}",
        keyboard=keyboard,
        strip=question_slot(result.replaces) if result.replaces is not None else None,
        priority=Priority.PROMPT,
        expires_at=result.decision.expires_at,
        prompt_id=result.prompt_id,
    )


def goodbye(result: Prompted, _: Texts) -> Reply:
    """Say the one last line before silence."""
    assert result.decision is not None  # noqa: S101 - a goodbye is always decided
    return Reply(
        text=_("I will be quiet now. Your words are kept: write whenever you feel like it."),
        priority=Priority.PROMPT,
        expires_at=result.decision.expires_at,
        prompt_id=result.prompt_id,
    )


def _nothing_due(result: NothingDue, _: Texts) -> Reply:
    if result.next_on is None:
        return Reply(text=_("There are no words to review yet. Play a scene first: /scenarios"))
    when = day(result.next_on, result.today, _)
    return Reply(text=_("Nothing is due now. The next word comes {day}.").format(day=when))


def _question(question: Asked, _: Texts) -> str:
    if question.form is QuestionForm.CHOICE:
        return "\n".join((_sentence(question, blank=False), _("What does it mean?")))
    meaning = question.sentence_translation or question.translation
    words = len(question.gap.split())
    lines = (
        _("You once said:") if question.own_line else "",
        _sentence(question, blank=True),
        f"<i>{escape(meaning)}</i>" if meaning else "",
        f"<code>{escape(question.hint)}</code>" if question.hint else "",
        _.ngettext("Type the missing word.", "Type the {n} missing words.", words),
    )
    return "\n".join(line for line in lines if line)


def _sentence(question: Asked, *, blank: bool) -> str:
    """Return the sentence with its word left out, or set apart."""
    at = question.sentence.casefold().find(question.gap.casefold())
    if at < 0:
        return f"<b>{GAP if blank else foreign(question.word)}</b>"
    before, word = question.sentence[:at], question.sentence[at : at + len(question.gap)]
    after = question.sentence[at + len(question.gap) :]
    middle = GAP if blank else f"<b>{escape(word)}</b>"
    return f"\u2068{escape(before)}{middle}{escape(after)}\u2069"


def _answers(question: Asked, _: Texts) -> list[list[Button]]:
    number = question.question_id
    options = [
        Button(text=shortened(option, _BUTTON_TEXT), data=Choice(number, at).encode())
        for at, option in enumerate(question.options)
    ]
    give_up = Button(text=_("I don't know"), data=Choice(number, GIVE_UP).encode())
    if question.form is QuestionForm.CHOICE:
        return [*rows(options, 1), [give_up]]
    return [[Button(text=_("Hint"), data=QuestionHint(number).encode()), give_up]]


def _put_off_buttons(question: Asked, _: Texts) -> list[Button]:
    number = question.question_id
    return [
        Button(text=_("Later"), data=Later(number).encode()),
        Button(text=_("Not today"), data=NotToday(number).encode()),
    ]


def _back(parked: ParkedScene | None, _: Texts) -> list[list[Button]]:
    if parked is None:
        return []
    text = _("Back to “{title}”").format(title=shortened(parked.title, _BUTTON_TEXT - 12))
    return [[Button(text=text, data=Continue(parked.run_id).encode())]]


def _verdict(result: Answered, _: Texts) -> str:
    match = result.match
    right = f"<b>{marked(match.correction) if match.correction else foreign(match.expected)}</b>"
    texts = {
        MatchKind.RIGHT: _("Right."),
        MatchKind.ACCENT: _("Right. With its accents: {right}.").format(right=right),
        MatchKind.SLIP: _("Right, with a small slip: {right}.").format(right=right),
        MatchKind.WRONG: _wrong(result, right, _),
    }
    back = _("Back {when}.").format(when=interval(result.comes_on, result.today, _)) if result.comes_on else ""
    return " ".join(filter(None, (texts[match.kind], back)))


def _wrong(result: Answered, right: str, _: Texts) -> str:
    if not result.given:
        return _("It is {right}.").format(right=right)
    given = foreign(shortened(result.given, LEARNER_LINE // 3))
    return _("Not quite: {right} (you: {given}).").format(right=right, given=given)


def _more(more: More, _: Texts) -> str:
    minutes = max(1, round(more.remaining * _SECONDS_A_QUESTION / 60))
    left = _.ngettext("{n} more", "{n} more", more.remaining)
    return left + _.ngettext(", about a minute.", ", about {n} minutes.", minutes)


def _go_on(more: More, _: Texts) -> list[Button]:
    return [
        Button(text=_("Go on"), data=GoOn(more.question_id).encode()),
        Button(text=_("Enough for today"), data=Enough(more.question_id).encode()),
    ]


def _summary(summary: Summary, _: Texts) -> str:
    done = _("Done: {right} of {all} right.").format(right=summary.right, all=summary.studied)
    if summary.next_on is None:
        return done
    following = _("The next word comes {day}.").format(day=day(summary.next_on, summary.today, _))
    return f"{done} {following}"


def _wording(number: int, question: Asked, _: Texts) -> str:
    texts = (
        _("One quick question:"),
        _("This one is about to slip away:"),
        _("Do you still have it?"),
        _("Straight back into the scene:"),
        _("Ten seconds, one word:"),
        _("A word that wants to be remembered:"),
        _("A small one for today:"),
        _("You met this one not long ago:"),
        _("Just this one, if you like:"),
        _("Before it fades:"),
        _("What was it again?"),
        _("Can you finish the line?") if question.form is QuestionForm.GAP else _("Does this ring a bell?"),
    )
    return texts[number % len(texts)]
