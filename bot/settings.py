"""What an operator may set: the `TUTOR_` variables, read once at start, each checked and named when it is wrong."""

import difflib
import hashlib
import hmac
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.addresses import TELEGRAM, check_webhook

PREFIX = "TUTOR_"
ENV_FILE = ".env"
_TEST_PREFIX = "TUTOR_TEST_"
_LAST_PORT = 65535
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_WORTH_HIDING = 4  # characters; a shorter secret hides nothing and would blot out half of every log
_DATABASES = ("postgresql://", "postgresql+psycopg://")


class SettingsError(Exception):
    """Tell the operator, one line per variable, which settings cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Name a place to listen at."""

    host: str
    port: int


def _address(value: object) -> object:
    if not isinstance(value, str):
        return value
    host, _, port = value.strip().rpartition(":")
    number = int(port) if port.isascii() and port.isdecimal() else -1
    if not host or not 0 <= number <= _LAST_PORT:
        raise ValueError("must be host:port, such as 127.0.0.1:8080")
    return Address(host=host.removeprefix("[").removesuffix("]"), port=number)


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise ValueError("must be numeric Telegram ids separated by commas, such as 1234567,7654321")
    return frozenset(map(int, parts))


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


class Settings(BaseSettings):
    """Hold every setting of one process; an empty variable counts as unset."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # The file stands before the token: the token's check reads what the file's check found.
    telegram_token_file: Path | None = None
    telegram_token: SecretStr | None = Field(default=None, validate_default=True)
    bot_api_url: str = TELEGRAM
    data_dir: Path = Field(default_factory=lambda: user_data_path("tertulia", appauthor=False))
    content_dir: Path | None = None
    # A database URL may carry a password, so it never shows in a repr; `database` hands it out.
    database_url: str | None = Field(default=None, repr=False)
    backups: int = Field(default=7, ge=0)
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    # The mode stands before the address: the address's check reads what the mode is.
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str | None = Field(default=None, validate_default=True)
    webhook_secret: SecretStr | None = None
    listen: Annotated[Address, NoDecode, BeforeValidator(_address)] = Address(host="127.0.0.1", port=8080)
    sweep_seconds: float = Field(default=30, gt=0, allow_inf_nan=False)
    send_per_second: float = Field(default=30, ge=0, allow_inf_nan=False)
    send_per_chat: float = Field(default=1, ge=0, allow_inf_nan=False)
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def listen_is_explicit(self) -> bool:
        """Say whether the operator chose the address, so that a taken port is an error and not a shrug."""
        return "listen" in self.model_fields_set

    @property
    def secrets(self) -> tuple[str, ...]:
        """List what must never be seen in a log."""
        token = (self.telegram_token.get_secret_value(),) if self.telegram_token else ()
        parts = _split(self.database_url) if self.database_url else None
        # With its separators: a password such as "postgres" alone would blot out half of every log.
        passwords = (parts.password, unquote(parts.password)) if parts and parts.password else ()
        webhook = (self.webhook_token,) if len(self.webhook_token) >= _WORTH_HIDING else ()
        return token + webhook + tuple(f":{password}@" for password in dict.fromkeys(passwords))

    @property
    def webhook_path(self) -> str:
        """Return the path at which Telegram, or the proxy before us, hands in updates."""
        return urlsplit(self.webhook_url or "").path or "/"

    @property
    def webhook_token(self) -> str:
        """Return what Telegram must say with every update: the same in every process and after every restart."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        if self.mode != "webhook" or self.telegram_token is None:
            return ""
        return hmac.new(self.telegram_token.get_secret_value().encode(), b"webhook", hashlib.sha256).hexdigest()

    @property
    def on_postgres(self) -> bool:
        """Say whether several processes may share the database."""
        return (self.database_url or "").startswith(_DATABASES)

    def database(self, name: str) -> str:
        """Return the URL of the chosen database, by default an SQLite file of that name in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / name}.sqlite3"

    @property
    def backup_dir(self) -> Path:
        """Return the folder that backups go to unless another is named."""
        return self.data_dir / "backups"

    @field_validator("telegram_token_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            _check_token(_read(value))
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        file = info.data.get("telegram_token_file")
        if value is None:
            return SecretStr(_read(file)) if file else None
        if file:
            raise ValueError(f"is set and {PREFIX}TELEGRAM_TOKEN_FILE too; keep one of them")
        token = value.get_secret_value().strip()
        _check_token(token)
        return SecretStr(token)

    @field_validator("bot_api_url")
    @classmethod
    def _root(cls, value: str) -> str:
        url = value.strip().rstrip("/")
        if not re.fullmatch(r"https?://(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)(:[0-9]{1,5})?", url):
            raise ValueError("must be a root without a path, such as https://api.telegram.org or http://127.0.0.1:8081")
        return url

    @field_validator("webhook_url")
    @classmethod
    def _reachable(cls, value: str | None, info: ValidationInfo) -> str | None:
        url = (value or "").strip()
        if not url:
            if info.data.get("mode") == "webhook":
                raise ValueError("is needed where TUTOR_MODE is webhook: the address at which Telegram reaches the bot")
            return None
        check_webhook(url, telegrams_own=info.data.get("bot_api_url") == TELEGRAM)
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _sayable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 1 to 256 of the characters A-Z a-z 0-9 _ -")
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        path = Path(os.path.expanduser(value))  # noqa: PTH111 - Path.expanduser raises where no home is known
        if not path.is_absolute():
            raise ValueError("must be an absolute path, so that the data does not depend on where the bot is started")
        return path

    @field_validator("content_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not (value.is_absolute() and value.is_dir()):
            raise ValueError("must be the absolute path of a folder that is there")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        url = (value or "").strip()
        known = re.fullmatch(r"sqlite:////.*[^/]", url) or (url.startswith(_DATABASES) and _split(url))
        if value is not None and not known:
            raise ValueError("must be sqlite:////absolute/path or postgresql://user:password@host:port/name")
        return url or None

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ValueError(f"names a file that cannot be read: {reason}") from error


def _check_token(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise ValueError("must hold a token as @BotFather gives it: digits, a colon, letters")


def load_settings(warn: Callable[[str], object] | None = None) -> Settings:
    """Read the settings from the environment and `.env`, or raise SettingsError; hand unknown names to `warn`."""
    try:
        settings = Settings()
        names = [*os.environ, *dotenv_values(ENV_FILE, encoding="utf-8")]
    except ValidationError as error:
        # The cause would print what the operator typed, the token included.
        raise SettingsError("\n".join(map(_line, error.errors(include_url=False)))) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{ENV_FILE}: cannot be read as a text file") from None
    for line in unknown_variables(names):
        (warn or _to_stderr)(line)
    return settings


def unknown_variables(names: Iterable[str]) -> list[str]:
    """Say of every unknown `TUTOR_` name which known one stands closest."""
    known = sorted(PREFIX + field.upper() for field in Settings.model_fields)
    strange = {
        name
        for name in map(str.upper, names)
        if name.startswith(PREFIX) and not name.startswith(_TEST_PREFIX) and name not in known
    }
    return [_unknown(name, known) for name in sorted(strange)]


def _unknown(name: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
    return f"{name}: there is no such setting; the closest is {nearest}"


def _line(error: ErrorDetails) -> str:
    field = str(error["loc"][0])
    context: dict[str, Any] = error.get("ctx", {})
    reason = str(context.get("error", error["msg"])).replace("Input should be", "must be")
    return f"{PREFIX}{field.upper()}: {reason}"


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"warning: {line}\n")
