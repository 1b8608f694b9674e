"""An outside judge asks in JSON lines and gets one verdict a line, in order, whatever the line holds."""

import json
from typing import Any

import pytest

from bot.authoring.judging import judged, written
from tests import shipped
from tests.bot.test_command_line import run

LIBRARY = shipped.library()


def asked(turn: str, text: str, **others: str) -> dict[str, Any]:
    question = {"scenario": "cafe_order", "lang": "es", "native": "en", "turn": turn, "text": text, **others}
    return judged(json.dumps(question).encode(), LIBRARY.scene)


def test_an_answer_that_does_the_job_is_understood_with_its_slots() -> None:
    said = asked("drink", "un café con leche, por favor")
    assert (said["understood"], said["intent"], said["form"]) == (True, "order_drink", "ok")
    assert said["slots"] == {"drink": "coffee", "style": "milk"}
    assert (said["turn"], said["text"]) == ("drink", "un café con leche, por favor")


def test_a_predicted_error_is_understood_and_named() -> None:
    said = asked("drink", "una café")
    assert (said["understood"], said["form"], said["error_id"]) == (True, "error", "article_gender")


def test_a_repair_phrase_is_understood_as_what_it_asks_for() -> None:
    said = asked("drink", "¿Puede repetir?")
    assert (said["understood"], said["intent"]) == (True, "repeat")


def test_nonsense_is_not_understood() -> None:
    said = asked("drink", "qwxz brrk")
    assert (said["understood"], said["intent"], said["slots"], said["form"]) == (False, None, {}, None)


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"no json", b"[]", b"5", b"\xff\xfe", b'{"scenario": "cafe_order"}', b"[" * 99_999]
)
def test_a_bad_line_gets_an_error(line: bytes) -> None:
    assert list(judged(line, LIBRARY.scene)) == ["error"]


def test_what_is_not_there_is_named() -> None:
    assert "moon" in asked("drink", "x", scenario="moon")["error"]
    assert "fly" in asked("fly", "x")["error"]


def test_a_verdict_is_written_as_one_line_even_where_text_holds_half_characters() -> None:
    line = written(asked("drink", "un té\n\ud800"))
    assert line.count(b"\n") == 1
    assert json.loads(line)["text"] == "un té\n\ud800"


def test_the_command_answers_line_by_line_in_order_and_goes_on_after_a_bad_one() -> None:
    good = {"scenario": "cafe_order", "lang": "es", "native": "en", "turn": "pay", "text": "con tarjeta"}
    said = run(
        "content", "grade", given="\n".join([json.dumps(good), "?", json.dumps({**good, "text": "en efectivo"})])
    )
    assert said.returncode == 0
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    assert [answer.get("intent") for answer in answers] == ["pay_card", None, "pay_cash"]
