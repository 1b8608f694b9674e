"""Facts about the log: one shape for every logger, and no secret in any line whatever a library writes."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.logs import REDACTED, configure, redactor

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
PASSWORD = ':p"ä ss%@'
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LIBRARIES = (
    "telegram",
    "telegram.Bot",
    "aiohttp.client",
    "sqlalchemy.engine.Engine",
    "httpx",
    "httpcore.http11",
    "bot",
)

tokens = st.builds("{}:{}".format, st.integers(10**6, 10**10), st.from_regex(r"[A-Za-z0-9_-]{30,40}", fullmatch=True))
around = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    levels = {name: logging.getLogger(name).level for name in list(logging.Logger.manager.loggerDict)}
    yield
    root.handlers, sys.excepthook = handlers, hook
    root.setLevel(level)
    for name in list(logging.Logger.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()


def fail(text: str) -> None:
    raise RuntimeError(text)


def log_everywhere(logger: logging.Logger, level: int, secret: str) -> None:
    """Put the secret wherever a record can carry one: message, arguments, error, cause and note."""
    logger.log(level, "POST https://api.telegram.org/bot" + secret + "/getMe")  # noqa: G003 - libraries do build them so
    logger.log(level, "POST %s %r", f"/bot{secret}/sendMessage", {"token": secret, "url": quote(secret, safe="")})
    try:
        try:
            fail(f"cannot connect to /bot{secret}/getMe")
        except RuntimeError as cause:
            cause.add_note(f"seen at {secret}")
            raise ValueError(secret) from cause
    except ValueError:
        logger.log(level, "%s failed", secret, exc_info=True)


@given(
    before=around,
    token=tokens,
    after=around,
    log_format=st.sampled_from(("console", "json")),
    known=st.lists(st.just(0), max_size=1),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=50
)
def test_no_token_survives_in_any_record(
    before: str, token: str, after: str, log_format: str, known: list[int]
) -> None:
    stream = io.StringIO()
    configure(
        level="DEBUG",
        log_format="json" if log_format == "json" else "console",
        secrets=[token for _ in known],
        stream=stream,
    )
    log_everywhere(logging.getLogger("bot"), logging.INFO, token)
    structlog.get_logger("bot").info(f"{before} {token} {after}", url=[f"{before}/bot{token}/x"], who={token: after})
    assert token.partition(":")[2] not in stream.getvalue()
    assert REDACTED in stream.getvalue()


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("secret", [TOKEN, PASSWORD])
def test_no_secret_survives_from_any_library_at_any_level(level: str, log_format: str, secret: str) -> None:
    stream = io.StringIO()
    configure(level=level, log_format="json" if log_format == "json" else "console", secrets=[secret], stream=stream)
    for name in LIBRARIES:
        for at in LEVELS:
            log_everywhere(logging.getLogger(name), logging.getLevelNamesMapping()[at], secret)
    written = stream.getvalue()
    assert REDACTED in written
    for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert form not in written


def test_a_logger_made_after_configuring_is_redacted_too() -> None:
    stream = io.StringIO()
    configure(level="DEBUG", secrets=[TOKEN], stream=stream)
    log_everywhere(logging.getLogger("a.library.loaded.later"), logging.DEBUG, TOKEN)
    assert "a.library.loaded.later" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_a_token_of_another_bot_is_redacted_by_its_shape() -> None:
    assert redactor([])(f"GET /file/bot{TOKEN}/voice.oga") == f"GET /file/bot{REDACTED}/voice.oga"


def test_an_ordinary_line_stays_as_it_is() -> None:
    assert redactor([TOKEN, ""])("at 12:30:45 chat 123456789: 3 words due") == "at 12:30:45 chat 123456789: 3 words due"


def test_a_record_that_cannot_be_rendered_shows_its_origin_and_not_its_arguments(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure(level="INFO", secrets=[TOKEN])
    logging.getLogger("broken").warning("%d turns", TOKEN)
    written = capsys.readouterr().err
    assert "a log record of broken (test_logs.py:" in written
    assert TOKEN not in written


def test_an_uncaught_error_is_logged_without_its_secrets() -> None:
    stream = io.StringIO()
    configure(level="INFO", log_format="json", secrets=[TOKEN], stream=stream)
    sys.excepthook(RuntimeError, RuntimeError(f"/bot{TOKEN}/getMe"), None)
    line = json.loads(stream.getvalue())
    assert line["level"] == "critical"
    assert line["exception"] == f"RuntimeError: /bot{REDACTED}/getMe"


def test_a_traceback_shows_no_local_variables() -> None:
    stream = io.StringIO()
    configure(level="INFO", stream=stream)
    utterance = "dos cafés"
    try:
        fail("the turn failed")
    except RuntimeError:
        structlog.get_logger("bot").exception("A turn is tried again.")
    assert "RuntimeError: the turn failed" in stream.getvalue()
    assert utterance not in stream.getvalue()


@pytest.mark.parametrize(
    "name", ["telegram.Bot", "telegram.ext.Application", "aiohttp.client", "sqlalchemy.engine.Engine"]
)
def test_libraries_that_log_learners_words_keep_silent_about_them_at_debug(name: str) -> None:
    stream = io.StringIO()
    configure(level="DEBUG", stream=stream)
    logging.getLogger(name).debug("parameters: %s", {"text": "dos cafés"})
    assert stream.getvalue() == ""


@pytest.mark.parametrize("name", ["httpx", "apscheduler.scheduler", "uvicorn.access"])
def test_noisy_libraries_speak_below_warning_only_at_debug(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A server without an access log, started by another test, silences its logger for the rest of the process.
    monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    stream = io.StringIO()
    configure(level="INFO", stream=stream)
    logging.getLogger(name).info("a routine matter")
    assert stream.getvalue() == ""
    configure(level="DEBUG", stream=stream)
    logging.getLogger(name).info("a routine matter")
    assert "a routine matter" in stream.getvalue()


def test_both_kinds_of_logger_give_the_same_json_keys() -> None:
    stream = io.StringIO()
    configure(level="INFO", log_format="json", stream=stream)
    logging.getLogger("bot.one").info("%s starts", "The bot")
    structlog.get_logger("bot.two").info("%s starts", "The bot", chat=7)
    plain, structured = map(json.loads, stream.getvalue().splitlines())
    assert plain.keys() == {"event", "level", "logger", "timestamp"}
    assert structured.keys() == plain.keys() | {"chat"}
    assert plain["event"] == structured["event"] == "The bot starts"
    assert (plain["logger"], structured["logger"]) == ("bot.one", "bot.two")


def test_configuring_twice_writes_each_line_once() -> None:
    stream = io.StringIO()
    configure(level="INFO", stream=stream)
    configure(level="INFO", stream=stream)
    logging.getLogger("bot").info("once")
    assert stream.getvalue().count("once") == 1
