"""Facts about the bot in a terminal: lines in, transcript out."""

import asyncio
import io
import os
from collections.abc import Iterable

import pytest
from rich.console import Console

from bot.console.request import ROOT, TOKEN, ConsoleRequest
from bot.console.terminal import TypedLines, locale_language, open_console
from bot.delivery.transport import Api
from tests.clock import FixedClock


class Script:
    """Lines known beforehand."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = list(lines)

    async def next(self) -> str | None:
        return self._lines.pop(0) if self._lines else None


async def _nothing() -> None:
    """Find everything settled."""


def terminal(*lines: str) -> tuple[Api, ConsoleRequest, io.StringIO]:
    paper = io.StringIO()
    request = ConsoleRequest(
        open_console(paper), Script(lines), _nothing, clock=FixedClock(), first_update_id=41, language_code="fr"
    )
    return Api(request, request, ROOT, TOKEN), request, paper


KEYBOARD = {"inline_keyboard": [[{"text": "Hint", "callback_data": "h1"}, {"text": "Skip", "callback_data": "s1"}]]}


async def test_a_typed_line_is_a_message() -> None:
    api, _, _ = terminal("  hola ")
    (update,) = await api.poll(50)
    assert update["update_id"] == 41
    assert update["message"]["text"] == "hola"
    assert update["message"]["from"]["language_code"] == "fr"


async def test_update_ids_go_on_and_empty_lines_are_no_updates() -> None:
    api, _, _ = terminal("uno", "", "  ", "/start now")
    assert (await api.poll(50))[0]["update_id"] == 41
    (update,) = await api.poll(50)
    assert update["update_id"] == 42
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_number_presses_the_button_that_shows_it() -> None:
    api, _, paper = terminal("2")
    await api.call("sendMessage", chat_id=1, text="<b>Buenos días</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert "Buenos días" in paper.getvalue()
    assert "[1] Hint   [2] Skip" in paper.getvalue()
    (update,) = await api.poll(50)
    assert update["callback_query"]["data"] == "s1"
    assert update["callback_query"]["from"]["id"] == 1


async def test_a_number_without_a_button_is_a_message() -> None:
    api, _, _ = terminal("3")
    await api.call("sendMessage", chat_id=1, text="Hi", reply_markup=KEYBOARD)
    assert (await api.poll(50))[0]["message"]["text"] == "3"


async def test_a_number_after_the_keyboard_is_gone_is_a_message() -> None:
    api, _, _ = terminal("1")
    message = await api.call("sendMessage", chat_id=1, text="Hi", reply_markup=KEYBOARD)
    await api.call("editMessageReplyMarkup", chat_id=1, message_id=message["message_id"])
    assert (await api.poll(50))[0]["message"]["text"] == "1"


async def test_an_edited_message_is_printed_again() -> None:
    api, _, paper = terminal()
    message = await api.call("sendMessage", chat_id=1, text="before")
    await api.call("editMessageText", chat_id=1, message_id=message["message_id"], text="after")
    assert "after" in paper.getvalue()


async def test_a_toast_is_printed() -> None:
    api, _, paper = terminal()
    await api.call("answerCallbackQuery", callback_query_id="1", text="Well done")
    assert "(Well done)" in paper.getvalue()


@pytest.mark.parametrize("lines", [(), ("/quit",)])
async def test_the_end_of_input_and_quit_end_the_chat(lines: tuple[str, ...]) -> None:
    api, request, _ = terminal(*lines)
    waiting = asyncio.create_task(api.poll(50))
    await request.ended.wait()
    waiting.cancel()


async def test_no_styles_reach_a_file() -> None:
    api, _, paper = terminal()
    await api.call("sendMessage", chat_id=1, text="<b>bold</b> <tg-spoiler>x</tg-spoiler>", reply_markup=KEYBOARD)
    assert "\x1b" not in paper.getvalue()


async def test_long_lines_are_not_broken_in_a_file() -> None:
    api, _, paper = terminal()
    await api.call("sendMessage", chat_id=1, text="word " * 60)
    assert "word " * 59 in paper.getvalue()


@pytest.mark.real_time
async def test_piped_lines_come_one_by_one_and_are_echoed() -> None:
    reading, writing = os.pipe()
    os.write(writing, "¡hola!\r\nadiós".encode())
    os.close(writing)
    paper = io.StringIO()
    lines = TypedLines(reading, Console(file=paper))
    assert [await lines.next(), await lines.next(), await lines.next()] == ["¡hola!", "adiós", None]
    assert paper.getvalue() == "> ¡hola!\n> adiós\n"
    os.close(reading)


@pytest.mark.parametrize(
    ("environment", "language"),
    [({}, "en"), ({"LANG": "C.UTF-8"}, "en"), ({"LANG": "de_AT.UTF-8"}, "de"), ({"LC_ALL": "fr", "LANG": "de"}, "fr")],
)
def test_the_language_comes_from_the_locale(environment: dict[str, str], language: str) -> None:
    assert locale_language(environment) == language
