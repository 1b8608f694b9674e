"""The verdict on an answer: what it means (intent and slots) and how well it was formed.

Layers are tried from the surest to the loosest: accepted, predicted error, repair phrase, typo, gist, the learner's own
language. Nothing is ever accepted because it merely looks similar.
"""

from collections.abc import Iterator, Sequence

from bot.scenarios import elision, kinship, names, recasts, senses, spelling
from bot.scenarios.clauses import marked
from bot.scenarios.comparison import Match, MatchKind, compare
from bot.scenarios.form import judge_form
from bot.scenarios.phrasebook import Mistake, Phrase
from bot.scenarios.scene import Scene
from bot.scenarios.segments import correct
from bot.scenarios.senses import Sense
from bot.scenarios.text import fold, utterance
from bot.scenarios.values import replace
from bot.scenarios.verdict import Form, Heard, Layer, Verdict

__all__ = ["Form", "Layer", "Match", "MatchKind", "Verdict", "compare", "grade", "trace"]

LONGEST_TEXT = 1000
CONFIDENCE = {Layer.ACCEPTED: 100, Layer.PREDICTED: 100, Layer.REPAIR: 100, Layer.TYPO: 95, Layer.FORM: 90}
PLAINLY = 1.5  # How much more frequent a word of the learner's language is there, on the Zipf scale, to be one.
LONGEST = 60  # Words of an answer that are looked at; a longer one is a speech, not a line.


def grade(scene: Scene, turn_id: str, text: str, spoken: Sequence[str] = ()) -> Verdict:
    """Judge an answer to a turn, given the ids of the texts just spoken; any text has one verdict, always the same."""
    heard = _hear(scene, text)
    if not heard.folded:
        return Verdict(intent=None, slots={}, form=None, layer=Layer.UNKNOWN, signals=("no_words",))
    for layer in (_accepted, _predicted, _repair, _typo, _own_language):
        verdict = layer(scene, turn_id, heard)
        if verdict is not None:
            sure = replace(verdict, confidence=CONFIDENCE.get(verdict.layer, 0))
            return judge_form(scene, turn_id, heard, sure)
    return judge_form(scene, turn_id, heard, _sense(scene, turn_id, heard, spoken))


def trace(scene: Scene, turn_id: str, text: str, spoken: Sequence[str] = ()) -> tuple[str, ...]:
    """Tell in lines how an answer was read: its words, what each clause does, and what that came to."""
    heard = _hear(scene, text)
    words = kinship.grown(scene, turn_id, heard.folded)
    found = senses.make_sense(scene, turn_id, marked(heard, words, scene.book.language), spoken)
    verdict = grade(scene, turn_id, text, spoken)
    return (
        f"words: {' '.join(words)}",
        *(
            f"clause: {' '.join(words[part.start : part.end])} | {part.kind} {part.intent} {dict(part.slots)} "
            f"{part.confidence} {' '.join(part.signals)}"
            for part in found.parts
        ),
        f"clauses together: {found.intent} {dict(found.slots)} {found.confidence} {' '.join(found.signals)}",
        f"verdict: {verdict.layer} {verdict.intent} {dict(verdict.slots)} {verdict.confidence}",
    )


def _hear(scene: Scene, text: str) -> Heard:
    """Take the words out of a text and leave the fillers behind."""
    said = utterance(text[:LONGEST_TEXT])
    spelt = said.words[:LONGEST]
    folded = tuple(fold(word) for word in spelt)
    kept = scene.book.manners.without_fillers(folded)
    core = replace(said, tokens=tuple(said.tokens[at] for at in kept))
    return Heard(said=core, spelt=tuple(spelt[at] for at in kept), folded=tuple(folded[at] for at in kept))


def _accepted(scene: Scene, turn_id: str, heard: Heard) -> Verdict | None:
    """Find the answer among the right ones, as spelt or in the words of the pack's variety."""
    found = _look_up(scene, turn_id, heard)
    if found is not None:
        phrase, right = found
        return _right(phrase, heard, right, layer=Layer.ACCEPTED)
    standard = scene.form.spelled(scene.book.manners.standard(heard.folded))
    if standard == heard.folded:
        return None
    found = _look_up(scene, turn_id, Heard(said=heard.said, spelt=standard, folded=standard))
    return None if found is None else _right(found[0], heard, heard.spelt, layer=Layer.ACCEPTED)


