"""The start of the bot: settings read, logs set up, and every reason why it cannot run said in one line."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot import logs
from bot.delivery.receiver import TokenRefusedError
from bot.legacy.reading import LegacyError
from bot.refusals import FAILED, UNAVAILABLE, WRONG_SETTING, give_up, settings_or_refusal
from bot.running import chat_in_terminal, load_library, now, run_on_telegram
from bot.serving import AddressTakenError
from bot.settings import Settings
from storage.connecting import is_outage
from storage.lockfile import LockedError
from storage.schema import NewerDatabaseError, UnfinishedRestoreError

if TYPE_CHECKING:
    from bot.legacy.command import Asked


def run() -> None:
    """Serve learners on Telegram until a signal comes."""
    settings = settings_or_refusal()
    if settings.telegram_token is None:
        give_up("TUTOR_TELEGRAM_TOKEN: is needed to run on Telegram; `tertulia chat` needs none", WRONG_SETTING)
    _start(settings, run_on_telegram)


def chat() -> None:
    """Serve one learner in this terminal."""
    settings = settings_or_refusal()
    quiet = settings.log_level if "log_level" in settings.model_fields_set else "WARNING"
    _start(settings, chat_in_terminal, level=quiet)


def import_legacy(asked: "Asked") -> None:
    """Bring the predecessor's data over."""
    from bot.legacy.command import import_legacy as bring_in  # noqa: PLC0415 - a running bot has no use for it

    settings = settings_or_refusal()
    quiet = settings.log_level if "log_level" in settings.model_fields_set else "WARNING"
    _start(settings, lambda given: bring_in(given, asked, load_library(given), now), level=quiet)


def _start(
    settings: Settings, program: Callable[[Settings], Coroutine[Any, Any, None]], *, level: str | None = None
) -> None:
    logs.configure(level=level or settings.log_level, log_format=settings.log_format, secrets=settings.secrets)
    logging.getLogger("tertulia").info("Data folder: %s", settings.data_dir)
    try:
        asyncio.run(program(settings))
    except LegacyError as error:
        give_up(str(error), WRONG_SETTING)
    except TokenRefusedError as error:
        give_up(str(error), WRONG_SETTING)
    except AddressTakenError as error:
        give_up(f"TUTOR_LISTEN: {error}", WRONG_SETTING)
    except (NewerDatabaseError, LockedError, UnfinishedRestoreError) as error:
        give_up(str(error), FAILED)
    except (SQLAlchemyError, OSError) as error:
        name = "TUTOR_DATABASE_URL" if settings.database_url else "TUTOR_DATA_DIR"
        line = logs.redactor(settings.secrets)(f"{name}: the database cannot be used: {_reason(error)}")
        give_up(line, UNAVAILABLE if _is_away(error) else WRONG_SETTING)
    except KeyboardInterrupt:
        raise typer.Exit(FAILED) from None


def _is_away(error: Exception) -> bool:
    """Tell whether a server does not serve now; its driver cannot tell a server that is down from a wrong password."""
    return is_outage(error) and isinstance(error, DBAPIError) and not isinstance(error.orig, sqlite3.Error)


def _reason(error: Exception) -> str:
    """Return the driver's or the system's own word for it, without the statement and its parameters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).strip().splitlines()[0]
