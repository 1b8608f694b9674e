"""PostgreSQL's own tools, run as they are: found where Debian hides them, the password never among the arguments."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

_DEBIAN = Path("/usr/lib/postgresql")
_SECONDS = 0.1


class ToolError(Exception):
    """A tool of PostgreSQL is not there, or did not do what it was asked."""


class StoppedError(Exception):
    """Somebody asked for the work to be broken off."""


def run_tool(
    name: str,
    arguments: Sequence[str],
    url: str | None = None,
    *,
    watch: Callable[[], object] = lambda: None,
    stopped: Callable[[], bool] = lambda: False,
) -> str:
    """Run a tool to its end and return what it wrote; `watch` is called now and then meanwhile."""
    command, environment = [_found(name), *arguments], dict(os.environ)
    if url is not None:
        where, password = _where(url)
        command += ["--no-password", f"--dbname={where}"]
        environment |= {"PGPASSWORD": password} if password else {}
    with subprocess.Popen(  # noqa: S603 - a tool found by its fixed name
        command,
        env=environment | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said, complained = _watched(process, watch, stopped)
    if process.returncode:
        raise ToolError(f"{name}: {_complaint(complained) or f'ended with {process.returncode}'}")
    return said


def _watched(
    process: "subprocess.Popen[str]", watch: Callable[[], object], stopped: Callable[[], bool]
) -> tuple[str, str]:
    while True:
        try:
            return process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            watch()
            if stopped():
                process.terminate()
                process.communicate()
                raise StoppedError from None


def _found(name: str) -> str:
    """Return the tool on the PATH, or Debian's newest; Debian's wrapper on the PATH chooses by its own clusters."""
    found = shutil.which(name)
    if found is None or Path(found).resolve().name == "pg_wrapper":
        debian = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: _version(path.parent.parent.name))
        found = str(debian[-1]) if debian else None
    if found is None:
        raise ToolError(f"{name} is not installed: it comes with PostgreSQL's client programs (postgresql-client)")
    return found


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdecimal())


def _where(url: str) -> tuple[str, str]:
    """Return where a database is, without the password, and the password."""
    # Only here: the driver is ten megabytes that a bot on SQLite has no use for.
    from psycopg import ProgrammingError  # noqa: PLC0415 - as said
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - as said

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        parts = conninfo_to_dict(plain)
    except ProgrammingError:
        raise ToolError("the database's URL cannot be read") from None
    password = str(parts.pop("password", "") or "")
    return make_conninfo(**{name: str(value) for name, value in parts.items() if value is not None}), password


def _complaint(said: str) -> str:
    """Return the line that says what went wrong, without the tool's name before it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line for line in lines if "error:" in line] or lines
    return wrong[0].split("error: ", 1)[-1] if wrong else ""
