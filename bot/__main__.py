"""The command line: run the bot, chat with it in the terminal, look after its data, check content."""

import os
from pathlib import Path
from typing import Annotated

# Before python-telegram-bot is used: without it a 429 raises a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

import typer

from bot import sparing
from bot.authoring.commands import content

# Pretty tracebacks would show local variables: the token, a learner's words.
app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Tertulia: a language tutor that lives in Telegram.",
)
app.add_typer(content, name="content")


@app.command()
def run() -> None:
    """Serve learners on Telegram; needs TUTOR_TELEGRAM_TOKEN."""
    sparing.share_one_heap()
    with sparing.without(*sparing.COLOURS):
        from bot import starting  # noqa: PLC0415 - `content` starts at once, without Telegram and the database

    starting.run()


@app.command()
def chat() -> None:
    """Chat with the tutor in this terminal; needs nothing."""
    from bot import starting  # noqa: PLC0415 - as above

    starting.chat()


@app.command()
def import_legacy(
    file: Annotated[Path, typer.Argument(help="the predecessor's SQLite file; it is only read", metavar="OLD.DB")],
    users: Annotated[Path, typer.Option(help="a CSV file with the header legacy_user,telegram_id")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="report all, change nothing")] = False,  # noqa: FBT002 - Typer's way
    aside: Annotated[
        Path | None, typer.Option(help="where to list rows set aside; by default in the data folder")
    ] = None,
    zone: Annotated[str, typer.Option(help="the zone of times that were written without one")] = "UTC",
) -> None:
    """Bring over what learners had with the predecessor: sittings, words, completions."""
    from bot import starting  # noqa: PLC0415 - as above
    from bot.legacy.command import Asked  # noqa: PLC0415 - as above

    starting.import_legacy(Asked(file=file, users=users, dry=dry_run, aside=aside, zone=zone))


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="The folder; by default `backups` in the data folder.")] = None,
    keep: Annotated[int, typer.Option(min=1, help="How many backups made by hand are kept; older ones go.")] = 14,
) -> None:
    """Back the database up while the bot runs."""
    from bot.operations import commands  # noqa: PLC0415 - as above

    commands.backup(to, keep)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by `tertulia backup`.")],
    *,
    force: Annotated[bool, typer.Option(help="Replace a database that is there; it is kept aside.")] = False,
) -> None:
    """Put a backup into the configured database; the bot must be stopped."""
    from bot.operations import commands  # noqa: PLC0415 - as above

    commands.restore(file, force=force)


@app.command()
def doctor(
    *,
    repair: Annotated[bool, typer.Option(help="Rebuild what can be; on SQLite the bot must be stopped.")] = False,
) -> None:
    """Look over all that is stored, while the bot runs; exit code 0 when it is sound."""
    from bot.operations import commands  # noqa: PLC0415 - as above

    commands.doctor(repair=repair)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