def _look_up(scene: Scene, turn_id: str, heard: Heard) -> tuple[Phrase, tuple[str, ...]] | None:
    """Find a right answer inside its openers and closers, and the whole of it in right spelling."""
    accepted = scene.turn_book(turn_id).accepted
    for start, end in scene.book.manners.cores(heard.folded):
        phrases = accepted.get(" ".join(heard.folded[start:end]))
        if phrases:
            phrase = _closest(phrases, heard.spelt[start:end])
            return phrase, heard.spelt[:start] + phrase.words + heard.spelt[end:]
    return None


def _closest(phrases: tuple[Phrase, ...], spelt: tuple[str, ...]) -> Phrase:
    """Prefer the sentence that is spelt like the answer, accents included."""
    return next((one for one in phrases if tuple(word.casefold() for word in one.words) == spelt), phrases[0])


def _right(phrase: Phrase, heard: Heard, right: tuple[str, ...], *, layer: Layer) -> Verdict:
    """Call an answer right; what is spelt differently is shown."""
    differs = tuple(word.casefold() for word in right) != heard.spelt
    return Verdict(
        intent=phrase.intent,
        slots=dict(phrase.slots),
        form=Form.SLIP if layer is Layer.TYPO else Form.OK,
        layer=layer,
        correction=correct(heard.said, right) if differs else (),
        words=right,
    )


def _predicted(scene: Scene, turn_id: str, heard: Heard) -> Verdict | None:
    """Find the answer among the errors that learners are known to make."""
    mistakes = scene.turn_book(turn_id).mistakes
    for start, end in scene.book.manners.cores(heard.folded):
        mistake = mistakes.get(" ".join(heard.folded[start:end]))
        if mistake is not None:
            right = heard.spelt[:start] + mistake.right + heard.spelt[end:] if mistake.right else ()
            return _wrong(mistake, heard, right)
    return None


def _wrong(mistake: Mistake, heard: Heard, right: tuple[str, ...]) -> Verdict:
    """Call an answer a predicted error, or right with a remark."""
    return Verdict(
        intent=mistake.intent,
        slots=dict(mistake.slots),
        form=Form.OK if mistake.note else Form.ERROR,
        layer=Layer.PREDICTED,
        error_id=mistake.rule,
        note=mistake.note,
        correction=correct(heard.said, right) if right else (),
        words=heard.spelt,
        noun=mistake.noun,
        swap=mistake.swap,
    )


def _repair(scene: Scene, _turn_id: str, heard: Heard) -> Verdict | None:
    """Hear a request to say it again."""
    for start, end in scene.book.manners.cores(heard.folded):
        name = scene.book.repairs.get(" ".join(heard.folded[start:end]))
        if name is not None:
            return Verdict(intent=name, slots={}, form=Form.OK, layer=Layer.REPAIR, repair=True)
    return None


def _typo(scene: Scene, turn_id: str, heard: Heard) -> Verdict | None:
    """Find the answer once words that nobody knows are read as their close neighbours."""
    for other in _readings(scene, turn_id, heard):
        found = _look_up(scene, turn_id, other)
        if found is not None:
            return _right(found[0], heard, found[1], layer=Layer.TYPO)
        wrong = _predicted(scene, turn_id, other) or _repair(scene, turn_id, other)
        if wrong is not None:
            return wrong
    return None


def _readings(scene: Scene, turn_id: str, heard: Heard) -> Iterator[Heard]:
    """Yield what an answer may have been meant to say: polite phrases set apart, strange words mended."""
    joined = scene.book.manners.joined
    pairs = zip(heard.spelt, heard.folded, strict=True)
    spelt = tuple(part for theirs, folded in pairs for part in joined.get(folded, (theirs,)))
    apart = Heard(said=heard.said, spelt=spelt, folded=tuple(fold(word) for word in spelt))
    if apart != heard:
        yield apart
    vocabulary = scene.vocabulary(turn_id)
    together = elision.elided(apart.folded, vocabulary)
    if together != apart.folded:
        right = tuple(vocabulary.get(word, word) for word in together)
        yield Heard(said=heard.said, spelt=right, folded=together)
    for mended in spelling.mended(apart.folded, vocabulary, scene.form.familiar):
        words = zip(apart.spelt, apart.folded, mended, strict=True)
        right = tuple(theirs if old == new else vocabulary[new] for theirs, old, new in words)
        yield Heard(said=heard.said, spelt=right, folded=mended)


