"""The seed's ten facts, under their names, driven by chat messages alone."""

from datetime import date, timedelta

from tests.journeys.conftest import PERFECT, Tutor, local, play
from tests.journeys.learner import Learner

TAKEAWAY = (
    "Hola",
    "Para llevar",
    "Un cortado",
    "Un pincho de tortilla",
    "Con tarjeta",
    "Hasta luego, gracias",
)


async def test_scenario_completion_saves_to_database(tutor: Tutor, ana: Learner) -> None:
    await play(ana)

    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.user_id, done.scenario_id, done.language) == (ana.id, "cafe_order", "es")
    assert (done.completion_score, done.success_rate, bool(done.passed)) == (100, 100, True)
    assert (done.phases_completed, done.total_phases) == (3, 3)
    (run,) = await tutor.rows("SELECT * FROM scenario_runs")
    assert (done.progress_id, run.status) == (run.id, "completed")


async def test_scenario_history_retrievable(ana: Learner) -> None:
    await play(ana)

    await ana.says("/progress")

    assert "Scenes finished" in ana.screen
    assert "Ordering at a café, score 100" in ana.screen


async def test_multiple_scenario_completions_tracked(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    await ana.says("/play cafe_order")
    for answer in TAKEAWAY:
        await ana.says(answer)

    assert await tutor.count("scenario_progress_history") == 2
    assert await tutor.count("learning_sessions", "session_type = 'scenario'") == 2
    await ana.says("/progress")
    assert ana.screen.count("Ordering at a café") == 2


async def test_scenario_vocabulary_becomes_sr_items(tutor: Tutor, ana: Learner) -> None:
    await play(ana)

    words = {row.word for row in await tutor.rows("SELECT word FROM vocabulary_items")}
    assert {"el café", "con leche", "la cuenta", "con tarjeta", "hasta luego"} <= words
    assert len(words) > 5
    cards = await tutor.rows("SELECT * FROM cards")
    assert len(cards) >= len(words)
    assert {card.direction for card in cards} == {"recognition", "production"}


async def test_sr_items_linked_to_source(tutor: Tutor, ana: Learner) -> None:
    await play(ana)

    assert await tutor.count("vocabulary_items") == await tutor.count(
        "vocabulary_items", "source_type = 'scenario' AND source_id = 'cafe_order'"
    )
    (cafe,) = await tutor.rows("SELECT * FROM vocabulary_items WHERE word = 'el café'")
    assert (cafe.translation, cafe.sentence) == ("coffee", "¿Me pone un café, por favor?")


async def test_sr_review_schedule_correct(tutor: Tutor, ana: Learner) -> None:
    await play(ana)

    today = tutor.clock.now.date()
    due = [row.due_on for row in await tutor.rows("SELECT due_on FROM cards ORDER BY due_on, id")]
    days = [date.fromisoformat(str(day)) for day in due]
    assert days[0] == today + timedelta(days=1)
    assert days.count(days[0]) == 8
    assert set(days) == {today + timedelta(days=1), today + timedelta(days=2)}


async def test_scenario_creates_learning_session(tutor: Tutor, ana: Learner) -> None:
    await play(ana)

    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert (session.session_type, session.source_id, session.language) == ("scenario", "cafe_order", "es")
    assert session.ended_at is not None


async def test_learning_session_metrics_accurate(tutor: Tutor, ana: Learner) -> None:
    await ana.says("/start")
    await ana.presses("I know some")
    for answer in (*PERFECT[:2], "una café con leche, por favor", *PERFECT[3:]):
        tutor.clock.advance(seconds=20)
        await ana.says(answer)

    (session,) = await tutor.rows("SELECT * FROM learning_sessions")
    assert (session.items_studied, session.items_correct, session.items_incorrect) == (8, 7, 1)
    assert session.duration_seconds == 7 * 20
    (done,) = await tutor.rows("SELECT * FROM scenario_progress_history")
    assert (done.success_rate, done.duration_seconds) == (87, 8 * 20)


async def test_session_history_retrievable(ana: Learner) -> None:
    await play(ana)

    await ana.says("/progress")

    assert "scene, 8 of 8 right" in ana.screen


async def test_complete_integration_workflow(tutor: Tutor, ana: Learner) -> None:
    await play(ana)
    assert "done" in ana.screen or "Is it" in ana.screen
    await ana.says("/timezone Asia/Tokyo")

    await tutor.sweep_at(local(3, 8, 50, zone="Asia/Tokyo"))
    assert await tutor.count("review_prompts") == 0
    await tutor.sweep_at(local(3, 9, 10, zone="Asia/Tokyo"))
    await tutor.sweep_at(local(3, 9, 11, zone="Asia/Tokyo"))

    (prompt,) = await tutor.rows("SELECT * FROM review_prompts")
    assert prompt.status == "sent"
    (question,) = await tutor.rows("SELECT * FROM questions")
    assert question.id == prompt.question_id
    (card,) = await tutor.rows("SELECT * FROM cards WHERE id = :id", id=question.card_id)
    (word,) = await tutor.rows("SELECT * FROM vocabulary_items WHERE id = :id", id=card.item_id)
    if question.form == "choice":
        await ana.presses(word.translation)
    else:
        await ana.says(word.gap)

    (after,) = await tutor.rows("SELECT * FROM cards WHERE id = :id", id=card.id)
    assert after.due_at > card.due_at
    assert await tutor.count("reviews", "rating = 3 AND source = 'prompt'") == 1
    assert await tutor.count("learning_sessions", "session_type = 'vocabulary_review'") == 1
    assert "Right." in ana.screen
