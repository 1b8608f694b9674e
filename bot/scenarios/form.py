"""How well an answer was formed that was understood without being one of the right sentences.

Means in this order of trust: wrong words of a predicted error, words that do not agree, patterns that are wrong in any
scene, words of another language or of none, one little word off a right sentence. Where none of them speaks against an
answer it is right: a false accusation is worse than an error let through.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from bot.scenarios import kinship, wordlists
from bot.scenarios.alignment import differences, kind_of
from bot.scenarios.answer import Answer, answered, nameless, names
from bot.scenarios.formbook import FormBook, Words
from bot.scenarios.grammar import Noun, comparable
from bot.scenarios.patterns import EDGE
from bot.scenarios.scene import Scene
from bot.scenarios.segments import Segment, correct
from bot.scenarios.strange import strange
from bot.scenarios.verdict import Difference, DifferenceKind, Form, Heard, Layer, Verdict

OTHER_LANGUAGE = 2.0  # How much more another language must weigh than the target language to be named.
NO_JUDGE = frozenset({"third_person"})
SWAPPED = frozenset(comparable("a al de del en con por para to of in at for on with by à au aux du dans avec pour"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What speaks against an answer: the kind of fault, the words to put in place of others, and the noun concerned."""

    form: Form
    error_id: str | None = None
    noun: Noun | None = None
    swap: tuple[str, str] = ("", "")
    fixes: tuple[tuple[int, int, Words], ...] = ()
    near: bool = False
    differences: tuple[Difference, ...] = ()


def judge_form(scene: Scene, turn_id: str, heard: Heard, verdict: Verdict) -> Verdict:
    """Return the verdict with its form judged; what was not understood is only asked for its language."""
    if verdict.intent is None:
        return _other_language(scene, heard, verdict)
    if verdict.repair:
        return verdict
    if verdict.form is not None:
        return _compared(scene, turn_id, heard, verdict)
    if not NO_JUDGE.isdisjoint(verdict.signals):
        return replace(verdict, form=Form.OK)
    answer = answered(scene, turn_id, heard, verdict)
    evidence = _first(_MEANS, answer)
    return _with(answer, evidence) if evidence is not None else replace(verdict, form=Form.OK)


def _first(means: "_Means", answer: Answer) -> Evidence | None:
    """Return what the first means that finds anything finds."""
    return next(filter(None, (find(answer) for find in means)), None)


def _other_language(scene: Scene, heard: Heard, verdict: Verdict) -> Verdict:
    """Name the language of an answer that is not in the target language."""
    if verdict.layer is not Layer.UNKNOWN:
        return verdict
    spoken = wordlists.speaks(heard.folded, scene.form.language, margin=OTHER_LANGUAGE)
    if spoken == scene.form.language:
        return verdict
    return replace(verdict, signals=(*verdict.signals, f"other_language:{spoken}"))


def _compared(scene: Scene, turn_id: str, heard: Heard, verdict: Verdict) -> Verdict:
    """List how an answer differs from its right sentence; a missing accent that makes another word is an error."""
    if verdict.layer not in {Layer.ACCEPTED, Layer.TYPO} or not verdict.correction:
        return verdict
    if verdict.layer is Layer.TYPO:
        answer = answered(scene, turn_id, heard, verdict)
        evidence = _first(_SURE, answer)
        if evidence is not None:
            return _with(answer, evidence)
    found = differences(heard.spelt, verdict.words, scene.form.language)
    twins = scene.form.twins
    twin = next((one for one in found if frozenset((one.given, one.expected.casefold())) in twins), None)
    if twin is None:
        return replace(verdict, differences=found)
    return replace(verdict, form=Form.ERROR, error_id="accent", swap=(twin.expected, twin.given), differences=found)


def _piece(answer: Answer) -> Evidence | None:
    """Find the wrong words of a predicted error inside the answer, between the neighbours they have there."""
    said = answer.edged
    for wrong in answer.book.wrong(answer.turn_id):
        size = len(wrong.words)
        for at in range(1, len(said) - size):
            if said[at] != wrong.words[0] or said[at : at + size] != wrong.words:
                continue
            if wrong.before and said[at - 1] not in wrong.before and said[at - 1] not in answer.book.polite:
                continue
            if wrong.after and said[at + size] not in wrong.after:
                continue
            if wrong.swap[0].startswith(f"{said[at - 1]}'"):
                continue  # «it is» is as right as «it's»
            place = answer.places[at]
            good = tuple(wrong.swap[0].split()) if wrong.swap[0] else ()
            return Evidence(
                form=Form.ERROR, error_id=wrong.rule, swap=wrong.swap,
                fixes=((place, place + size, good),) if good else (),
                differences=_differ(answer, wrong.words, good),
            )  # fmt: skip
    return None


def _clash(answer: Answer) -> Evidence | None:
    """Find an article, an adjective or a number that does not agree with its noun."""
    found = answer.book.agreement.clash(answer.heard.folded, answer.heard.spelt)
    if found is None:
        return None
    given = answer.heard.spelt[found.at]
    return Evidence(
        form=Form.ERROR, error_id=found.rule, noun=found.noun, swap=(found.right, given),
        fixes=((found.at, found.at + 1, (found.right,)),) if found.right else (),
        differences=(Difference(given=given, expected=found.right, kind=DifferenceKind.FORM),),
    )  # fmt: skip


def _pattern(answer: Answer) -> Evidence | None:
    """Find a pattern that is wrong in this language."""
    found = answer.book.patterns.find(nameless(answer))
    if found is None:
        return None
    inside = [at for at in range(found.start, found.end) if answer.edged[at] != EDGE]
    given = " ".join(answer.heard.spelt[answer.places[at]] for at in inside)
    return Evidence(
        form=Form.ERROR, error_id=found.rule, swap=("", given),
        differences=(Difference(given=given, expected="", kind=DifferenceKind.FORM),),
    )  # fmt: skip


