"""How a command says that something cannot be: one line for the operator, and an exit code that says so too."""

import sys
from typing import NoReturn

import typer

from bot.settings import Settings, SettingsError, load_settings

FAILED, WRONG_SETTING = 1, 2
UNAVAILABLE = 75  # EX_TEMPFAIL: nothing here is wrong, and starting again later may do


def settings_or_refusal() -> Settings:
    """Return the settings, or end the command with a line for each that cannot be used."""
    try:
        return load_settings()
    except SettingsError as error:
        give_up(str(error), WRONG_SETTING)


def give_up(line: str, code: int = FAILED) -> NoReturn:
    """End the command with this line."""
    sys.stderr.write(f"{line}\n")
    raise typer.Exit(code)
