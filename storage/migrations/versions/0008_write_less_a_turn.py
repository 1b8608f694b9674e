"""Write less a turn: no index on what every turn changes, and none of rows that a lookup never asks for.

On PostgreSQL a learner's row and their run then stay where they are, and no index hears of it.

Revision: 0008, after 0007, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_A_PROMPT = sa.text("prompt_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index(op.f("ix_users_last_seen_at"), "users")
    op.create_index(op.f("ix_scenario_runs_user_id"), "scenario_runs", ["user_id"])
    op.drop_index("ix_scenario_runs_user_id_last_turn_at", "scenario_runs")
    op.drop_index(op.f("ix_outbox_prompt_id"), "outbox")
    op.create_index(
        op.f("ix_outbox_prompt_id"), "outbox", ["prompt_id"], sqlite_where=OF_A_PROMPT, postgresql_where=OF_A_PROMPT
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_prompt_id"), "outbox")
    op.create_index(op.f("ix_outbox_prompt_id"), "outbox", ["prompt_id"])
    op.create_index("ix_scenario_runs_user_id_last_turn_at", "scenario_runs", ["user_id", "last_turn_at"])
    op.drop_index(op.f("ix_scenario_runs_user_id"), "scenario_runs")
    op.create_index(op.f("ix_users_last_seen_at"), "users", ["last_seen_at"])
