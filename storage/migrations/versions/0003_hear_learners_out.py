"""Hear learners out: what a verdict said and who contested it, how strict and how helped they want to be.

Revision: 0003, after 0002, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
ACTIONS = ("send", "edit", "strip", "answer")
REACT = "react"
CONTESTED = sa.text("contested_at IS NOT NULL")


def upgrade() -> None:
    # Columns with a default are added in place: on SQLite a rebuilt table would lose its checks and partial indexes.
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("strictness", sa.String(), nullable=False, server_default="normal"))
    with op.batch_alter_table("scenario_runs") as runs:
        runs.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="full"))
    with op.batch_alter_table("scenario_turns") as turns:
        turns.add_column(sa.Column("details", DOCUMENT, nullable=False, server_default=sa.text("'{}'")))
        turns.add_column(sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_scenario_turns_user_id_error_id", "scenario_turns", ["user_id", "error_id"])
    op.drop_index(op.f("ix_scenario_turns_user_id"), "scenario_turns")
    op.create_index(
        "ix_scenario_turns_contested",
        "scenario_turns",
        ["contested_at"],
        sqlite_where=CONTESTED,
        postgresql_where=CONTESTED,
    )
    op.create_table(
        "support_levels",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_support_levels_level_range")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_support_levels_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "language", name=op.f("pk_support_levels")),
    )
    _let_pass(ACTIONS, (*ACTIONS, REACT))


def downgrade() -> None:
    # An older program would take a part of a scene for the whole, and a drill's number for a question's.
    op.execute(
        sa.text(
            "UPDATE users SET awaiting = NULL WHERE awaiting LIKE 'drill:%' OR awaiting IN "
            "(SELECT 'run:' || CAST(id AS VARCHAR) FROM scenario_runs WHERE kind <> 'full')"
        )
    )
    ended = "UPDATE scenario_runs SET status = 'quit', ended_at = COALESCE(ended_at, last_turn_at)"
    op.execute(sa.text(f"{ended} WHERE kind <> 'full'"))
    op.execute(sa.text(f"DELETE FROM outbox WHERE action = '{REACT}'"))  # noqa: S608 - a constant
    _let_pass((*ACTIONS, REACT), ACTIONS)
    op.drop_table("support_levels")
    op.drop_index("ix_scenario_turns_contested", "scenario_turns")
    op.create_index(op.f("ix_scenario_turns_user_id"), "scenario_turns", ["user_id"])
    op.drop_index("ix_scenario_turns_user_id_error_id", "scenario_turns")
    op.drop_column("scenario_turns", "contested_at")
    op.drop_column("scenario_turns", "details")
    op.drop_column("scenario_runs", "kind")
    op.drop_column("users", "strictness")


def _let_pass(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change which actions the outbox takes; SQLite rebuilds the table for it and must not give an id anew."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    known = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"
    last = connection.scalar(sa.text(known)) if sqlite else None
    with op.batch_alter_table("outbox", copy_from=_outbox(before), table_kwargs={"sqlite_autoincrement": True}) as box:
        box.drop_constraint(op.f("ck_outbox_action"), type_="check")
        box.create_check_constraint(op.f("ck_outbox_action"), _among(after))
    if last is not None:
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'outbox'"))
        connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', :last)"), {"last": last})


def _among(actions: tuple[str, ...]) -> str:
    return f"action IN ({', '.join(repr(action) for action in actions)})"


def _outbox(actions: tuple[str, ...]) -> sa.Table:
    """Return the outbox as revision 0002 left it: SQLite cannot tell us its checks."""
    statuses = ("pending", "sending", "sent", "dead", "expired")
    unsent, unerased = sa.text("status IN ('pending', 'sending')"), sa.text("payload IS NOT NULL")
    table = sa.Table(
        "outbox",
        sa.MetaData(),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=True),
        sa.Column("slot", sa.String(), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("prompt_id", BIG_ID, nullable=True),
        sa.Column("forget", sa.Boolean(), nullable=False),
        sa.CheckConstraint(_among(actions), name="ck_outbox_action"),
        sa.CheckConstraint(f"status IN ({', '.join(map(repr, statuses))})", name="ck_outbox_outboxstatus"),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["review_prompts.id"], name="fk_outbox_prompt_id_review_prompts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    sa.Index("ix_outbox_chat_id_slot_id", table.c.chat_id, table.c.slot, table.c.id)
    sa.Index("ix_outbox_prompt_id", table.c.prompt_id)
    sa.Index("ix_outbox_unsent", table.c.priority, table.c.id, sqlite_where=unsent, postgresql_where=unsent)
    sa.Index("ix_outbox_unerased", table.c.created_at, sqlite_where=unerased, postgresql_where=unerased)
    return table
