"""The console: half-written gestiones, what ejecutivos did when, what they learnt of debtors, and their own day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "borrador",
        sa.Column("attempt_id", sa.String(64), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_borrador_attempt_id"),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_borrador"),
    )
    _dato()
    _estado_agente()
    taken, mine = sa.text("agent_id != ''"), ["agent_id", "at_ms"]
    op.create_index("ix_attempt_agent_id", "attempt", mine, sqlite_where=taken, postgresql_where=taken)
    op.create_index("ix_gestion_agent_id_at_ms", "gestion", mine)
    op.create_index("ix_callback_agent_id_at_ms", "callback", mine)


def downgrade() -> None:
    raise NotImplementedError("0005 has no way back: ejecutivos' times would be lost; restore a backup instead")


def _dato() -> None:
    op.create_table(
        "dato",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("telefono_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('telefono', 'correo', 'direccion', 'comuna', 'telefono_invalido')", name="ck_dato_kind"
        ),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_dato_deudor_id"),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_dato_caso_id"),
        sa.ForeignKeyConstraint(["telefono_id"], ["telefono.id"], name="fk_dato_telefono_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dato"),
    )
    op.create_index("ix_dato_deudor_id", "dato", ["deudor_id"])


def _estado_agente() -> None:
    op.create_table(
        "estado_agente",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_estado_agente"),
        sa.UniqueConstraint("agent_id", "from_ms", name="uq_estado_agente_agent_id_from_ms"),
    )
    still = sa.text("to_ms IS NULL")
    op.create_index(
        "ix_estado_agente_still", "estado_agente", ["agent_id"], sqlite_where=still, postgresql_where=still
    )
