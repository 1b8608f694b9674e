"""The command line: run the bot, chat with it in the terminal, check content."""

import os

# Before python-telegram-bot is used: without it a 429 raises a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

import typer

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
    from bot import starting  # noqa: PLC0415 - `content` starts at once, without Telegram and the database

    starting.run()


@app.command()
def chat() -> None:
    """Chat with the tutor in this terminal; needs nothing."""
    from bot import starting  # noqa: PLC0415 - as above

    starting.chat()


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
