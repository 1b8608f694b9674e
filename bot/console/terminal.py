"""The two ends of a terminal: lines as they are typed or piped in, and messages as they are printed."""

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from bot.console.markup import styled

PROMPT = "> "
CHUNK = 65_536


class TypedLines:
    """Lines of a file descriptor, read only when asked for; piped ones are echoed, so that a transcript reads well."""

    def __init__(self, descriptor: int, echo: Console) -> None:
        self._descriptor = descriptor
        self._echo = echo
        self._typed = os.isatty(descriptor)
        self._lines: deque[str] = deque()
        self._rest = b""
        self._ended = False

    async def next(self) -> str | None:
        """Wait for a line; nothing means that there will be no more."""
        if self._typed:
            self._echo.print(Text(PROMPT, style="bold"), end="")
        while not self._lines and not self._ended:
            self._take(await _read(self._descriptor))
        if not self._lines:
            return None
        line = self._lines.popleft()
        if not self._typed:
            self._echo.print(Text(f"{PROMPT}{line}", style="bold"))
        return line

    def _take(self, chunk: bytes) -> None:
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if not chunk:
            self._ended = True
            whole = [self._rest] if self._rest else []
        self._lines.extend(line.decode("utf-8", "replace").rstrip("\r") for line in whole)


async def _read(descriptor: int) -> bytes:
    # A thread nobody waits for: a pool's thread would keep the program from ending until another line is typed.
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bytes] = loop.create_future()

    def give(chunk: bytes) -> None:
        if not done.done():
            done.set_result(chunk)

    def work() -> None:
        try:
            chunk = os.read(descriptor, CHUNK)
        except OSError:
            chunk = b""
        if not loop.is_closed():
            loop.call_soon_threadsafe(give, chunk)

    threading.Thread(target=work, daemon=True, name="typed-lines").start()
    return await done


def open_console(stream: TextIO | None = None) -> Console:
    """Return where to print: with styles on a terminal, plain text anywhere else."""
    target = stream or sys.stdout
    if hasattr(target, "reconfigure"):
        target.reconfigure(errors="replace")
    on_terminal = target.isatty()
    # Lines are broken for eyes only: a file or a pipe gets them whole.
    return Console(
        file=target, force_terminal=on_terminal, soft_wrap=not on_terminal, highlight=False, markup=False, emoji=False
    )


def print_message(console: Console, html: str, rows: list[list[str]], placeholder: str | None) -> None:
    """Print a message with its numbered buttons."""
    console.print()
    console.print(styled(html))
    for row in rows:
        console.print(Text("   ".join(row), style="bold cyan"))
    if placeholder:
        console.print(Text(f"({placeholder})", style="dim"))


def locale_language(environment: Mapping[str, str]) -> str:
    """Return the language of the terminal's user, as Telegram would tell it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        language = environment.get(name, "").partition(".")[0].partition("_")[0].lower()
        if language:
            return language if language not in {"c", "posix"} else "en"
    return "en"


def numbered(markup: Mapping[str, Any], first: int = 1) -> tuple[list[list[str]], dict[str, str]]:
    """Return the rows of a keyboard as they are printed, and what each number presses."""
    rows, data = [], {}
    number = first
    for row in markup.get("inline_keyboard", []):
        shown = []
        for button in row:
            if button.get("callback_data"):
                shown.append(f"[{number}] {button['text']}")
                data[str(number)] = button["callback_data"]
                number += 1
            else:
                shown.append(f"{button['text']} <{button.get('url', '')}>")
        rows.append(shown)
    return rows, data
