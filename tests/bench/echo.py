"""The bots to compare with, each a process of its own: python-telegram-bot as its own examples use it.

`python -m tests.bench.echo ROOT TOKEN` answers with the text it got. With a path as a third argument it first commits
one row a message to SQLite there: a SQLModel Session in a worker thread, WAL, synchronous=FULL.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

os.environ["PTB_TIMEDELTA"] = "1"

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it again."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def keeping(path: str) -> Callable[[Update, ContextTypes.DEFAULT_TYPE], Any]:
    """Return a handler that commits one row, then says it again."""
    from sqlalchemy import event  # noqa: PLC0415 - the bare echo must not carry SQLAlchemy
    from sqlmodel import Field, Session, SQLModel, create_engine  # noqa: PLC0415 - as above

    class Said(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        chat_id: int
        text: str

    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    SQLModel.metadata.create_all(engine)

    def keep(chat_id: int, text: str) -> None:
        with Session(engine) as session:
            session.add(Said(chat_id=chat_id, text=text))
            session.commit()

    async def keep_and_echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await asyncio.to_thread(keep, update.message.chat_id, update.message.text or "")
        await echo(update, context)

    return keep_and_echo


def main(root: str, token: str, path: str = "") -> None:
    """Run until a signal comes."""
    builder = Application.builder().token(token).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, keeping(path) if path else echo))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
