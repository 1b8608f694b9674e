"""Find what one learner's turn asks for without reading everybody's rows.

Revision: 0002, after 0001, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What is still to be erased, so that erasing never walks what was erased long ago.
UNERASED = (
    ("ix_inbox_unerased", "inbox", "received_at", "body"),
    ("ix_outbox_unerased", "outbox", "created_at", "payload"),
)


def upgrade() -> None:
    op.create_index(op.f("ix_questions_session_id"), "questions", ["session_id"])
    op.create_index(op.f("ix_reviews_question_id"), "reviews", ["question_id"])
    op.create_index(op.f("ix_review_prompts_question_id"), "review_prompts", ["question_id"])
    op.create_index("ix_vocabulary_items_user_id_source_id", "vocabulary_items", ["user_id", "source_id"])
    op.drop_index(op.f("ix_vocabulary_items_source_id"), "vocabulary_items")
    op.drop_index(op.f("ix_inbox_received_at"), "inbox")
    op.drop_index(op.f("ix_outbox_created_at"), "outbox")
    for name, table, column, content in UNERASED:
        there = sa.text(f"{content} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for name, table, column, _ in UNERASED:
        op.drop_index(name, table)
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(op.f("ix_vocabulary_items_source_id"), "vocabulary_items", ["source_id"])
    op.drop_index("ix_vocabulary_items_user_id_source_id", "vocabulary_items")
    op.drop_index(op.f("ix_review_prompts_question_id"), "review_prompts")
    op.drop_index(op.f("ix_reviews_question_id"), "reviews")
    op.drop_index(op.f("ix_questions_session_id"), "questions")
