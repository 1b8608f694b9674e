"""Serve chats from several processes: who serves which chat, and one budget for what all of them send.

Revision: 0004, after 0003, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FREE = sa.text("worker IS NULL")


def upgrade() -> None:
    op.create_table(
        "chat_claims",
        sa.Column("chat_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("worker", BIG_ID, nullable=True),
        sa.Column("news", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chat_claims")),
    )
    op.create_index("ix_chat_claims_free", "chat_claims", ["chat_id"], sqlite_where=FREE, postgresql_where=FREE)
    op.create_index(op.f("ix_chat_claims_worker"), "chat_claims", ["worker"])
    op.create_table(
        "send_budget",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("spent_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_budget")),
    )
    # What waits at the moment of the upgrade waits for a worker as everything after it does.
    op.execute(
        sa.text(
            "INSERT INTO chat_claims (chat_id, worker, news) SELECT waiting.chat_id, NULL, 1 FROM ("
            "SELECT COALESCE(chat_id, 0) AS chat_id FROM inbox WHERE status = 'new' UNION "
            "SELECT chat_id FROM outbox WHERE status IN ('pending', 'sending')) AS waiting"
        )
    )


def downgrade() -> None:
    op.drop_table("send_budget")
    op.drop_index(op.f("ix_chat_claims_worker"), "chat_claims")
    op.drop_index("ix_chat_claims_free", "chat_claims")
    op.drop_table("chat_claims")
