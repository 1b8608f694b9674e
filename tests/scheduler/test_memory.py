"""Facts about memory: FSRS-6 in study days, a fuzz that repeats itself, and a log that tells the whole truth."""

import importlib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import memory
from scheduler.memory import (
    MAX_INTERVAL,
    MAX_STABILITY,
    Card,
    Logged,
    Rating,
    fuzz_band,
    fuzzed,
    previews,
    replay,
    retrievability,
    review,
)

START = date(2026, 3, 1)
NEW = Card(due_on=START)

ratings = st.sampled_from(Rating)
retentions = st.floats(0.7, 0.97)
seeds = st.integers(0, 2**63 - 1)
gaps = st.integers(0, 400)
histories = st.lists(st.tuples(ratings, gaps), min_size=1, max_size=12)


def log_of(history: list[tuple[Rating, int]]) -> list[Logged]:
    day, rows = START, []
    for rating, gap in history:
        day += timedelta(days=gap)
        rows.append(Logged(rating=rating, reviewed_on=day))
    return rows


def by_the_package(rows: list[Logged], retention: float) -> list[fsrs.Card]:
    model = fsrs.Scheduler(desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, after = fsrs.Card(card_id=1), []
    for row in rows:
        moment = datetime.combine(row.reviewed_on, time(12), UTC)
        card, _ = model.review_card(card, fsrs.Rating(row.rating), moment)
        after.append(card)
    return after


@pytest.mark.parametrize(
    ("rating", "stability"),
    [(Rating.AGAIN, 0.212), (Rating.HARD, 1.2931), (Rating.GOOD, 2.3065), (Rating.EASY, 8.2956)],
)
def test_the_first_rating_gives_the_default_stability(rating: Rating, stability: float) -> None:
    assert review(NEW, rating, START, seed=1).stability == stability


def test_a_first_good_comes_back_in_two_days_and_a_first_again_tomorrow() -> None:
    assert review(NEW, Rating.GOOD, START, seed=1).due_on == date(2026, 3, 3)
    assert review(NEW, Rating.AGAIN, START, seed=1).due_on == date(2026, 3, 2)


def test_ten_same_day_repeats_move_stability_as_measured_for_fsrs_6() -> None:
    ten = {rating: replay(NEW, [Logged(rating=rating, reviewed_on=START)] * 10, seed=1) for rating in Rating}
    assert ten[Rating.EASY].stability == pytest.approx(194, abs=0.5)
    assert ten[Rating.GOOD].stability == pytest.approx(2.3065)
    assert ten[Rating.HARD].stability == pytest.approx(1.2931)
    assert ten[Rating.AGAIN].stability == pytest.approx(0.001)


@given(histories, retentions, seeds)
def test_memory_equals_the_fsrs_package_on_any_history(
    history: list[tuple[Rating, int]], retention: float, seed: int
) -> None:
    rows, card = log_of(history), NEW
    for row, theirs in zip(rows, by_the_package(rows, retention), strict=True):
        card = review(card, row.rating, row.reviewed_on, retention=retention, seed=seed)
        assert theirs.stability is not None
        if theirs.stability > MAX_STABILITY:
            return
        assert (card.stability, card.difficulty) == (theirs.stability, theirs.difficulty)
        lowest, highest = fuzz_band((theirs.due - datetime.combine(row.reviewed_on, time(12), UTC)).days)
        assert lowest <= (card.due_on - row.reviewed_on).days <= highest


@given(histories)
def test_memory_equals_fsrs_rs_on_any_history(history: list[tuple[Rating, int]]) -> None:
    pytest.importorskip("fsrs_rs_python", reason="the comparison needs fsrs-rs-python (pip install fsrs-rs-python)")
    model = importlib.import_module("fsrs_rs_python").FSRS(list(fsrs.Scheduler().parameters))
    state, card = None, NEW
    for row in log_of(history):
        elapsed = 0 if card.reviewed_on is None else (row.reviewed_on - card.reviewed_on).days
        states = model.next_states(state, 0.9, elapsed)
        state = getattr(states, row.rating.name.lower()).memory
        card = review(card, row.rating, row.reviewed_on, seed=1)
        assert card.stability == pytest.approx(state.stability, rel=3e-4)
        assert card.difficulty == pytest.approx(state.difficulty, rel=1e-4)


@given(histories, gaps, retentions, seeds)
def test_a_better_rating_never_comes_back_sooner(
    history: list[tuple[Rating, int]], gap: int, retention: float, seed: int
) -> None:
    card = replay(NEW, log_of(history), retention=retention, seed=seed)
    assert card.reviewed_on is not None
    shown = previews(card, card.reviewed_on + timedelta(days=gap), retention=retention, seed=seed)
    due = [shown[rating].due_on for rating in Rating]
    assert due == sorted(due)


@given(histories, st.integers(-30, 400), ratings, retentions, seeds)
def test_a_card_is_never_due_on_or_before_its_review_day(
    history: list[tuple[Rating, int]], gap: int, rating: Rating, retention: float, seed: int
) -> None:
    card = replay(NEW, log_of(history), retention=retention, seed=seed)
    assert card.reviewed_on is not None
    on = card.reviewed_on + timedelta(days=gap)
    assert on < review(card, rating, on, retention=retention, seed=seed).due_on <= on + timedelta(days=MAX_INTERVAL)


@given(histories, retentions, seeds)
def test_replaying_the_log_gives_the_live_card(history: list[tuple[Rating, int]], retention: float, seed: int) -> None:
    rows, live = log_of(history), NEW
    for row in rows:
        live = previews(live, row.reviewed_on, retention=retention, seed=seed)[row.rating]
    assert replay(NEW, iter(rows), retention=retention, seed=seed) == live
    assert live.reps == len(rows)


@given(st.integers(1, MAX_INTERVAL), seeds, st.integers(1, 1000))
def test_the_fuzz_repeats_itself_inside_its_band(days: int, seed: int, reps: int) -> None:
    lowest, highest = fuzz_band(days)
    assert fuzzed(days, seed=seed, reps=reps) == fuzzed(days, seed=seed, reps=reps)
    assert 1 <= lowest <= fuzzed(days, seed=seed, reps=reps) <= highest <= MAX_INTERVAL


@pytest.mark.parametrize(
    ("days", "band"),
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (7, (5, 9)), (10, (8, 12)), (20, (17, 23)), (100, (93, 107))],
)
def test_the_band_is_ankis(days: int, band: tuple[int, int]) -> None:
    assert fuzz_band(days) == band


