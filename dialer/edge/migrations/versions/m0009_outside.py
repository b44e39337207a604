"""Transfers to telephones outside: the number that was called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("traspaso", sa.Column("to_number", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    raise NotImplementedError("0009 has no way back: the numbers called would be lost; restore a backup instead")
