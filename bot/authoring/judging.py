"""Verdicts for machines: one JSON object a line in, one out, in order, so that outsiders can judge the judge."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.scenarios.grading import Verdict, grade
from bot.scenarios.library import UnknownScenario
from bot.scenarios.scene import Scene

FindScene = Callable[[str, str, str], Scene]
Name = Annotated[str, Field(strict=True)]


class Question(BaseModel):
    """An answer to be judged; further keys are allowed and left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    scenario: Name
    lang: Name
    native: Name = "en"
    turn: Name
    text: Name


def judged(line: bytes, find: FindScene) -> dict[str, Any]:
    """Return the verdict on one line, or what is wrong with the line under the key `error`."""
    try:
        question = Question.model_validate(json.loads(line))
        scene = find(question.scenario, question.lang, question.native)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        return {"error": f"{place}: {first['msg']}" if place else first["msg"]}
    except UnknownScenario as error:
        return {"error": str(error)}
    except (ValueError, RecursionError) as error:
        return {"error": f"not a JSON object: {error}"}
    if question.turn not in scene.turns:
        return {"error": f"{question.scenario} has no turn {question.turn!r}"}
    try:
        return {**question.model_dump(), **_plain(grade(scene, question.turn, question.text))}
    except Exception as error:  # noqa: BLE001 - a fault of the grader costs one line, not all that follow
        return {"error": f"the grader failed: {error!r}"}


def written(answer: dict[str, Any]) -> bytes:
    """Write an answer as one line; half characters that no text can hold stay escaped."""
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _plain(verdict: Verdict) -> dict[str, Any]:
    """Return what a verdict says; a repair phrase is understood, and its intent says what it asks for."""
    return {
        "understood": verdict.intent is not None,
        "intent": verdict.intent,
        "slots": {name: value if isinstance(value, str) else list(value) for name, value in verdict.slots.items()},
        "form": verdict.form.value if verdict.form else None,
        "error_id": verdict.error_id,
        "layer": verdict.layer.value,
        "confidence": verdict.confidence,
        "signals": list(verdict.signals),
    }
