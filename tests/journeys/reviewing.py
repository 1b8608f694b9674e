"""What journeys through reviews have in common: which question stands, and answering it as a learner would."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from tests.fake_telegram import FakeMessage
from tests.journeys.conftest import Tutor, local, play
from tests.journeys.learner import Learner

TOKYO = "Asia/Tokyo"


class Standing:
    """A question as the tables have it."""

    def __init__(self, row: Any) -> None:
        self.id: int = row.id
        self.card_id: int = row.card_id
        self.form: str = row.form
        self.from_prompt = bool(row.from_prompt)
        self.body: dict[str, Any] = json.loads(row.body) if isinstance(row.body, str) else row.body


async def questions(tutor: Tutor, learner: Learner, where: str = "TRUE") -> list[Standing]:
    """Return the questions put to a learner, oldest first."""
    query = f"SELECT * FROM questions WHERE user_id = :who AND {where} ORDER BY id"  # noqa: S608 - a test's own words
    return [Standing(row) for row in await tutor.rows(query, who=learner.id)]


async def standing(tutor: Tutor, learner: Learner) -> Standing:
    """Return the newest question that nobody has answered yet."""
    return (await questions(tutor, learner, "status = 'open'"))[-1]


async def answers_right(tutor: Tutor, learner: Learner) -> list[FakeMessage]:
    """Answer the question that stands as one should."""
    question = await standing(tutor, learner)
    if question.form == "choice":
        return await learner.presses(question.body["translation"])
    return await learner.says(question.body["gap"])


async def answers_wrong(tutor: Tutor, learner: Learner) -> list[FakeMessage]:
    """Answer the question that stands as nobody should."""
    question = await standing(tutor, learner)
    if question.form == "gap":
        return await learner.says("zzzz")
    wrong = next(option for option in question.body["options"] if option != question.body["translation"])
    return await learner.presses(wrong)


async def card(tutor: Tutor, card_id: int) -> Any:
    """Return a card."""
    return (await tutor.rows("SELECT * FROM cards WHERE id = :id", id=card_id))[0]


async def reviews(tutor: Tutor, learner: Learner) -> Sequence[Any]:
    """Return the review log of a learner."""
    return await tutor.rows("SELECT * FROM reviews WHERE user_id = :who ORDER BY id", who=learner.id)


async def prompts(tutor: Tutor, learner: Learner) -> Sequence[Any]:
    """Return the ledger of reminders of a learner."""
    return await tutor.rows("SELECT * FROM review_prompts WHERE user_id = :who ORDER BY id", who=learner.id)


async def settles_in(learner: Learner, *, zone: str = TOKYO) -> None:
    """Play the café and confirm a zone."""
    await play(learner)
    await learner.says(f"/timezone {zone}")


async def prompted(tutor: Tutor, learner: Learner, *, day: int = 3, zone: str = TOKYO) -> Standing:
    """Let the reminder of a day arrive, and return its question."""
    await tutor.sweep_at(local(day, 9, 10, zone=zone))
    await tutor.sweep_at(local(day, 9, 11, zone=zone))
    return await standing(tutor, learner)


async def until_gap(tutor: Tutor, learner: Learner) -> Standing:
    """Answer right until a word is to be typed, and return that question."""
    while (question := await standing(tutor, learner)).form != "gap":
        await answers_right(tutor, learner)
        if "Go on" in learner.buttons:
            await learner.presses("Go on")
    return question


async def keep_due(tutor: Tutor, count: int) -> None:
    """Put all but the first cards off for a month: the one thing a transcript cannot bring about in a day."""
    change = (
        "UPDATE cards SET due_on = '2026-12-20' WHERE id NOT IN (SELECT id FROM cards ORDER BY due_on, id LIMIT :n)"
    )
    await tutor.database.run(lambda connection: connection.execute(text(change), {"n": count}))
