"""The records' tables (SQLAlchemy Core), for SQLite and PostgreSQL alike.

Times are integer milliseconds since the Unix epoch in the floor's clock (``*_ms``), amounts exact decimals with their
currency beside them. Ids are ours except `attempt.id`, which is the channel's (see dialer/ids.py). A change here needs
a migration in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

MONEY_PLACES = 4
MONEY_MAX = Decimal(10) ** 14

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMES)

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows by itself only in an INTEGER key


class Money(TypeDecorator[Decimal]):
    """An exact amount: NUMERIC(18,4) in PostgreSQL, whole ten-thousandths in SQLite, whose NUMERIC is a float.

    Raises `ValueError` for an amount that either could not hold exactly.
    """

    impl = sa.Numeric(18, MONEY_PLACES)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        small = sa.BigInteger() if dialect.name == "sqlite" else sa.Numeric(18, MONEY_PLACES)
        return dialect.type_descriptor(small)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        units = value.scaleb(MONEY_PLACES)
        if units != units.to_integral_value() or abs(value) >= MONEY_MAX:
            raise ValueError(f"amount {value}: more than {MONEY_PLACES} decimals or 14 digits cannot be kept exactly")
        return int(units) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return plain(Decimal(value).scaleb(-MONEY_PLACES) if dialect.name == "sqlite" else Decimal(value))


class Words(TypeDecorator[tuple[str, ...]]):
    """A few short words without blanks (stops, carteras, nodes of a script) as one text, in order."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str:
        words = " ".join(value or ())
        if len(words.split()) != len(value or ()):
            raise ValueError(f"{value!r}: a word here may not be empty or hold a blank")
        return words

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value.split()) if value else ()


def plain(amount: Decimal) -> Decimal:
    """The same amount without trailing zeros or exponent: 1250 and not 1250.0000 or 1.25E+3."""
    short = amount.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True, autoincrement=True)


def _ref(table: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(f"{table}_id", Id, sa.ForeignKey(f"{table}.id"), nullable=False, primary_key=primary_key)


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **more)


def _blank(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))


