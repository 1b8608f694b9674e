"""One way for every log line of the process, on which no secret gets through.

The whole rendered line is searched, traceback included, because libraries put URLs and headers wherever they like.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import Processor

REDACTED = "[secret]"

_BOT_SHAPE = r"[0-9]{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"
# These tell more than an operator wants to read, unless the operator asked for DEBUG.
_NOISY = ("httpx", "httpcore", "apscheduler", "uvicorn.access", "asyncio", "alembic.runtime.plugins")
# These write request parameters and statements at DEBUG, which are the learners' own words: never, at any level.
_INDISCREET = {
    "telegram": logging.INFO,
    "aiohttp": logging.INFO,
    "sqlalchemy.engine": logging.WARNING,
    "sqlalchemy.pool": logging.WARNING,
    "sqlalchemy.orm": logging.WARNING,
}


class RedactingHandler(logging.StreamHandler[TextIO]):
    """Write log lines to one stream with every secret replaced."""

    def __init__(self, stream: TextIO, redact: Callable[[str], str]) -> None:
        super().__init__(stream)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Render the record, then replace the secrets in all of it."""
        return self._redact(super().format(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging names it
        """Report a record that cannot be written by its origin only, for logging itself would print its arguments."""
        kind = sys.exc_info()[0]
        reason = kind.__name__ if kind else "error"
        sys.stderr.write(f"a log record of {record.name} ({record.filename}:{record.lineno}) is lost: {reason}\n")


def configure(
    *,
    level: str = "INFO",
    log_format: Literal["console", "json"] = "console",
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log line of the process, and any uncaught exception, to the stream without the given secrets."""
    target = stream or sys.stderr
    handler = RedactingHandler(target, redactor(secrets))
    handler.setFormatter(_formatter(log_format, colors=target.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    _calm_libraries(root.level)
    # The chain is the same for every call, so a logger that was cached before stays right.
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _log_uncaught


def redactor(secrets: Sequence[str]) -> Callable[[str], str]:
    """Return a function that replaces the given secrets, however written, and whatever is shaped like a bot token."""
    written = {form for secret in secrets if secret for form in _forms(secret)}
    longest_first = sorted(written, key=len, reverse=True)
    pattern = re.compile("|".join([*map(re.escape, longest_first), _BOT_SHAPE]))
    return lambda text: pattern.sub(REDACTED, text)


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(log_format: Literal["console", "json"], *, colors: bool) -> logging.Formatter:
    formatter = structlog.stdlib.ProcessorFormatter
    # Plain tracebacks: the pretty ones show local variables, which hold learners' words, and may break a token in two.
    console = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    rendering: dict[str, list[Processor]] = {
        "console": [console],
        "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
    }
    return formatter(
        foreign_pre_chain=_common(),
        processors=[formatter.remove_processors_meta, *rendering[log_format]],
    )


def _calm_libraries(level: int) -> None:
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.NOTSET if level <= logging.DEBUG else max(level, logging.WARNING))
    for name, floor in _INDISCREET.items():
        logging.getLogger(name).setLevel(max(level, floor))


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    logging.getLogger("tertulia").critical("The process ends: nobody caught this.", exc_info=(kind, error, traceback))
