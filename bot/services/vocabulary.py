"""From a scene to the memory: each word met becomes an item, each way of meeting it a card or a review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import StaleButtonError
from bot.scenarios.dialogue import How, Meeting
from bot.scenarios.scene import CardSource, Scene
from bot.services import schedule
from bot.services.remembering import Recall, rate
from bot.services.scenes import own_run
from bot.services.visit import Visit
from scheduler import calendar
from scheduler.memory import Rating
from storage import cards, vocabulary
from storage.memory_tables import Card, Direction, ReviewSource, SourceType, VocabularyContext, VocabularyItem
from storage.rows import changed, new
from storage.vocabulary import MetWord, WordState

NEW_A_DAY = 8
KNOWN_STABILITY_DAYS = 21
_LONGEST_OWN_LINE = 120
# Said by the learner: what it is worth as a review of a due word.
_SAID = {How.TYPED: Rating.GOOD, How.MENDED: Rating.HARD}


@dataclass(frozen=True, kw_only=True)
class WordList:
    """A learner's words with how far each has come."""

    words: Sequence[WordState]
    title: str | None = None
    run_id: int | None = None


def meet(visit: Visit, scene: Scene, meetings: Sequence[Meeting]) -> Sequence[VocabularyItem]:
    """Keep the words an answer met and return those that are new to the learner."""
    words = {scene.card(meeting.card_id).word for meeting in meetings}
    known = vocabulary.known(visit.connection, visit.user.id, scene.language, words)
    planned = _Planned(visit)
    fresh = []
    for meeting in meetings:
        source = scene.card(meeting.card_id)
        if source.word not in known:
            item, _ = vocabulary.add(visit.connection, _item(visit, scene, source))
            known[source.word] = MetWord(item_id=item.id)
            fresh.append(item)
        _keep_sentences(visit, known[source.word], scene, meeting)
        _keep_card(visit, known[source.word], source, planned, meeting)
    return fresh


def _keep_card(visit: Visit, word: MetWord, source: CardSource, planned: "_Planned", meeting: Meeting) -> None:
    """Open the card that a meeting calls for, or let it count for the one that is there."""
    produced = meeting.how in _SAID and not source.recognition_only
    direction = Direction.PRODUCTION if produced else Direction.RECOGNITION
    # A word that can be said already is not asked the easier way again.
    card, opened = word.cards.get(Direction.PRODUCTION) or word.cards.get(direction), False
    if card is None:
        card, opened = _opened(visit, word.item_id, direction, planned.first_recall())
        word.cards[direction] = card
    # An error is counted against the production card, whether or not this one is new.
    if not opened or meeting.how is How.ERROR:
        _count_as_review(visit, word, card, meeting)


def open_card(visit: Visit, item: VocabularyItem, direction: Direction) -> tuple[Card, bool]:
    """Return the card of a word's direction, opened if need be: its first recall is on a coming study day."""
    found = cards.find(visit.connection, item.id, direction)
    return (found, False) if found is not None else _opened(visit, item.id, direction, _Planned(visit).first_recall())


def _opened(visit: Visit, item_id: int, direction: Direction, first: date) -> tuple[Card, bool]:
    card = new(
        Card,
        item_id=item_id,
        user_id=visit.user.id,
        direction=direction,
        first_due_on=first,
        due_on=first,
        due_at=calendar.day_starts_at(first, visit.zone),
        created_at=visit.now,
    )
    return cards.add(visit.connection, card)


class _Planned:
    """The new words planned for the coming study days; read once for all the words of an answer."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._by_day: dict[date, int] | None = None

    def first_recall(self) -> date:
        """Return the next study day that has room for another new word, and take the room."""
        visit = self._visit
        if self._by_day is None:
            self._by_day = dict(cards.new_by_day(visit.connection, visit.user.id, visit.today))
        day = visit.today + timedelta(days=1)
        while self._by_day.get(day, 0) >= NEW_A_DAY:
            day += timedelta(days=1)
        self._by_day[day] = self._by_day.get(day, 0) + 1
        return day


def _count_as_review(visit: Visit, word: MetWord, card: Card, meeting: Meeting) -> None:
    """Let a due word that was used unaided count as reviewed, and an error left standing as forgotten."""
    if card.reviewed_on == visit.today:
        return
    if meeting.how is How.ERROR:
        produced = word.cards.get(Direction.PRODUCTION)
        if produced is not None and produced.reviewed_on is not None and produced.reviewed_on != visit.today:
            _rate(visit, word, produced, Rating.AGAIN, meeting)
    elif meeting.how in _SAID and card.direction is Direction.PRODUCTION and card.due_on <= visit.today:
        _rate(visit, word, card, _SAID[meeting.how], meeting)


def _rate(visit: Visit, word: MetWord, card: Card, rating: Rating, meeting: Meeting) -> None:
    recall = Recall(rating=rating, source=ReviewSource.SCENE, answer=meeting.own_line)
    word.cards[card.direction] = rate(visit, card, recall).card


def _item(visit: Visit, scene: Scene, source: CardSource) -> VocabularyItem:
    return new(
        VocabularyItem,
        user_id=visit.user.id,
        language=scene.language,
        word=source.word,
        translation=source.translation,
        gap=source.gap,
        sentence=source.sentence,
        sentence_translation=source.sentence_translation,
        recognition_only=source.recognition_only,
        source_type=SourceType.SCENARIO,
        source_id=scene.id,
        source_key=source.id,
        created_at=visit.now,
    )


def _context(visit: Visit, item_id: int, scene: Scene, source: CardSource) -> VocabularyContext:
    return new(
        VocabularyContext,
        item_id=item_id,
        user_id=visit.user.id,
        source_type=SourceType.SCENARIO,
        source_id=scene.id,
        gap=source.gap,
        sentence=source.sentence,
        sentence_translation=source.sentence_translation,
        met_at=visit.now,
    )


def _keep_sentences(visit: Visit, word: MetWord, scene: Scene, meeting: Meeting) -> None:
    """Keep the sentence a word was met in, and the learner's own if the word stands in it as it is studied.

    Their own returns in a later review. What was met before is there already, and nothing is written.
    """
    source = scene.card(meeting.card_id)
    met = [_context(visit, word.item_id, scene, source)]
    own = (meeting.own_line or "").strip() if meeting.how is How.TYPED else ""
    if own and len(own) <= _LONGEST_OWN_LINE and source.gap.casefold() in own.casefold():
        met.append(changed(met[0], sentence=own, sentence_translation="", own_line=True))
    for context in met:
        if context.sentence not in word.sentences:
            vocabulary.add_context(visit.connection, context)
            word.sentences.add(context.sentence)


def words(visit: Visit) -> WordList:
    """List all words of a learner."""
    return WordList(words=vocabulary.words(visit.connection, visit.user.id))


def words_of_run(visit: Visit, run_id: int) -> WordList:
    """List the words a run brought."""
    run = own_run(visit, run_id)
    met = vocabulary.words(visit.connection, visit.user.id, source_id=run.scenario_id)
    return WordList(words=met, run_id=run_id)


def know(visit: Visit, run_id: int, item_id: int) -> WordList:
    """Take a word out of study because the learner knows it, or back in on a second press."""
    item = item_of(visit, item_id)
    if item is None:
        raise StaleButtonError
    vocabulary.set_known(visit.connection, item_id, known=not item.known)
    schedule.replan(visit)
    return words_of_run(visit, run_id)


def item_of(visit: Visit, item_id: int) -> VocabularyItem | None:
    """Return one of the learner's words."""
    return vocabulary.get(visit.connection, visit.user.id, item_id)
