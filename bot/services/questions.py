"""Making a question of a card: a choice for recognition, a gap to type in for production."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.scenarios.library import UnknownScenario
from bot.services.visit import Visit
from storage import questions, vocabulary
from storage.memory_tables import Card, Direction, Question, QuestionForm, QuestionStatus, VocabularyItem
from storage.rows import changed, new

CHOICES = 4
GAP = "____"
_NEW_SENTENCE_FROM = 2  # reps: from the third review on, the sentence changes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as it is shown."""

    question_id: int
    form: QuestionForm
    word: str
    translation: str
    sentence: str
    sentence_translation: str
    gap: str
    options: tuple[str, ...]
    hint: str
    own_line: bool
    practice: bool
    from_prompt: bool = False


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Why a question is put: in which sitting, from a prompt, or only to try it out."""

    session_id: int | None = None
    from_prompt: bool = False
    practice: bool = False


def ask(visit: Visit, card: Card, occasion: Occasion) -> Question:
    """Put a card's question into words and keep it before it is shown; a card has one question that stands."""
    item = vocabulary.get(visit.connection, visit.user.id, card.item_id)
    assert item is not None  # noqa: S101 - a card cannot outlive its word
    options = _options(visit, item) if card.direction is Direction.RECOGNITION and item.translation else ()
    questions.pass_over(visit.connection, card.id)
    question = new(
        Question,
        user_id=visit.user.id,
        card_id=card.id,
        session_id=occasion.session_id,
        form=QuestionForm.CHOICE if options else QuestionForm.GAP,
        body={**_context(visit, item, card), "options": list(options), "practice": occasion.practice},
        status=QuestionStatus.OPEN,
        from_prompt=occasion.from_prompt,
        asked_at=visit.now,
    )
    return changed(question, id=questions.ask(visit.connection, question))


def shown(question: Question) -> Asked:
    """Return a question as it is shown, with the hint it has opened so far."""
    body = question.body
    return Asked(
        question_id=question.id,
        form=question.form,
        word=body["word"],
        translation=body["translation"],
        sentence=body["sentence"],
        sentence_translation=body["sentence_translation"],
        gap=body["gap"],
        options=tuple(body["options"]),
        hint=first_letters(body["gap"], question.help_level),
        own_line=body["own_line"],
        practice=body["practice"],
        from_prompt=question.from_prompt,
    )


def first_letters(text: str, level: int) -> str:
    """Return as many letters at the head of each word as the help level says, the others as dots; none at level 0.

    The last letter is never shown: who has seen the whole word has not recalled it.
    """
    if level == 0:
        return ""
    shown_letters = ((word, min(level, len(word) - 1)) for word in text.split())
    return " ".join(word[:count] + "·" * (len(word) - count) for word, count in shown_letters)


def accepted(question: Question) -> tuple[str, ...]:
    """Return what counts as right: the missing words, the word as it is studied, or the whole sentence."""
    body = question.body
    return (body["gap"], body["word"].replace("…", " "), body["sentence"])


def correct_option(question: Question) -> int:
    """Return the number of the right choice."""
    return int(question.body["options"].index(question.body["translation"]))


def _context(visit: Visit, item: VocabularyItem, card: Card) -> dict[str, Any]:
    """Choose the sentence: the first it was met in, and from the third review on another one where there is one."""
    met = vocabulary.contexts(visit.connection, item.id)
    chosen = met[(card.reps - 1) % len(met)] if card.reps >= _NEW_SENTENCE_FROM and len(met) > 1 else None
    source = chosen or item
    return {
        "word": item.word,
        "translation": item.translation,
        "sentence": source.sentence,
        "sentence_translation": source.sentence_translation,
        "gap": _as_written(source.gap, source.sentence),
        "own_line": chosen.own_line if chosen else False,
    }


def _as_written(gap: str, sentence: str) -> str:
    at = sentence.casefold().find(gap.casefold())
    return gap if at < 0 else sentence[at : at + len(gap)]


def _options(visit: Visit, item: VocabularyItem) -> Sequence[str]:
    """Return the right translation among those of words of its own kind, in an order that gives nothing away."""
    others = [(word, meaning) for word, meaning in _neighbours(visit, item) if meaning != item.translation]
    alike = sorted(others, key=lambda pair: (*_unlike(item.word, pair[0]), _draw(item.word + pair[0])))
    wrong = list(dict.fromkeys(meaning for _, meaning in alike))[: CHOICES - 1]
    return sorted([item.translation, *wrong], key=lambda meaning: _draw(f"{visit.now}{meaning}")) if wrong else ()


def _neighbours(visit: Visit, item: VocabularyItem) -> list[tuple[str, str]]:
    mine = vocabulary.neighbours(visit.connection, visit.user.id, item.language)
    known = [(other.word, other.translation) for other in mine if other.translation]
    try:
        scene = visit.library.scene(item.source_id, item.language, visit.user.native)
    except UnknownScenario:
        return known
    return known + [(card.word, card.translation) for card in scene.cards() if card.translation]


def _unlike(word: str, other: str) -> tuple[bool, int]:
    """Tell how far two words are apart in kind: a question is no statement, and a chunk is no single word."""
    return ("?" in word) != ("?" in other), abs(len(word.split()) - len(other.split()))


def _draw(seed: str) -> bytes:
    return blake2b(seed.encode(), digest_size=8).digest()