@pytest.mark.parametrize("days", [1, 2, 3, 4, 7, 10, 20, 45])
def test_the_fuzz_has_no_bias(days: int) -> None:
    drawn = [fuzzed(days, seed=seed, reps=3) for seed in range(8000)]
    assert abs(sum(drawn) / len(drawn) - days) < 0.1
    assert {min(drawn), max(drawn)} == set(fuzz_band(days))


@given(histories, seeds)
def test_good_on_the_due_day_always_strengthens_until_the_cap(history: list[tuple[Rating, int]], seed: int) -> None:
    card = replay(NEW, log_of(history), seed=seed)
    strengths = []
    for _ in range(25):
        strengths.append(card.stability or 0.0)
        card = review(card, Rating.GOOD, card.due_on, seed=seed)
        if card.due_on.year > 5000:
            break
    assert all(before < after or after == MAX_STABILITY for before, after in pairwise(strengths))


def test_a_lapse_counts_only_once_the_card_was_known() -> None:
    failed = review(NEW, Rating.AGAIN, START, seed=1)
    assert failed.lapses == 0
    assert review(failed, Rating.AGAIN, START + timedelta(days=1), seed=1).lapses == 1


def test_a_study_date_that_steps_back_counts_as_the_same_day() -> None:
    card = review(NEW, Rating.GOOD, START, seed=1)
    back = review(card, Rating.GOOD, START - timedelta(days=1), seed=1)
    assert back.stability == review(card, Rating.GOOD, START, seed=1).stability
    assert back.reviewed_on == START - timedelta(days=1)


def test_recall_fades_from_certain_to_ninety_per_cent_after_its_stability() -> None:
    card = Card(stability=10.0, difficulty=5.0, due_on=START, reviewed_on=START)
    assert retrievability(card, START) == 1.0
    assert retrievability(card, START - timedelta(days=3)) == 1.0
    assert retrievability(card, START + timedelta(days=10)) == pytest.approx(0.9)
    assert retrievability(NEW, START) == 0.0


@pytest.mark.parametrize("retention", [0.69, 0.98, 0.0, 1.5, float("nan")])
def test_a_retention_out_of_bounds_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="desired retention must lie between"):
        review(NEW, Rating.GOOD, START, retention=retention, seed=1)


@pytest.mark.parametrize("rating", [0, 5, 9])
def test_an_unknown_rating_is_refused(rating: int) -> None:
    with pytest.raises(ValueError, match="is not a valid Rating"):
        review(NEW, rating, START, seed=1)  # type: ignore[arg-type] # what a careless caller might pass


def test_half_a_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="together, or none"):
        Card(stability=2.0, due_on=START)


@pytest.mark.parametrize(("ease", "interval"), [(2.5, 10), (2.0, 30), (1.8, 4)])
def test_a_memory_taken_over_from_sm2_grows_by_its_ease_at_a_good_answer_on_time(ease: float, interval: int) -> None:
    stability, difficulty = memory.from_sm2(ease, interval)
    began = date(2026, 11, 2)
    due_on = began + timedelta(days=interval)
    card = memory.Card(stability=stability, difficulty=difficulty, due_on=due_on, reviewed_on=began, reps=1)

    assert memory.retrievability(card, due_on) == pytest.approx(0.9)
    after = memory.review(card, Rating.GOOD, due_on, seed=1)
    assert after.stability == pytest.approx(stability * ease)


@pytest.mark.parametrize(("ease", "interval"), [(1.3, 1), (3.0, 365), (0.5, 0), (9.0, 10**6)])
def test_a_memory_taken_over_from_sm2_is_one_that_fsrs_can_have(ease: float, interval: float) -> None:
    stability, difficulty = memory.from_sm2(ease, interval)
    assert 0 < stability <= memory.MAX_STABILITY
    assert 1 <= difficulty <= 10