def _foreign(answer: Answer) -> Evidence | None:
    """Find the words of the learner's language that had to be translated to understand the answer."""
    if "foreign" not in answer.verdict.signals:
        return None
    said, spelt = answer.heard.folded, answer.heard.spelt
    pairs = kinship.foreign(answer.scene, answer.turn_id, said)
    if not pairs:
        return None
    at = next(iter(pairs))
    return Evidence(
        form=Form.ERROR, error_id="foreign_word", swap=(pairs[at], spelt[at]),
        fixes=tuple((place, place + 1, (right,)) for place, right in pairs.items()),
        differences=tuple(
            Difference(given=spelt[place], expected=right, kind=DifferenceKind.FOREIGN)
            for place, right in pairs.items()
        ),
    )  # fmt: skip


def _strange(answer: Answer) -> Evidence | None:
    """Find words of another language, or misspelt ones."""
    spelt = answer.heard.spelt
    expected = answer.scene.vocabulary(answer.turn_id)
    found = list(strange(answer.book, answer.heard, names(answer), answer.native, expected))
    if not found:
        return None
    listed = tuple(Difference(given=spelt[one.at], expected=one.right, kind=one.kind) for one in found)
    foreign = next((one for one in found if one.kind is DifferenceKind.FOREIGN), None)
    fixes = tuple((one.at, one.at + 1, (one.right,)) for one in found if one.right)
    if foreign is None:
        return Evidence(form=Form.SLIP, fixes=fixes, differences=listed)
    return Evidence(form=Form.ERROR, error_id="foreign_word", swap=("", spelt[foreign.at]), differences=listed)


def _little_word(answer: Answer) -> Evidence | None:
    """Find the one word by which the answer is no right sentence: a preposition, an article, the form of a verb."""
    start, end = answer.core
    said = answer.heard.folded[start:end]
    verdict = answer.verdict
    slots = tuple(sorted(verdict.slots.items()))
    near = answer.book.neighbours(answer.turn_id, verdict.intent or "", slots).nearest(said)
    for folded, shown in near:
        changes = [
            one for one in SequenceMatcher(None, said, folded, autojunk=False).get_opcodes() if one[0] != "equal"
        ]
        if len(changes) != 1:
            continue
        _, first, last, begin, finish = changes[0]
        rule = _off_by(answer.book, said, (first, last), folded[begin:finish])
        if rule is not None:
            given, right = " ".join(said[first:last]), shown[begin:finish]
            return Evidence(
                form=Form.ERROR, error_id=rule, near=True, swap=(" ".join(right), given),
                fixes=((start + first, start + last, right),),
                differences=(_one(answer.book, given, " ".join(right)),),
            )  # fmt: skip
    return None


def _off_by(book: FormBook, said: Words, gap: tuple[int, int], right: Words) -> str | None:
    """Name the error when one word replaces, or lacks, exactly one."""
    first, last = gap
    if len(right) != 1 or last - first > 1:
        return None
    (wanted,) = right
    if first == last:
        beside = (said[first - 1] if first else EDGE, said[first] if first < len(said) else EDGE)
        bare = wanted in book.articles and not book.bare_after.isdisjoint(said[:first])
        missing = (wanted in book.prepositions or wanted in book.articles) and not bare
        return "little_word" if missing and EDGE not in beside and beside not in book.pairs else None
    given = said[first]
    if {given, wanted} <= book.prepositions & SWAPPED:
        return "little_word"
    infinitive = book.is_infinitive
    if infinitive(given) != infinitive(wanted) and kind_of(given, wanted, book.language) is DifferenceKind.FORM:
        return "verb_form"
    return None


def _differ(answer: Answer, wrong: Words, good: Words) -> tuple[Difference, ...]:
    return (_one(answer.book, " ".join(wrong), " ".join(good)),)


def _one(book: FormBook, given: str, right: str) -> Difference:
    """Name one difference, a missing word included."""
    if not given:
        return Difference(given=given, expected=right, kind=DifferenceKind.MISSING)
    kind = kind_of(given, right, book.language) if right else DifferenceKind.FORM
    return Difference(given=given, expected=right, kind=kind)


def _with(answer: Answer, evidence: Evidence) -> Verdict:
    """Give the verdict its form, with the learner's own sentence put right where that is possible."""
    return replace(
        answer.verdict,
        form=evidence.form,
        layer=Layer.FORM if evidence.near else answer.verdict.layer,
        error_id=evidence.error_id,
        noun=evidence.noun,
        swap=evidence.swap,
        correction=_mended(answer, evidence) or answer.verdict.correction,
        differences=evidence.differences,
    )


def _mended(answer: Answer, evidence: Evidence) -> tuple[Segment, ...]:
    """Return what was said with the wrong words replaced."""
    heard = answer.heard
    if not evidence.fixes or len(heard.said.tokens) != len(heard.spelt):
        return ()
    return correct(heard.said, tuple(_replaced(heard.spelt, evidence.fixes)))


def _replaced(spelt: Words, fixes: tuple[tuple[int, int, Words], ...]) -> Iterator[str]:
    at = 0
    for start, end, right in sorted(fixes):
        yield from spelt[at:start]
        yield from right
        at = end
    yield from spelt[at:]


_Means = tuple[Callable[[Answer], Evidence | None], ...]
_SURE: _Means = (_piece, _clash, _pattern)
_MEANS: _Means = (_foreign, *_SURE, _strange, _little_word)
