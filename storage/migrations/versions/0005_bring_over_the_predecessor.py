"""Bring over the predecessor: memory that was built up elsewhere, and the ledger of what is here already.

Revision: 0005, after 0004, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    # Added in place, each nullable or with a default: on SQLite a rebuilt table would lose its checks.
    op.add_column("cards", sa.Column("first_stability", sa.Float(), nullable=True))
    op.add_column("cards", sa.Column("first_difficulty", sa.Float(), nullable=True))
    op.add_column("cards", sa.Column("first_reviewed_on", sa.Date(), nullable=True))
    op.add_column("cards", sa.Column("first_reps", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cards", sa.Column("first_lapses", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "legacy_imports",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("legacy_key", sa.String(), nullable=False),
        sa.Column("leftover", DOCUMENT, nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_legacy_imports_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", "legacy_key", name=op.f("pk_legacy_imports")),
    )


def downgrade() -> None:
    # An older program rebuilds a card from its log alone, and would take a brought-over memory for a mistake only when
    # an answer is undone: until then the card stands as it is.
    op.drop_table("legacy_imports")
    op.drop_column("cards", "first_lapses")
    op.drop_column("cards", "first_reps")
    op.drop_column("cards", "first_reviewed_on")
    op.drop_column("cards", "first_difficulty")
    op.drop_column("cards", "first_stability")