def _ms(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _maybe(table: str) -> sa.Column[int]:
    return sa.Column(f"{table}_id", Id, sa.ForeignKey(f"{table}.id"), nullable=True)


def _money(name: str, **more: Any) -> sa.Column[Decimal]:
    return sa.Column(name, Money, nullable=False, **more)


def _currency() -> sa.Column[str]:
    return sa.Column("currency", sa.String(3), nullable=False)


def _brought() -> sa.Column[int]:
    """The load that brought the row, so that undoing it is one statement; NULL where none did.

    No foreign key: PostgreSQL would look up the same carga once for each row of a load of a million.
    """
    return sa.Column("carga_id", Id, nullable=True)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


# ── whose debt, who owes it, how to reach them ──────────────────────────────────────────────────────

mandante = sa.Table("mandante", metadata, _id(), _text("code", unique=True), _text("name"))

cartera = sa.Table("cartera", metadata, _id(), _ref("mandante"), _text("code", unique=True), _text("name"))

deudor = sa.Table(
    "deudor",
    metadata,
    _id(),
    _text("rut", unique=True),
    _text("name"),
    _text("regime"),
    _text("persona", server_default="natural"),
    _blank("comuna"),
    _blank("address"),
    _text("zone"),
    _blank("region"),
    sa.Column("stops", Words, nullable=False, server_default=sa.text("''")),
    _brought(),
    sa.CheckConstraint("persona IN ('natural', 'juridica')", name="persona"),
)

# `source`: where the number came from, as the file says, else the kind of the load that brought it.
telefono = sa.Table(
    "telefono",
    metadata,
    _id(),
    _ref("deudor"),
    _text("e164"),
    _text("kind"),
    sa.Column("quality", sa.Integer, nullable=False, server_default="50"),
    _flag("invalid"),
    _blank("invalid_why"),
    _blank("source"),
    _brought(),
    sa.UniqueConstraint("deudor_id", "e164"),
)

# Numbers that nobody may be called on, whoever's they are (a load of kind bloqueos).
bloqueo_telefono = sa.Table(
    "bloqueo_telefono",
    metadata,
    sa.Column("e164", sa.Text, primary_key=True),
    _blank("reason"),
    _ms("at_ms"),
    _brought(),
)

correo = sa.Table(
    "correo",
    metadata,
    _id(),
    _ref("deudor"),
    _text("address"),
    _brought(),
    sa.UniqueConstraint("deudor_id", "address"),
)

# Every further address than the one in use (`deudor.address`): what else a file had, and what a later one replaced.
direccion = sa.Table(
    "direccion",
    metadata,
    _id(),
    _ref("deudor"),
    _text("address"),
    _blank("comuna"),
    _blank("source"),
    _brought(),
    sa.UniqueConstraint("deudor_id", "address"),
)

# A case leaves the queue as "dropped" (nothing left to try: a new phone brings it back) or "stopped" (a disposition
# or the law: nothing here brings it back; "retirado", when the mandante took it back: a new assignment does).
caso = sa.Table(
    "caso",
    metadata,
    _id(),
    _ref("deudor"),
    _ref("cartera"),
    sa.Column("oldest_due", sa.Date),
    sa.Column("promise_due", sa.Date),
    sa.Column("stops", Words, nullable=False, server_default=sa.text("''")),
    _text("queue_state", server_default="open"),
    _blank("queue_why"),
    _ms("assigned_ms"),
    _ms("next_due_ms"),
    sa.Column("score", sa.Float(53), nullable=False, server_default="0"),
    _blank("bound_agent"),
    _count("attempts"),
    _flag("touched"),
    _flag("contacted"),
    _blank("last_verdict"),
    _blank("last_gestion"),
    _ms("last_attempt_ms", nullable=True),
    sa.Column("retirado_on", sa.Date),
    _brought(),
    sa.UniqueConstraint("deudor_id", "cartera_id"),
    sa.CheckConstraint("queue_state IN ('open', 'dropped', 'stopped')", name="queue_state"),
)
sa.Index(None, caso.c.cartera_id, caso.c.queue_state)

saldo = sa.Table(
    "saldo",
    metadata,
    _ref("caso", primary_key=True),
    sa.Column("currency", sa.String(3), primary_key=True),
    sa.Column("amount", Money, nullable=False),
)

documento = sa.Table(
    "documento",
    metadata,
    _id(),
    _ref("caso"),
    _text("kind"),
    _text("number"),
    sa.Column("amount", Money, nullable=False),
    sa.Column("saldo", Money, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("issued", sa.Date),
    sa.Column("received", sa.Date),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("retirado_on", sa.Date),
    _brought(),
    sa.UniqueConstraint("caso_id", "kind", "number"),
)

# Every change of a document's saldo, so that the saldo at the end of any day is the sum of `delta` up to it.
# asignacion: what it was assigned with (and what comes back after a withdrawal). saldo: the mandante's own figure.
# pago: a payment applied. retiro: taken back by the mandante. anulacion: a payment found void. Undoing a load deletes
# its movements.
documento_movimiento = sa.Table(
    "documento_movimiento",
    metadata,
    _id(),
    _ref("documento"),
    sa.Column("day", sa.Date, nullable=False),
    _text("kind"),
    _money("delta"),
    _money("saldo_after"),
    _brought(),
    _maybe("pago"),
    sa.Index("ix_documento_movimiento_documento_id_day", "documento_id", "day"),
    sa.CheckConstraint("kind IN ('asignacion', 'saldo', 'pago', 'retiro', 'anulacion')", name="kind"),
)
OF_PAGO = documento_movimiento.c.pago_id.is_not(None)
sa.Index(
    "ix_documento_movimiento_pago_id", documento_movimiento.c.pago_id, sqlite_where=OF_PAGO, postgresql_where=OF_PAGO
)

# ── loads ───────────────────────────────────────────────────────────────────────────────────────────

# `scope` says whose rows a file is about: "mandante/cartera", "mandante/" or "" (UF). The same file counts once there.
carga = sa.Table(
    "carga",
    metadata,
    _id(),
    _text("kind", server_default="asignacion"),
    _blank("scope"),
    _maybe("mandante"),
    _maybe("cartera"),
    _blank("template"),
    _text("file_name"),
    sa.Column("file_sha256", sa.String(64), nullable=False),
    _text("state", server_default="applied"),
    _ms("at_ms"),
    _blank("loaded_by"),
    _ms("undone_ms", nullable=True),
    _blank("undone_by"),
    _count("rows_read"),
    _count("rows_loaded"),
    _count("rows_rejected"),
    _count("deudores"),
    _count("documentos"),
    sa.CheckConstraint("state IN ('pending', 'applied', 'undone')", name="state"),
)
APPLIED = carga.c.state == sa.literal_column("'applied'")
sa.Index(
    "uq_carga_applied",
    *(carga.c.kind, carga.c.scope, carga.c.file_sha256),
    unique=True,
    sqlite_where=APPLIED,
    postgresql_where=APPLIED,
)

carga_saldo = sa.Table(
    "carga_saldo",
    metadata,
    _ref("carga", primary_key=True),
    sa.Column("currency", sa.String(3), primary_key=True),
    sa.Column("amount", Money, nullable=False),
)

carga_rechazo = sa.Table(
    "carga_rechazo",
    metadata,
    _id(),
    _ref("carga"),
    sa.Column("row_number", sa.Integer, nullable=False),
    _flag("row_loaded"),
    _text("field"),
    _text("value"),
    _text("reason"),
    _text("detail"),
    sa.Index("ix_carga_rechazo_carga_id", "carga_id"),
)

# What a load changed in a row that was there before it: the columns' values as JSON, before and after. Rows that it
# brought are known by their own `carga_id`.
carga_cambio = sa.Table(
    "carga_cambio",
    metadata,
    _id(),
    _ref("carga"),
    _text("table_name"),
    sa.Column("row_id", Id, nullable=False),
    _text("before"),
    _text("after"),
    sa.Index("ix_carga_cambio_carga_id", "carga_id"),
    sa.Index("ix_carga_cambio_table_name_row_id", "table_name", "row_id"),
)

# ── money that came in ──────────────────────────────────────────────────────────────────────────────

# `key` is what makes a payment the same one in two files: the mandante's reference with RUT and date or, where it gives
# none, all that the row says and which of the equal rows it is.
pago = sa.Table(
    "pago",
    metadata,
    _id(),
    _ref("mandante"),
    _maybe("deudor"),
    _text("rut"),
    _blank("kind"),
    _blank("number"),
    _money("amount"),
    _currency(),
    sa.Column("paid_on", sa.Date, nullable=False),
    _blank("reference"),
    _text("key"),
    _text("state", server_default="unmatched"),
    _brought(),
    sa.UniqueConstraint("mandante_id", "key"),
    sa.Index("ix_pago_deudor_id", "deudor_id"),
    sa.CheckConstraint("state IN ('matched', 'partial', 'unmatched')", name="state"),
)

pago_documento = sa.Table(
    "pago_documento",
    metadata,
    _ref("pago", primary_key=True),
    _ref("documento", primary_key=True),
    _money("amount"),
    sa.Index("ix_pago_documento_documento_id", "documento_id"),
)

# The value of one UF in CLP on a day.
uf = sa.Table("uf", metadata, sa.Column("day", sa.Date, primary_key=True), _money("value"), _brought())

# ── calls and what came of them ─────────────────────────────────────────────────────────────────────

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    _ref("caso"),
    _ref("deudor"),
    _ref("cartera"),
    _ref("telefono"),
    _text("node"),
    _ms("at_ms"),
    _text("rule"),
    _blank("verdict"),
    _count("cause"),
    _blank("dial_status"),
    _flag("rang"),
    _ms("answered_ms", nullable=True),
    _ms("connected_ms", nullable=True),
    _ms("ended_ms", nullable=True),
    _blank("agent_id"),
    # The ejecutivo who owes this conversation's gestión; NULL when none is owed (any more).
    sa.Column("owed_by", sa.Text),
    sa.Index("ix_attempt_deudor_id_at_ms", "deudor_id", "at_ms"),
    sa.Index("ix_attempt_cartera_id_at_ms", "cartera_id", "at_ms"),
    sa.Index("ix_attempt_caso_id", "caso_id"),
    sa.Index("ix_attempt_telefono_id", "telefono_id"),
)
OPEN = attempt.c.ended_ms.is_(None)
OWED = attempt.c.owed_by.is_not(None)
TAKEN = attempt.c.agent_id != sa.literal_column("''")
sa.Index("ix_attempt_agent_id", attempt.c.agent_id, attempt.c.at_ms, sqlite_where=TAKEN, postgresql_where=TAKEN)
sa.Index("ix_attempt_open", attempt.c.node, attempt.c.caso_id, sqlite_where=OPEN, postgresql_where=OPEN)
sa.Index("ix_attempt_owed", attempt.c.owed_by, attempt.c.caso_id, sqlite_where=OWED, postgresql_where=OWED)

gestion = sa.Table(
    "gestion",
    metadata,
    _id(),
    sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.id"), nullable=False, unique=True),
    _ref("caso"),
    _ref("cartera"),
    _text("code"),
    _blank("comment"),
    _text("agent_id"),
    _flag("effective"),
    sa.Column("trace", Words, nullable=False, server_default=sa.text("''")),
    sa.Column("ticked", Words, nullable=False, server_default=sa.text("''")),
    _ms("at_ms"),
    _blank("content_sha256"),
    _maybe("exportacion"),
    sa.Index("ix_gestion_caso_id", "caso_id"),
    sa.Index("ix_gestion_cartera_id_code", "cartera_id", "code"),
    sa.Index("ix_gestion_agent_id_at_ms", "agent_id", "at_ms"),
)

# What the ejecutivo has written of a call whose gestión is not saved yet, as their page keeps it.
borrador = sa.Table(
    "borrador",
    metadata,
    sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.id"), primary_key=True),
    _text("agent_id"),
    _text("text"),
    _ms("at_ms"),
)

# Who handed a call to whom, how, and what came of it at `at_ms`; done: from then on the call is `to_agent`'s.
traspaso = sa.Table(
    "traspaso",
    metadata,
    _id(),
    sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.id"), nullable=False),
    _text("agent_id"),
    _text("to_agent"),
    _text("kind"),
    _text("outcome"),
    _blank("why"),
    _ms("at_ms"),
    _blank("to_number"),
    sa.UniqueConstraint("attempt_id", "agent_id", "at_ms"),
    sa.Index("ix_traspaso_agent_id_at_ms", "agent_id", "at_ms"),
)

compromiso = sa.Table(
    "compromiso",
    metadata,
    _id(),
    sa.Column("gestion_id", Id, sa.ForeignKey("gestion.id"), nullable=False, unique=True),
    _ref("caso"),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("amount", Money, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    _text("state", server_default="vigente"),
    sa.Column("judged_on", sa.Date),
    _money("paid", server_default="0"),
    _maybe("exportacion"),
    sa.Index("ix_compromiso_caso_id", "caso_id"),
    sa.CheckConstraint("state IN ('vigente', 'cumplida', 'parcial', 'rota', 'editada')", name="state"),
)

callback = sa.Table(
    "callback",
    metadata,
    _id(),
    sa.Column("gestion_id", Id, sa.ForeignKey("gestion.id"), nullable=False, unique=True),
    _ref("caso"),
    _ms("at_ms"),
    _blank("agent_id"),
    sa.Index("ix_callback_caso_id", "caso_id"),
    sa.Index("ix_callback_agent_id_at_ms", "agent_id", "at_ms"),
)

# A contact that somebody else made (the mandante, a visit): it uses the debtor's week like a call of ours.
contacto_externo = sa.Table(
    "contacto_externo",
    metadata,
    _id(),
    _ref("deudor"),
    _ref("mandante"),
    _text("channel"),
    _ms("at_ms"),
    _flag("answered"),
    _flag("effective"),
    _blank("detail"),
    _brought(),
    sa.UniqueConstraint("deudor_id", "mandante_id", "channel", "at_ms"),
    sa.CheckConstraint("channel IN ('call', 'visit', 'sms', 'email', 'letter', 'message')", name="channel"),
)

# ── what ejecutivos learn of debtors ────────────────────────────────────────────────────────────────

# Who changed a debtor's data on a case's screen, and when. `telefono_id`: the number that it is about, where it is one.
dato = sa.Table(
    "dato",
    metadata,
    _id(),
    _ref("deudor"),
    _ref("caso"),
    _maybe("telefono"),
    _text("kind"),
    _blank("before"),
    _text("value"),
    _blank("note"),
    _text("by"),
    _ms("at_ms"),
    sa.Index("ix_dato_deudor_id", "deudor_id"),
    sa.CheckConstraint("kind IN ('telefono', 'correo', 'direccion', 'comuna', 'telefono_invalido')", name="kind"),
)

# ── lists that a supervisor makes by hand ───────────────────────────────────────────────────────────

lista = sa.Table(
    "lista",
    metadata,
    _id(),
    _ref("cartera"),
    _text("agent_id"),
    _blank("name"),
    _text("state", server_default="open"),
    _blank("made_by"),
    _ms("at_ms"),
    sa.Index("ix_lista_agent_id_state", "agent_id", "state"),
    sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state"),
)

lista_caso = sa.Table(
    "lista_caso",
    metadata,
    _ref("lista", primary_key=True),
    _ref("caso", primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    _text("state", server_default="pending"),
    _blank("reason"),
    _ms("done_ms", nullable=True),
    sa.UniqueConstraint("lista_id", "position"),
    sa.Index("ix_lista_caso_caso_id", "caso_id"),
    sa.CheckConstraint("state IN ('pending', 'taken', 'done', 'skipped')", name="state"),
)

# ── payments that somebody goes to pick up ──────────────────────────────────────────────────────────

rendicion = sa.Table(
    "rendicion",
    metadata,
    _id(),
    _ref("mandante"),
    _ms("at_ms"),
    _text("by"),
    _count("retiros"),
    _blank("note"),
)

retiro = sa.Table(
    "retiro",
    metadata,
    _id(),
    sa.Column("gestion_id", Id, sa.ForeignKey("gestion.id"), nullable=False, unique=True),
    _ref("caso"),
    _money("amount"),
    _currency(),
    _text("address"),
    sa.Column("due", sa.Date, nullable=False),
    _text("state", server_default="solicitado"),
    _text("requested_by"),
    _ms("requested_ms"),
    _blank("approved_by"),
    _ms("approved_ms", nullable=True),
    _blank("assigned_to"),
    _blank("receipt"),
    sa.Column("done_amount", Money),
    sa.Column("done_on", sa.Date),
    _maybe("rendicion"),
    sa.Index("ix_retiro_caso_id", "caso_id"),
    sa.Index("ix_retiro_state", "state"),
    sa.CheckConstraint(
        "state IN ('solicitado', 'aprobado', 'rechazado', 'asignado', 'realizado', 'rendido', 'anulado')", name="state"
    ),
)

retiro_paso = sa.Table(
    "retiro_paso",
    metadata,
    _id(),
    _ref("retiro"),
    _ms("at_ms"),
    _text("by"),
    _blank("from_state"),
    _text("to_state"),
    _blank("note"),
    sa.Index("ix_retiro_paso_retiro_id", "retiro_id"),
)

# ── files for the mandante ──────────────────────────────────────────────────────────────────────────

# `kind`: gestiones, compromisos. The days are the mandante's, both included.
exportacion = sa.Table(
    "exportacion",
    metadata,
    _id(),
    _ref("mandante"),
    _text("kind"),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("to_day", sa.Date, nullable=False),
    _count("rows"),
    _text("file_name"),
    sa.Column("sha256", sa.String(64), nullable=False),
    _ms("at_ms"),
    _blank("by"),
)

# ── the people who use it ───────────────────────────────────────────────────────────────────────────

usuario = sa.Table(
    "usuario",
    metadata,
    _id(),
    _text("code", unique=True),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    sa.Column("carteras", Words, nullable=False, server_default=sa.text("''")),
    _blank("endpoint"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

# What an ejecutivo was doing, from when to when (`to_ms` NULL: still). States that follow each other within the same
# millisecond are one row: the last.
estado_agente = sa.Table(
    "estado_agente",
    metadata,
    _id(),
    _text("agent_id"),
    _text("node"),
    _text("state"),
    _blank("reason"),
    _ms("from_ms"),
    _ms("to_ms", nullable=True),
    sa.UniqueConstraint("agent_id", "from_ms"),
)
STILL = estado_agente.c.to_ms.is_(None)
sa.Index("ix_estado_agente_still", estado_agente.c.agent_id, sqlite_where=STILL, postgresql_where=STILL)

# How a mandante's files of one kind are read, as it was said on the page. `formato`: JSON of a `plantilla.Formato`.
plantilla = sa.Table(
    "plantilla",
    metadata,
    _id(),
    _text("mandante"),
    _text("kind"),
    _text("name"),
    _text("formato"),
    _text("by"),
    _ms("at_ms"),
    sa.UniqueConstraint("mandante", "kind", "name"),
)

# Whose hand is up, and since when: it outlives a restart of the node.
mano = sa.Table("mano", metadata, sa.Column("agent_id", sa.Text, primary_key=True), _ms("since_ms"))

# ── what supervisors do ─────────────────────────────────────────────────────────────────────────────

# Who did what on whom or what. `detail`: JSON of codes, ids and times; no debtor's data. Rows are only ever added.
auditoria = sa.Table(
    "auditoria",
    metadata,
    _id(),
    _ms("at_ms"),
    _text("by"),
    _text("act"),
    _blank("on"),
    _text("detail", server_default="{}"),
    sa.Index("ix_auditoria_at_ms", "at_ms"),
)

# Carteras that a person stopped, until they are released. By code: a cartera may be in the settings and not loaded yet.
cartera_parada = sa.Table(
    "cartera_parada",
    metadata,
    sa.Column("cartera", sa.Text, primary_key=True),
    _text("by"),
    _ms("at_ms"),
    _blank("reason"),
)

# What a jefe published for a cartera, or for the floor's goals (cartera ''): a whole patch over the file, as JSON. Rows
# are only ever added; the newest number is in force.
estrategia_version = sa.Table(
    "estrategia_version",
    metadata,
    _id(),
    _text("cartera"),
    sa.Column("number", sa.Integer, nullable=False),
    _text("by"),
    _ms("at_ms"),
    _blank("note"),
    _text("patch"),
    sa.UniqueConstraint("cartera", "number"),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    _ref("usuario"),
    _ms("expires_ms"),
)
