"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MONEY = sa.Numeric(18, 4).with_variant(sa.BigInteger(), "sqlite")
TABLES = [
    "mandante",
    "cartera",
    "deudor",
    "telefono",
    "correo",
    "caso",
    "saldo",
    "documento",
    "carga",
    "carga_saldo",
    "carga_rechazo",
    "attempt",
    "gestion",
    "compromiso",
    "callback",
    "usuario",
    "session",
]


def upgrade() -> None:
    _debts()
    _loads()
    _calls()
    _people()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _debts() -> None:
    op.create_table(
        "mandante",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mandante"),
        sa.UniqueConstraint("code", name="uq_mandante_code"),
    )
    op.create_table(
        "cartera",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("mandante_id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mandante_id"], ["mandante.id"], name="fk_cartera_mandante_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cartera"),
        sa.UniqueConstraint("code", name="uq_cartera_code"),
    )
    op.create_table(
        "deudor",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("rut", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("comuna", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("stops", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deudor"),
        sa.UniqueConstraint("rut", name="uq_deudor_rut"),
    )
    op.create_table(
        "telefono",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("e164", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quality", sa.Integer(), server_default="50", nullable=False),
        sa.Column("invalid", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("invalid_why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_telefono_deudor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_telefono"),
        sa.UniqueConstraint("deudor_id", "e164", name="uq_telefono_deudor_id_e164"),
    )
    op.create_table(
        "correo",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_correo_deudor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correo"),
        sa.UniqueConstraint("deudor_id", "address", name="uq_correo_deudor_id_address"),
    )
    op.create_table(
        "caso",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("cartera_id", ID, nullable=False),
        sa.Column("oldest_due", sa.Date(), nullable=True),
        sa.Column("promise_due", sa.Date(), nullable=True),
        sa.Column("stops", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("queue_state", sa.Text(), server_default="open", nullable=False),
        sa.Column("queue_why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("assigned_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_due_ms", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(precision=53), server_default="0", nullable=False),
        sa.Column("bound_agent", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("touched", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("contacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_verdict", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("last_gestion", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("last_attempt_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("queue_state IN ('open', 'dropped', 'stopped')", name="ck_caso_queue_state"),
        sa.ForeignKeyConstraint(["cartera_id"], ["cartera.id"], name="fk_caso_cartera_id"),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_caso_deudor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_caso"),
        sa.UniqueConstraint("deudor_id", "cartera_id", name="uq_caso_deudor_id_cartera_id"),
    )
    op.create_index("ix_caso_cartera_id_queue_state", "caso", ["cartera_id", "queue_state"], unique=False)
    op.create_table(
        "saldo",
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_saldo_caso_id"),
        sa.PrimaryKeyConstraint("caso_id", "currency", name="pk_saldo"),
    )
    op.create_table(
        "documento",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("saldo", MONEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_documento_caso_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documento"),
        sa.UniqueConstraint("caso_id", "kind", "number", name="uq_documento_caso_id_kind_number"),
    )


def _loads() -> None:
    op.create_table(
        "carga",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("cartera_id", ID, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_loaded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deudores", sa.Integer(), server_default="0", nullable=False),
        sa.Column("documentos", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["cartera_id"], ["cartera.id"], name="fk_carga_cartera_id"),
        sa.PrimaryKeyConstraint("id", name="pk_carga"),
        sa.UniqueConstraint("cartera_id", "file_sha256", name="uq_carga_cartera_id_file_sha256"),
    )
    op.create_table(
        "carga_saldo",
        sa.Column("carga_id", ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.ForeignKeyConstraint(["carga_id"], ["carga.id"], name="fk_carga_saldo_carga_id"),
        sa.PrimaryKeyConstraint("carga_id", "currency", name="pk_carga_saldo"),
    )
    op.create_table(
        "carga_rechazo",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("carga_id", ID, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("row_loaded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["carga_id"], ["carga.id"], name="fk_carga_rechazo_carga_id"),
        sa.PrimaryKeyConstraint("id", name="pk_carga_rechazo"),
    )
    op.create_index("ix_carga_rechazo_carga_id", "carga_rechazo", ["carga_id"], unique=False)


def _calls() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("cartera_id", ID, nullable=False),
        sa.Column("telefono_id", ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("cause", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dial_status", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("rang", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("connected_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("owed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["cartera_id"], ["cartera.id"], name="fk_attempt_cartera_id"),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_attempt_caso_id"),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_attempt_deudor_id"),
        sa.ForeignKeyConstraint(["telefono_id"], ["telefono.id"], name="fk_attempt_telefono_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_caso_id", "attempt", ["caso_id"], unique=False)
    op.create_index("ix_attempt_deudor_id_at_ms", "attempt", ["deudor_id", "at_ms"], unique=False)
    op.create_index(
        "ix_attempt_open",
        "attempt",
        ["node", "caso_id"],
        unique=False,
        sqlite_where=sa.text("ended_ms IS NULL"),
        postgresql_where=sa.text("ended_ms IS NULL"),
    )
    op.create_index(
        "ix_attempt_owed",
        "attempt",
        ["owed_by", "caso_id"],
        unique=False,
        sqlite_where=sa.text("owed_by IS NOT NULL"),
        postgresql_where=sa.text("owed_by IS NOT NULL"),
    )
    op.create_table(
        "gestion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("cartera_id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("effective", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("trace", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("ticked", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_gestion_attempt_id"),
        sa.ForeignKeyConstraint(["cartera_id"], ["cartera.id"], name="fk_gestion_cartera_id"),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_gestion_caso_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gestion"),
        sa.UniqueConstraint("attempt_id", name="uq_gestion_attempt_id"),
    )
    op.create_index("ix_gestion_cartera_id_code", "gestion", ["cartera_id", "code"], unique=False)
    op.create_index("ix_gestion_caso_id", "gestion", ["caso_id"], unique=False)
    op.create_table(
        "compromiso",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("gestion_id", ID, nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.Text(), server_default="vigente", nullable=False),
        sa.CheckConstraint(
            "state IN ('vigente', 'cumplida', 'parcial', 'rota', 'editada')", name="ck_compromiso_state"
        ),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_compromiso_caso_id"),
        sa.ForeignKeyConstraint(["gestion_id"], ["gestion.id"], name="fk_compromiso_gestion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_compromiso"),
        sa.UniqueConstraint("gestion_id", name="uq_compromiso_gestion_id"),
    )
    op.create_index("ix_compromiso_caso_id", "compromiso", ["caso_id"], unique=False)
    op.create_table(
        "callback",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("gestion_id", ID, nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_callback_caso_id"),
        sa.ForeignKeyConstraint(["gestion_id"], ["gestion.id"], name="fk_callback_gestion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_callback"),
        sa.UniqueConstraint("gestion_id", name="uq_callback_gestion_id"),
    )
    op.create_index("ix_callback_caso_id", "callback", ["caso_id"], unique=False)


def _people() -> None:
    op.create_table(
        "usuario",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("carteras", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("endpoint", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usuario"),
        sa.UniqueConstraint("code", name="uq_usuario_code"),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("usuario_id", ID, nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["usuario_id"], ["usuario.id"], name="fk_session_usuario_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_session"),
    )
