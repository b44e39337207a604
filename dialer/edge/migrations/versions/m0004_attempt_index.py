"""The attempts of a cartera by time: the abandonment of the legal window and the what-if's history read them so."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attempt_cartera_id_at_ms", "attempt", ["cartera_id", "at_ms"])


def downgrade() -> None:
    op.drop_index("ix_attempt_cartera_id_at_ms", "attempt")
