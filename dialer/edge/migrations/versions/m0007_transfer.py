"""Transfers: who handed a call to whom, how, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "traspaso",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("attempt_id", sa.String(64), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("to_agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_traspaso_attempt_id"),
        sa.PrimaryKeyConstraint("id", name="pk_traspaso"),
        sa.UniqueConstraint("attempt_id", "agent_id", "at_ms", name="uq_traspaso_attempt_id_agent_id_at_ms"),
    )
    op.create_index("ix_traspaso_agent_id_at_ms", "traspaso", ["agent_id", "at_ms"])


def downgrade() -> None:
    raise NotImplementedError("0007 has no way back: who handed calls over would be lost; restore a backup instead")
