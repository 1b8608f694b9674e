"""How long a word stays in memory: FSRS-6 counted in study days, with a fuzz that can be replayed.

The `fsrs` package does the arithmetic. It counts spans of 24 hours, whereas a learner counts nights, so it is given
synthetic UTC midnights that lie as many days apart as the study dates do. Its own fuzz draws from a global random
source; ours is a function of the card's seed and repetition, so that preview, answer and replay agree.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from hashlib import blake2b

import fsrs

LEECH_LAPSES = 8
RETENTION_MIN = 0.7
RETENTION_MAX = 0.97
MAX_INTERVAL = 36_500
MAX_STABILITY = 36_500.0
_FUZZ_FREE_BELOW = 2.5
_FUZZ_BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, math.inf, 0.05))
_EASIEST, _HARDEST = 1.0, 10.0  # difficulty
_DRAW_BYTES = 6  # 48 bits: exact as a float, so the draw never rounds up to 1


class Rating(IntEnum):
    """Say how well a card was remembered."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, kw_only=True)
class Card:
    """Hold what is remembered of one card; a new one has no stability, and `due_on` is its first recall."""

    stability: float | None = None
    difficulty: float | None = None
    due_on: date
    reviewed_on: date | None = None
    reps: int = 0
    lapses: int = 0

    def __post_init__(self) -> None:
        if len({self.stability is None, self.difficulty is None, self.reviewed_on is None}) > 1:
            raise ValueError("a card has stability, difficulty and reviewed_on together, or none of them")


@dataclass(frozen=True, kw_only=True)
class Logged:
    """Hold one row of the review log that counts for the memory."""

    rating: Rating
    reviewed_on: date


def review(card: Card, rating: Rating, on: date, *, retention: float = 0.9, seed: int) -> Card:
    """Return the card as it stands after this rating on this study day, due again on a later day."""
    rating = Rating(rating)
    answered, _ = _model(retention).review_card(_as_fsrs(card, on), fsrs.Rating(rating), _midnight(on))
    reps = card.reps + 1
    interval = fuzzed((answered.due - _midnight(on)).days, seed=seed, reps=reps)
    return Card(
        stability=None if answered.stability is None else min(answered.stability, MAX_STABILITY),
        difficulty=answered.difficulty,
        due_on=on + timedelta(days=interval),
        reviewed_on=on,
        reps=reps,
        lapses=card.lapses + (rating is Rating.AGAIN and card.reviewed_on is not None),
    )


def previews(card: Card, on: date, *, retention: float = 0.9, seed: int) -> Mapping[Rating, Card]:
    """Return what each of the four ratings would make of the card, exactly as `review` would."""
    return {rating: review(card, rating, on, retention=retention, seed=seed) for rating in Rating}


def replay(first: Card, log: Iterable[Logged], *, retention: float = 0.9, seed: int) -> Card:
    """Return the card rebuilt from its log, equal to the one that was kept live."""
    card = first
    for row in log:
        card = review(card, row.rating, row.reviewed_on, retention=retention, seed=seed)
    return card


def from_sm2(ease: float, interval: float, *, retention: float = 0.9) -> tuple[float, float]:
    """Return stability and difficulty that fit what SM-2 made of a card: its ease and its interval in days.

    This is `memory_state_from_sm2` of fsrs-rs (src/inference.rs), which Anki uses where no review log is left: the
    stability with which the interval ends at the retention SM-2 was run at, and the difficulty with which a Good
    then would multiply that stability by the ease.
    """
    weights = fsrs.Scheduler().parameters
    decay = -weights[20]
    factor = 0.9 ** (1 / decay) - 1
    stability = (
        min(max(interval, fsrs.scheduler.STABILITY_MIN), MAX_STABILITY) * factor / (retention ** (1 / decay) - 1)
    )
    growth = math.exp(weights[8]) * stability ** -weights[9] * math.expm1((1 - retention) * weights[10])
    return min(stability, MAX_STABILITY), min(max(11 - (ease - 1) / growth, _EASIEST), _HARDEST)


def retrievability(card: Card, on: date) -> float:
    """Return the probability that the card is recalled on this study day; 0 for a card never reviewed."""
    return float(_model(0.9).get_card_retrievability(_as_fsrs(card, on), _midnight(on)))


def fuzz_band(days: int) -> tuple[int, int]:
    """Return the first and last interval that Anki's fuzz may make of this one."""
    if days < _FUZZ_FREE_BELOW:
        return days, days
    spread = 1.0 + sum(share * max(min(days, end) - start, 0.0) for start, end, share in _FUZZ_BANDS)
    return min(round(days - spread), MAX_INTERVAL), min(round(days + spread), MAX_INTERVAL)


def fuzzed(days: int, *, seed: int, reps: int) -> int:
    """Return an interval drawn evenly from the band, always the same for the same seed and repetition."""
    lowest, highest = fuzz_band(days)
    digest = blake2b(f"{seed}:{reps}".encode(), digest_size=_DRAW_BYTES).digest()
    draw = int.from_bytes(digest) / (1 << 8 * _DRAW_BYTES)
    return lowest + math.floor(draw * (highest - lowest + 1))


def _model(retention: float) -> fsrs.Scheduler:
    if not RETENTION_MIN <= retention <= RETENTION_MAX:
        raise ValueError(f"desired retention must lie between {RETENTION_MIN} and {RETENTION_MAX}, not {retention}")
    return fsrs.Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAX_INTERVAL,
        enable_fuzzing=False,
    )


def _as_fsrs(card: Card, on: date) -> fsrs.Card:
    # The id is given because the package would otherwise read the clock and sleep to invent one.
    if card.reviewed_on is None:
        return fsrs.Card(card_id=0, due=_midnight(card.due_on))
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=card.stability,
        difficulty=card.difficulty,
        due=_midnight(card.due_on),
        # A traveller's study date may step back; that is no time at all, never negative time.
        last_review=_midnight(min(card.reviewed_on, on)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
