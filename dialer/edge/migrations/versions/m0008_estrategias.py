"""Strategies that a jefe publishes from the page, with their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "estrategia_version",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("cartera", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("patch", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_estrategia_version"),
        sa.UniqueConstraint("cartera", "number", name="uq_estrategia_version_cartera_number"),
    )


def downgrade() -> None:
    raise NotImplementedError("0008 has no way back: published strategies would be lost; restore a backup instead")
