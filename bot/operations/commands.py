"""What the operator's commands say: one line when something cannot be, and an exit code that says so too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from bot.operations.backup import BackupError, Order, back_up
from bot.operations.doctor import DoctorError, Told, look_over
from bot.operations.restore import RestoreError, Wish
from bot.operations.restore import restore as put_back
from bot.refusals import FAILED, give_up, settings_or_refusal
from storage.health.check import Finding


def backup(to: Path | None, keep: int) -> None:
    """Back the database up while the bot runs."""
    settings = settings_or_refusal()
    order = Order(database_url=settings.database("tertulia"), folder=to or settings.backup_dir, keep=keep)
    try:
        with _shown("Backing up") as progress:
            made = back_up(order, datetime.now(UTC), progress)
    except BackupError as error:
        give_up(str(error))
    typer.echo(f"{made.path} ({made.size / 1e6:.1f} MB)")
    if made.removed:
        typer.echo(f"Removed {made.removed} older than the newest {keep}.")


def restore(file: Path, *, force: bool) -> None:
    """Put a backup into the configured database."""
    settings = settings_or_refusal()
    folder = settings.backup_dir
    wish = Wish(file=file, database_url=settings.database("tertulia"), folder=folder, force=force)
    try:
        with _shown("Restoring") as progress:
            restored = put_back(wish, datetime.now(UTC), progress)
    except RestoreError as error:
        give_up(str(error))
    typer.echo(f"Restored {file}: " + ", ".join(f"{number} {name}" for name, number in restored.rows.items()) + ".")
    if restored.replaced:
        typer.echo(f"What was there before is kept as {restored.replaced}.")
    for finding in restored.findings:
        typer.echo(_said(finding))
    if restored.findings:
        typer.echo("`tertulia doctor --repair` mends what can be rebuilt.")
        raise typer.Exit(FAILED)


def doctor(*, repair: bool) -> None:
    """Look over everything that is stored, and say so."""
    settings = settings_or_refusal()
    checks, bad = 0, 0
    try:
        for told in look_over(settings.database("tertulia"), datetime.now(UTC), repair=repair):
            checks, bad = checks + 1, bad + (not told.sound)
            _tell(told)
    except DoctorError as error:
        give_up(f"No examination: {error}")
    typer.echo(f"{checks} checks, " + ("all sound." if not bad else f"{bad} with something left to do."))
    if bad:
        raise typer.Exit(FAILED)


def _tell(told: Told) -> None:
    if told.found.count and told.sound:
        typer.echo(f"mended   {told.found.check.name}: {_what(told.found)}")
    elif told.left.count:
        typer.echo(_said(told.left))
    else:
        typer.echo(f"sound    {told.found.check.name}")


def _said(finding: Finding) -> str:
    by = "--repair mends it" if finding.check.repair is not None else "needs a person"
    return f"BROKEN   {finding.check.name}: {_what(finding)}; {by}"


def _what(finding: Finding) -> str:
    more = ", …" if finding.count > len(finding.examples) else ""
    return f"{finding.count} {finding.check.broken} ({', '.join(finding.examples)}{more})"


@contextmanager
def _shown(what: str) -> Iterator[Callable[[int, int | None], object]]:
    """Show a bar on a terminal, and nothing where nobody looks."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
