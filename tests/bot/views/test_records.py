"""Words and progress as they are listed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.services.errors import Trend
from bot.services.progress import ProgressReport, WordCounts
from bot.services.vocabulary import WordList
from bot.views import records
from bot.views.texts import Texts
from storage.memory_tables import SourceType, VocabularyItem
from storage.tables import LearningSession, ScenarioCompletion, SessionType
from storage.vocabulary import WordState
from tests.bot.views.strict import faults, labels, read

AT = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


def word(said: str, *, number: int = 1, known: bool = False, reps: int = 0, stability: float = 0) -> WordState:
    values: dict[str, Any] = {
        "id": number, "user_id": 1, "language": "es", "word": said, "translation": f"<{said}>", "gap": said,
        "sentence": said, "sentence_translation": "", "source_type": SourceType.SCENARIO, "source_id": "cafe_order",
        "source_key": said, "known": known, "created_at": AT,
    }  # fmt: skip
    return WordState(item=VocabularyItem(**values), reps=reps, stability=stability)


def report(*, completions: int = 0, sessions: int = 0, zone: str = "UTC") -> ProgressReport:
    done = ScenarioCompletion(
        user_id=1, scenario_id="cafe_order", progress_id=1, language="es", started_at=AT, completed_at=AT,
        duration_seconds=1, phases_completed=3, total_phases=3, vocabulary_mastered=[], objectives_completed=[],
        success_rate=100, completion_score=96, passed=True,
    )  # fmt: skip
    sitting = LearningSession(
        user_id=1, session_type=SessionType.SCENARIO, source_id="cafe_order", language="es", started_at=AT,
        last_activity_at=AT, items_studied=8, items_correct=7, items_incorrect=1, session_metadata={},
    )  # fmt: skip
    return ProgressReport(
        completions=[done] * completions,
        sessions=[sitting] * sessions,
        minutes=1,
        words=WordCounts(new=3, learning=2, known=1),
        titles={"cafe_order": "Tea & toast"},
        zone=zone,
    )


def test_words_are_listed_with_how_far_each_has_come(english: Texts) -> None:
    listed = WordList(words=[word("café", reps=1), word("té"), word("agua", known=True), word("pan", stability=30)])

    assert read(records.words(listed, english)) == (
        "1 new ○ · 1 learning ◐ · 2 known ●\n\n◐ café – <café>\n○ té – <té>\n● agua – <agua>\n● pan – <pan>"
    )


def test_who_has_no_words_is_told_where_they_come_from(english: Texts) -> None:
    assert "/scenarios" in records.words(WordList(words=()), english).text
    assert records.run_words(WordList(words=(), run_id=7), english).keyboard == ()


def test_the_words_of_a_scene_are_buttons_that_say_which_are_known(english: Texts) -> None:
    listed = WordList(words=[word("café", number=3), word("agua", number=4, known=True)], run_id=7)
    reply = records.run_words(listed, english)

    assert labels(reply) == [["café", "✓ agua"]]
    assert [button.data for button in reply.keyboard[0]] == ["k:7:3", "k:7:4"]
    again = records.run_words_again(listed, english)
    assert (again.edit, again.slot) == (True, reply.slot)


@given(st.lists(st.text(min_size=1, max_size=25), max_size=120))
def test_any_number_of_words_fits_one_message(english: Texts, said: list[str]) -> None:
    listed = WordList(words=[word(each, number=number) for number, each in enumerate(said, start=1)], run_id=7)

    assert faults(records.words(listed, english)) == []
    assert faults(records.run_words(listed, english)) == []


def test_progress_shows_the_last_scenes_and_sittings_in_the_learners_own_days(english: Texts) -> None:
    assert read(records.progress(report(completions=1, sessions=1, zone="Asia/Tokyo"), english)) == (
        "1 minute in all · Words: 3 new, 2 learning, 1 known\n\n"
        "Scenes finished\n3 Nov: Tea & toast, score 96\n\n"
        "Sessions\n3 Nov: scene, 7 of 8 right"
    )


def test_without_a_history_progress_is_an_invitation(english: Texts) -> None:
    assert "/scenarios" in records.progress(report(), english).text
    assert "Scenes finished" not in records.progress(report(sessions=1), english).text


def test_the_longest_history_fits_one_message(english: Texts) -> None:
    assert faults(records.progress(report(completions=10, sessions=10), english)) == []


def test_progress_names_errors_with_last_month_and_this_one(english: Texts) -> None:
    shown = replace(
        report(sessions=1), errors=[Trend(label="un/una", before=6, now=1), Trend(label="a<b", before=0, now=4)]
    )

    assert "What slips\nun/una: 6 → 1 this month\na<b: 4 this month" in read(records.progress(shown, english))
