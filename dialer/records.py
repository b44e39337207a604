"""The values that pass between the books (store, queue) and whoever uses them: frozen, without behaviour.

Times are integer milliseconds since the Unix epoch in the floor's clock, amounts `Decimal` in units of their currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

import msgspec

from config.preset import Channel
from dialer.carteras.aplicacion import Efecto
from dialer.carteras.dato import Dato
from dialer.carteras.model import Rechazo
from dialer.commands import NoteTransfer
from dialer.contact import OPT_OUT, Contact

CASE_STOPS = frozenset({"emplazado", "disputa", "pagado"})
PERSON_STOPS = frozenset({"concursal", "bloqueado"})
OPT_OUTS = frozenset(OPT_OUT + channel for channel in get_args(Channel))
"""A person's stops that end one channel (or all, where the preset is stricter), for all mandantes."""
CONSENT = "consent:callback"
"""What a gestión's `ticked` keeps of a rellamado that was asked for. No node of a guion can have such a name."""
PHONE_EFFECTS = frozenset({"", "invalid", "down", "up", "blacklist"})


class BooksError(Exception):
    """Something about the database; the message is a sentence without personal data."""


class BooksDown(BooksError):
    """The database cannot be reached or is busy: nothing was committed as far as is known, try again."""


class BooksRefused(BooksError):
    """The database will not take this, now or later: what was asked contradicts what is recorded."""


class LoadRefused(BooksError):
    """The carga cannot be applied: nothing of it was."""


class UndoRefused(BooksError):
    """The load cannot be undone: the message names what has come to depend on it since."""


class GestionExists(BooksError):
    """The call already has its one gestión, and it says something else."""

    def __init__(self, attempt_id: str, code: str, agent_id: str) -> None:
        super().__init__(f"la llamada {attempt_id} ya tiene su gestión ({code}, de {agent_id}): no se guarda otra")
        self.attempt_id, self.code, self.agent_id = attempt_id, code, agent_id


class VersionTaken(BooksError):
    """Somebody published a version of the same strategy meanwhile: nothing was written."""


class TrialRunning(Exception):
    """A simulation runs already on this node."""


class QueueDown(Exception):
    """Redis cannot be reached: what was asked may or may not have happened."""


class QueueLost(Exception):
    """Redis does not have the cartera's queue (it was never filled, or its memory is gone): rebuild it."""


class HistoryError(Exception):
    """The history asked for cannot be fitted; the message says what there is."""


class QueueEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case's place in the queue: due from `due_ms` on, higher `score` first.

    `agent_id` binds it to one ejecutivo (a callback of their own, a manual list): no other claim may return it until
    `release_ms` (0: for ever). `callback_ms`: a rellamado was agreed for then (0: none), and it comes before the rest.
    """

    case_id: int
    person_id: int
    due_ms: int
    score: float
    agent_id: str = ""
    callback_ms: int = 0
    release_ms: int = 0


class Claimed(msgspec.Struct, frozen=True):
    """What a claim got, best first; `next_due_ms`: when asking again is worth while (None: nothing waits)."""

    case_ids: tuple[int, ...]
    next_due_ms: int | None


class Whereabouts(msgspec.Struct, frozen=True):
    """Where a case is in its queue. Without `built` the queue is being filled; `known`: it has the case.

    `rank` (1 is next) of `ready` cases that anybody may call now, else None; `due_ms`: when it will be due. It is bound
    to `agent_id` until `release_ms` (0: for ever). `lease_ms`: until when a node has it. `lock_ms`: until when its
    person is on a call, for which case of which cartera, on which node.
    """

    built: bool
    known: bool
    rank: int | None
    ready: int
    due_ms: int | None
    agent_id: str
    release_ms: int
    lease_ms: int | None
    lock_ms: int
    lock_cartera: str
    lock_case_id: int
    lock_node: str


class QueueSizes(msgspec.Struct, frozen=True):
    """How many cases of a cartera are in each place of the queue (each is in exactly one)."""

    ready: int
    later: int
    leased: int
    bound: int


class PromiseMade(msgspec.Struct, frozen=True):
    """A compromiso as the debtor gave it."""

    due: date
    amount: Decimal
    currency: str = "CLP"


class CallbackAsked(msgspec.Struct, frozen=True):
    """A rellamado: `pool` any ejecutivo of the cartera, otherwise the one who took the request."""

    at_ms: int
    pool: bool = True


class SaveGestion(msgspec.Struct, frozen=True):
    """One gestión to commit, with all its effects spelled out by whoever knows the disposition tree.

    `effective`: the disposition uses the weekly contact. `stop`: the case leaves the queue for good; `stop_kind`, where
    the law names it, is one of `CASE_STOPS` or `PERSON_STOPS` (the latter hold for all mandantes). `phone_effect` is
    what becomes of the phone that was called: "invalid" or "blacklist" (never dialled again), "down", "up" (tried later
    or sooner), or "". `next_due_ms` None leaves the case's due time to `ReturnContact`. `address`, beside a promise:
    where to pick it up, which asks for a retiro. `same_agent`: only this ejecutivo makes the next call. `opt_outs`:
    those of `OPT_OUTS` that the person asks for. `consent`: the rellamado was asked for by whoever owes, or their aval.
    """

    attempt_id: str
    agent_id: str
    code: str
    at_ms: int
    comment: str = ""
    trace: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    effective: bool = False
    promise: PromiseMade | None = None
    callback: CallbackAsked | None = None
    stop: bool = False
    stop_kind: str = ""
    phone_effect: str = ""
    next_due_ms: int | None = None
    address: str = ""
    same_agent: bool = False
    opt_outs: tuple[str, ...] = ()
    consent: bool = False


class LoadResult(msgspec.Struct, frozen=True):
    """What a carga changed. With `already_loaded` the same file was applied before and nothing changed now.

    `rows_*` count the rows that the reader took by what they came to. `documentos_conflict` were there with another
    saldo: left as they were and listed as rechazos. `rechazos` counts all that were listed, the reader's own too;
    `refused` are those that only the books could refuse, `remarks` what they say of rows that they took. `before` and
    `after`: what the mandante's debtors (of the cartera, where the load names one) owe by currency. `efectos`: row by
    row, where they were asked for.
    """

    carga_id: int
    already_loaded: bool
    deudores_new: int = 0
    casos_new: int = 0
    documentos_new: int = 0
    documentos_known: int = 0
    documentos_conflict: int = 0
    telefonos_new: int = 0
    rechazos: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    refused: tuple[Rechazo, ...] = ()
    remarks: tuple[Rechazo, ...] = ()
    before: dict[str, Decimal] = {}
    after: dict[str, Decimal] = {}
    efectos: tuple[Efecto, ...] = ()


class CargaListed(msgspec.Struct, frozen=True):
    """A load as the list of loads shows it. `state`: applied, undone. `saldo`: its control totals by currency."""

    carga_id: int
    kind: str
    mandante: str
    cartera: str
    file_name: str
    state: str
    at_ms: int
    loaded_by: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    saldo: dict[str, Decimal]
    undone_ms: int | None = None
    undone_by: str = ""


class PlantillaSaved(msgspec.Struct, frozen=True):
    """A template made on the page, of one kind of a mandante's files. `formato`: JSON of a `plantilla.Formato`."""

    mandante: str
    kind: str
    name: str
    formato: str
    by: str
    at_ms: int


