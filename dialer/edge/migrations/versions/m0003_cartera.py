"""Natural person or company, when a document was received, where a telephone came from, further addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _persona()
    _source()
    op.add_column("documento", sa.Column("received", sa.Date(), nullable=True))
    op.create_table(
        "direccion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("comuna", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("carga_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_direccion_deudor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_direccion"),
        sa.UniqueConstraint("deudor_id", "address", name="uq_direccion_deudor_id_address"),
    )


def downgrade() -> None:
    raise NotImplementedError("0003 has no way back: further addresses would be lost; restore a backup instead")


def _persona() -> None:
    """By the RUT, as `rut.persona` has it: from 50.000.000-X on, which is ten characters of which the first is a 5.

    SQLite adds no constraint to a table that is there, but takes one with the column that it is about.
    """
    op.execute(
        "ALTER TABLE deudor ADD COLUMN persona TEXT DEFAULT 'natural' NOT NULL "
        "CONSTRAINT ck_deudor_persona CHECK (persona IN ('natural', 'juridica'))"
    )
    op.execute("UPDATE deudor SET persona = 'juridica' WHERE length(rut) = 10 AND rut >= '5'")


def _source() -> None:
    """What was there before loads had kinds came with an asignación."""
    op.add_column("telefono", sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute(
        "UPDATE telefono SET source = "
        "COALESCE((SELECT carga.kind FROM carga WHERE carga.id = telefono.carga_id), 'asignacion')"
    )