def _sense(scene: Scene, turn_id: str, heard: Heard, spoken: Sequence[str]) -> Verdict:
    """Read the answer clause by clause, as spelt and then with its strange words read as the turn's own."""
    words = kinship.grown(scene, turn_id, heard.folded)
    found, slip = Sense(intent=None), False
    for other, foreign in _wordings(scene, turn_id, words):
        found = senses.make_sense(scene, turn_id, marked(heard, other, scene.book.language), spoken)
        slip = other != words
        if found.intent is not None and foreign:
            found = replace(found, signals=(*found.signals, "foreign"))
        if found.intent is not None or (found.signals and not slip):
            break
    if found.intent is None and not found.signals:
        found = names.given(scene, turn_id, heard) or found
    return _worded(scene, turn_id, heard, found, slip=slip)


def _wordings(scene: Scene, turn_id: str, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield what an answer may say, and whether a foreign word was translated for it.

    Plainly foreign words are translated first; then it is read as it is, and then as it may have been meant.
    """
    plainly = kinship.translated(scene, turn_id, words, by=PLAINLY)
    if plainly != words:
        yield plainly, True
    yield words, False
    mended, translated = kinship.mended(scene, turn_id, words), kinship.translated(scene, turn_id, words)
    if mended != words:
        yield mended, False
    if translated not in (words, plainly):
        yield translated, True


def _worded(scene: Scene, turn_id: str, heard: Heard, found: Sense, *, slip: bool) -> Verdict:
    """Write a sense as a verdict: right where one right sentence and politeness was all, else a gist."""
    if found.intent is None or found.main is None:
        return Verdict(intent=None, slots={}, form=None, layer=Layer.UNKNOWN, signals=found.signals)
    if found.repair:
        return Verdict(
            intent=found.intent, slots={}, form=Form.OK, layer=Layer.REPAIR, repair=True,
            signals=found.signals, confidence=found.confidence,
        )  # fmt: skip
    if found.main.exact and not slip:
        inner = _inner(scene, turn_id, heard, found)
        if inner is not None:
            return inner
    return Verdict(
        intent=found.intent,
        slots=dict(found.slots),
        form=None,
        layer=Layer.GIST,
        correction=recasts.recast(scene, turn_id, heard, found),
        words=heard.spelt,
        signals=found.signals,
        confidence=found.confidence,
    )


def _inner(scene: Scene, turn_id: str, heard: Heard, found: Sense) -> Verdict | None:
    """Judge the one right sentence, or the predicted error, around which the rest is politeness or an aside."""
    part = found.main
    if part is None or found.slots != part.slots:
        return None
    book = scene.turn_book(turn_id)
    for first, last in scene.book.manners.cores(heard.folded[part.start : part.end]):
        start, end = part.start + first, part.start + last
        text = " ".join(heard.folded[start:end])
        phrases, mistake = book.accepted.get(text), book.mistakes.get(text)
        if phrases and found.plain:
            right = heard.spelt[:start] + _closest(phrases, heard.spelt[start:end]).words + heard.spelt[end:]
            return replace(_right(phrases[0], heard, right, layer=Layer.ACCEPTED), signals=found.signals)
        if mistake is not None:
            right = heard.spelt[:start] + mistake.right + heard.spelt[end:] if mistake.right else ()
            return replace(_wrong(mistake, heard, right), signals=found.signals)
    return None


def _own_language(scene: Scene, turn_id: str, heard: Heard) -> Verdict | None:
    """Recognise a model answer given in the learner's own language."""
    said = scene.own_key(heard.said.text)
    for translation, text_id in scene.own_words[turn_id]:
        if spelling.alike(said.split(" "), translation.split(" ")):
            return Verdict(intent=None, slots={}, form=None, layer=Layer.OWN_LANGUAGE, own_text_id=text_id)
    return None