class NumberedTransfer(NoteTransfer, frozen=True):
    """A transfer to the outside as the store keeps it, with the number in E.164."""

    number: str = ""


class OwnCall(msgspec.Struct, frozen=True):
    """A call that an ejecutivo had: with whom, on which telephone, placed when."""

    contact: Contact
    phone_id: int
    placed_ms: int


class PendingAttempt(msgspec.Struct, frozen=True):
    """A conversation whose gestión an ejecutivo owes."""

    attempt_id: str
    cartera: str
    case_id: int
    phone_id: int


class Reached(NamedTuple):
    """Calls that a person answered, abandoned ones included; those; and calls taken for answering machines."""

    answered: int
    abandoned: int
    machines: int


class Quarter(NamedTuple):
    """The closed attempts of a quarter of an hour: how many, persons who needed an agent among them, and how long they
    rang in each stretch of age (see `pacing.experience`)."""

    at_ms: int
    calls: int
    persons: int
    rung_ms: tuple[int, ...]


class Counted(NamedTuple):
    """A cartera's attempts by quarter of an hour; its conversations and their wrap-ups, and their whole time."""

    quarters: Sequence[Quarter]
    talks: int
    talk_ms: int
    wraps: int
    wrap_ms: int


class Past(NamedTuple):
    """One closed attempt. Times are milliseconds, 0 where it never came to that."""

    at_ms: int
    verdict: str
    answered_ms: int
    ended_ms: int


class Spoken(NamedTuple):
    """One conversation of an ejecutivo. `saved_ms`: when its gestión was saved, 0 if it was not."""

    agent_id: str
    connected_ms: int
    ended_ms: int
    saved_ms: int


Kept = Literal["kept", "settled", "foreign"]
"""What became of a draft: committed; the call has its gestión already; the call is not this ejecutivo's."""


class Jornada(NamedTuple):
    """What an ejecutivo did in a time. `states`: milliseconds by state and reason, off the floor left out.

    `calls`: conversations. `codes`: gestiones by cartera and code. `promises`, of them: compromisos taken that no later
    one of the same case replaced, and what they `promised` by currency.
    """

    states: dict[tuple[str, str], int]
    calls: int
    codes: dict[tuple[str, str], int]
    promises: int
    promised: dict[str, Decimal]


class ChangeDato(NamedTuple):
    """What a debtor told an ejecutivo of themselves, on the screen of a case."""

    case_id: int
    dato: Dato
    note: str
    by: str
    at_ms: int


class Changed(NamedTuple):
    """What a change came to. `phone_id`: the telephone that it is about, 0: none. `again`: cases of the debtor that
    were dropped and are due now, by cartera."""

    person_id: int
    phone_id: int
    again: dict[str, list[QueueEntry]]
