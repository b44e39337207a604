"""Every kind of load, with what undoes it; saldos by day, payments, lists, pick-ups, exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MONEY = sa.Numeric(18, 4).with_variant(sa.BigInteger(), "sqlite")
BROUGHT = ("deudor", "telefono", "correo", "caso", "documento")
OF_CARGA = ("carga_saldo", "carga_rechazo")


def upgrade() -> None:
    _exports()
    _columns()
    _carga()
    _money()
    _loads()
    _lists()
    _pickups()
    _movements()


def downgrade() -> None:
    raise NotImplementedError("0002 has no way back: payments and undo logs would be lost; restore a backup instead")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _columns() -> None:
    for table in BROUGHT:
        op.add_column(table, sa.Column("carga_id", ID, nullable=True))
    for table in ("caso", "documento"):
        op.add_column(table, sa.Column("retirado_on", sa.Date(), nullable=True))
    op.add_column("compromiso", sa.Column("judged_on", sa.Date(), nullable=True))
    op.add_column("compromiso", sa.Column("paid", MONEY, server_default="0", nullable=False))
    for table in ("gestion", "compromiso"):
        _add_reference(table, "exportacion")
    op.create_index("ix_attempt_telefono_id", "attempt", ["telefono_id"], unique=False)


def _add_reference(table: str, to: str) -> None:
    """SQLite adds no constraint to a table that is there, but takes one with the column that it is about."""
    kind = "INTEGER" if _sqlite() else "BIGINT"
    name = f"fk_{table}_{to}_id"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {to}_id {kind} CONSTRAINT {name} REFERENCES {to} (id)")


def _carga() -> None:
    """A load may be of a whole mandante, or of nobody (UF); the same file may come again once it was undone."""
    children = _set_aside() if _sqlite() else {}
    with op.batch_alter_table("carga") as batch:
        batch.alter_column("cartera_id", existing_type=ID, nullable=True)
        batch.drop_constraint("uq_carga_cartera_id_file_sha256", type_="unique")
        batch.add_column(sa.Column("kind", sa.Text(), server_default="asignacion", nullable=False))
        for name in ("scope", "template", "loaded_by", "undone_by"):
            batch.add_column(sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column("mandante_id", ID, nullable=True))
        batch.add_column(sa.Column("state", sa.Text(), server_default="applied", nullable=False))
        batch.add_column(sa.Column("undone_ms", sa.BigInteger(), nullable=True))
        batch.create_check_constraint("ck_carga_state", "state IN ('pending', 'applied', 'undone')")
        batch.create_foreign_key("fk_carga_mandante_id", "mandante", ["mandante_id"], ["id"])
    for table, rows in children.items():
        _put_back(table, rows)
    op.execute(
        "UPDATE carga SET mandante_id = (SELECT mandante_id FROM cartera WHERE cartera.id = carga.cartera_id), "
        "scope = (SELECT mandante.code || '/' || cartera.code FROM cartera JOIN mandante "
        "ON mandante.id = cartera.mandante_id WHERE cartera.id = carga.cartera_id)"
    )
    op.create_index(
        "uq_carga_applied",
        "carga",
        ["kind", "scope", "file_sha256"],
        unique=True,
        sqlite_where=sa.text("state = 'applied'"),
        postgresql_where=sa.text("state = 'applied'"),
    )


def _set_aside() -> dict[str, list[dict[str, object]]]:
    """SQLite changes a table by making it anew, and drops none that others refer to: its children leave meanwhile."""
    bind = op.get_bind()
    rows = {}
    for table in OF_CARGA:
        rows[table] = [dict(row) for row in bind.execute(sa.text(f"SELECT * FROM {table}")).mappings()]
        op.drop_table(table)
    return rows


def _put_back(table: str, rows: list[dict[str, object]]) -> None:
    made = _carga_saldo() if table == "carga_saldo" else _carga_rechazo()
    op.bulk_insert(made, rows)


def _carga_saldo() -> sa.Table:
    return op.create_table(
        "carga_saldo",
        sa.Column("carga_id", ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.ForeignKeyConstraint(["carga_id"], ["carga.id"], name="fk_carga_saldo_carga_id"),
        sa.PrimaryKeyConstraint("carga_id", "currency", name="pk_carga_saldo"),
    )


def _carga_rechazo() -> sa.Table:
    made = op.create_table(
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
    return made


def _movements() -> None:
    """What was loaded before is taken as assigned, at its present saldo, on the day of its case."""
    day = "date(caso.assigned_ms / 1000, 'unixepoch')"
    if not _sqlite():
        day = "(to_timestamp(caso.assigned_ms / 1000) AT TIME ZONE 'UTC')::date"
    op.execute(
        "INSERT INTO documento_movimiento (documento_id, day, kind, delta, saldo_after) "
        f"SELECT documento.id, {day}, 'asignacion', documento.saldo, documento.saldo "
        "FROM documento JOIN caso ON caso.id = documento.caso_id"
    )


def _money() -> None:
    op.create_table(
        "uf",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", MONEY, nullable=False),
        sa.Column("carga_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("day", name="pk_uf"),
    )
    op.create_table(
        "pago",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("mandante_id", ID, nullable=False),
        sa.Column("deudor_id", ID, nullable=True),
        sa.Column("rut", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("number", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="unmatched", nullable=False),
        sa.Column("carga_id", ID, nullable=True),
        sa.CheckConstraint("state IN ('matched', 'partial', 'unmatched')", name="ck_pago_state"),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_pago_deudor_id"),
        sa.ForeignKeyConstraint(["mandante_id"], ["mandante.id"], name="fk_pago_mandante_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pago"),
        sa.UniqueConstraint("mandante_id", "key", name="uq_pago_mandante_id_key"),
    )
    op.create_index("ix_pago_deudor_id", "pago", ["deudor_id"], unique=False)
    op.create_table(
        "documento_movimiento",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("documento_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delta", MONEY, nullable=False),
        sa.Column("saldo_after", MONEY, nullable=False),
        sa.Column("carga_id", ID, nullable=True),
        sa.Column("pago_id", ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('asignacion', 'saldo', 'pago', 'retiro', 'anulacion')", name="ck_documento_movimiento_kind"
        ),
        sa.ForeignKeyConstraint(["documento_id"], ["documento.id"], name="fk_documento_movimiento_documento_id"),
        sa.ForeignKeyConstraint(["pago_id"], ["pago.id"], name="fk_documento_movimiento_pago_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documento_movimiento"),
    )
    op.create_index(
        "ix_documento_movimiento_documento_id_day", "documento_movimiento", ["documento_id", "day"], unique=False
    )
    op.create_index(
        "ix_documento_movimiento_pago_id",
        "documento_movimiento",
        ["pago_id"],
        unique=False,
        sqlite_where=sa.text("pago_id IS NOT NULL"),
        postgresql_where=sa.text("pago_id IS NOT NULL"),
    )
    op.create_table(
        "pago_documento",
        sa.Column("pago_id", ID, nullable=False),
        sa.Column("documento_id", ID, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.ForeignKeyConstraint(["documento_id"], ["documento.id"], name="fk_pago_documento_documento_id"),
        sa.ForeignKeyConstraint(["pago_id"], ["pago.id"], name="fk_pago_documento_pago_id"),
        sa.PrimaryKeyConstraint("pago_id", "documento_id", name="pk_pago_documento"),
    )
    op.create_index("ix_pago_documento_documento_id", "pago_documento", ["documento_id"], unique=False)


def _loads() -> None:
    op.create_table(
        "bloqueo_telefono",
        sa.Column("e164", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("carga_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("e164", name="pk_bloqueo_telefono"),
    )
    op.create_table(
        "carga_cambio",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("carga_id", ID, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", ID, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["carga_id"], ["carga.id"], name="fk_carga_cambio_carga_id"),
        sa.PrimaryKeyConstraint("id", name="pk_carga_cambio"),
    )
    op.create_index("ix_carga_cambio_carga_id", "carga_cambio", ["carga_id"], unique=False)
    op.create_index("ix_carga_cambio_table_name_row_id", "carga_cambio", ["table_name", "row_id"], unique=False)
    op.create_table(
        "contacto_externo",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deudor_id", ID, nullable=False),
        sa.Column("mandante_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("effective", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("carga_id", ID, nullable=True),
        sa.CheckConstraint(
            "channel IN ('call', 'visit', 'sms', 'email', 'letter', 'message')", name="ck_contacto_externo_channel"
        ),
        sa.ForeignKeyConstraint(["deudor_id"], ["deudor.id"], name="fk_contacto_externo_deudor_id"),
        sa.ForeignKeyConstraint(["mandante_id"], ["mandante.id"], name="fk_contacto_externo_mandante_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contacto_externo"),
        sa.UniqueConstraint(
            "deudor_id",
            "mandante_id",
            "channel",
            "at_ms",
            name="uq_contacto_externo_deudor_id_mandante_id_channel_at_ms",
        ),
    )


def _lists() -> None:
    op.create_table(
        "lista",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("cartera_id", ID, nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("made_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name="ck_lista_state"),
        sa.ForeignKeyConstraint(["cartera_id"], ["cartera.id"], name="fk_lista_cartera_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lista"),
    )
    op.create_index("ix_lista_agent_id_state", "lista", ["agent_id", "state"], unique=False)
    op.create_table(
        "lista_caso",
        sa.Column("lista_id", ID, nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'taken', 'done', 'skipped')", name="ck_lista_caso_state"),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_lista_caso_caso_id"),
        sa.ForeignKeyConstraint(["lista_id"], ["lista.id"], name="fk_lista_caso_lista_id"),
        sa.PrimaryKeyConstraint("lista_id", "caso_id", name="pk_lista_caso"),
        sa.UniqueConstraint("lista_id", "position", name="uq_lista_caso_lista_id_position"),
    )
    op.create_index("ix_lista_caso_caso_id", "lista_caso", ["caso_id"], unique=False)


def _pickups() -> None:
    op.create_table(
        "rendicion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("mandante_id", ID, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("retiros", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["mandante_id"], ["mandante.id"], name="fk_rendicion_mandante_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rendicion"),
    )
    op.create_table(
        "retiro",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("gestion_id", ID, nullable=False),
        sa.Column("caso_id", ID, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="solicitado", nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_ms", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("approved_ms", sa.BigInteger(), nullable=True),
        sa.Column("assigned_to", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("receipt", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("done_amount", MONEY, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("rendicion_id", ID, nullable=True),
        sa.CheckConstraint(
            "state IN ('solicitado', 'aprobado', 'rechazado', 'asignado', 'realizado', 'rendido', 'anulado')",
            name="ck_retiro_state",
        ),
        sa.ForeignKeyConstraint(["caso_id"], ["caso.id"], name="fk_retiro_caso_id"),
        sa.ForeignKeyConstraint(["gestion_id"], ["gestion.id"], name="fk_retiro_gestion_id"),
        sa.ForeignKeyConstraint(["rendicion_id"], ["rendicion.id"], name="fk_retiro_rendicion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_retiro"),
        sa.UniqueConstraint("gestion_id", name="uq_retiro_gestion_id"),
    )
    op.create_index("ix_retiro_caso_id", "retiro", ["caso_id"], unique=False)
    op.create_index("ix_retiro_state", "retiro", ["state"], unique=False)
    op.create_table(
        "retiro_paso",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("retiro_id", ID, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["retiro_id"], ["retiro.id"], name="fk_retiro_paso_retiro_id"),
        sa.PrimaryKeyConstraint("id", name="pk_retiro_paso"),
    )
    op.create_index("ix_retiro_paso_retiro_id", "retiro_paso", ["retiro_id"], unique=False)


def _exports() -> None:
    op.create_table(
        "exportacion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("mandante_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["mandante_id"], ["mandante.id"], name="fk_exportacion_mandante_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exportacion"),
    )
