"""Templates that were made on the page (how a mandante's files of a kind are read, by name), and hands that are up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plantilla",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("mandante", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("formato", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plantilla"),
        sa.UniqueConstraint("mandante", "kind", "name", name="uq_plantilla_mandante_kind_name"),
    )
    op.create_table(
        "mano",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name="pk_mano"),
    )


def downgrade() -> None:
    raise NotImplementedError("0010 has no way back: the templates made on the page would be lost; restore a backup")
