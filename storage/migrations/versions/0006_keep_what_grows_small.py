"""Keep what grows small: indexes by which housekeeping, start-up and the admins' overview touch only what they need.

Revision: 0006, after 0005, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNSENT = sa.text("status IN ('pending', 'sending')")
WITH_BODY = sa.text("body IS NOT NULL")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"])
    op.drop_index("ix_inbox_unerased", "inbox")
    op.drop_index("ix_outbox_unsent", "outbox")
    op.create_index("ix_outbox_unsent", "outbox", ["id"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    # Emptied long ago and left standing: with a content again they are found, and deleted page by page.
    op.execute(sa.text("UPDATE outbox SET payload = '{}' WHERE payload IS NULL"))
    op.create_index(
        "ix_learning_sessions_open",
        "learning_sessions",
        ["user_id", "session_type"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index(op.f("ix_learning_sessions_ended_at"), "learning_sessions")
    op.create_index(op.f("ix_reviews_reviewed_at"), "reviews", ["reviewed_at"])
    op.create_index("ix_review_prompts_local_on_status", "review_prompts", ["local_on", "status"])
    op.create_index("ix_prompt_schedule_next_at_user_id", "prompt_schedule", ["next_at", "user_id"])
    op.drop_index(op.f("ix_prompt_schedule_next_at"), "prompt_schedule")


def downgrade() -> None:
    op.create_index(op.f("ix_prompt_schedule_next_at"), "prompt_schedule", ["next_at"])
    op.drop_index("ix_prompt_schedule_next_at_user_id", "prompt_schedule")
    op.drop_index("ix_review_prompts_local_on_status", "review_prompts")
    op.drop_index(op.f("ix_reviews_reviewed_at"), "reviews")
    op.create_index(op.f("ix_learning_sessions_ended_at"), "learning_sessions", ["ended_at"])
    op.drop_index("ix_learning_sessions_open", "learning_sessions")
    op.drop_index("ix_outbox_unsent", "outbox")
    op.create_index("ix_outbox_unsent", "outbox", ["priority", "id"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_index("ix_inbox_unerased", "inbox", ["received_at"], sqlite_where=WITH_BODY, postgresql_where=WITH_BODY)
    op.drop_index(op.f("ix_inbox_received_at"), "inbox")
