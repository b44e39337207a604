"""One load while it is being applied: whose rows it is about, what it has done so far, and the log that undoes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras import comuna
from dialer.carteras.aplicacion import Efecto
from dialer.carteras.model import Carga, Rechazo
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.rules import local_day


class Wanted(NamedTuple):
    """Who loads, with which template, whether each row's effect is to be told, and the order of the carteras (by code)
    that a load of a whole mandante may touch."""

    by: str = ""
    template: str = ""
    detail: bool = False
    orders: Mapping[str, Sequence[str]] = {}


PLAIN, BY_ROW = Wanted(), Wanted(detail=True)


class Scope(NamedTuple):
    """Whose debtors: of a cartera, of all of a mandante's, or (UF, bloqueos of the firm) of nobody in particular."""

    mandante_id: int | None
    cartera_id: int | None
    word: str


class Obra:
    """The load at work. `touched`: cases whose saldos must be counted again when it ends. `fresh`: the people of the
    chunk at hand who came with this load, and of whom the books know nothing else."""

    def __init__(
        self, conn: AsyncConnection, carga: Carga, scope: Scope, at_ms: int, order: Sequence[str], wanted: Wanted
    ) -> None:
        self.conn, self.carga, self.scope = conn, carga, scope
        self.at_ms, self.order, self.wanted = at_ms, order, wanted
        self.carga_id = 0
        self.day = local_day(at_ms, comuna.UNKNOWN.zone)
        self.today = day_of(at_ms)
        self.native = bulk.Native(conn)
        self.counts: dict[str, int] = {}
        self.efectos: list[Efecto] = []
        self.refused: list[Rechazo] = []
        self.notices: list[Rechazo] = []
        self.touched: set[int] = set()
        self.fresh: set[int] = set()
        self._any_blocked: bool | None = None
        self._cambios: list[tuple[int, str, int, str, str]] = []

    def count(self, name: str, more: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + more

    def tell(self, one: Efecto) -> None:
        """Count what a row came to, and keep it where rows are wanted."""
        self.count(f"rows_{one.effect}")
        if self.wanted.detail:
            self.efectos.append(one)

    def changed(self, table: sa.Table, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Note for the undo that a row which was there before the load is different now."""
        said = (msgspec.json.encode(before).decode(), msgspec.json.encode(after).decode())
        self._cambios.append((self.carga_id, table.name, row_id, *said))

    async def log(self) -> None:
        """Write what was noted."""
        columns = ("carga_id", "table_name", "row_id", "before", "after")
        await bulk.insert(self.conn, t.carga_cambio, columns, self._cambios)
        self._cambios.clear()

    async def any_blocked(self) -> bool:
        """Whether any telephone is blocked at all; asked once."""
        if self._any_blocked is None:
            found = await self.conn.scalar(sa.select(t.bloqueo_telefono.c.e164).limit(1))
            self._any_blocked = found is not None
        return self._any_blocked

    def cases(self) -> sa.ColumnElement[bool]:
        """The condition that a case is one of this load's."""
        if self.scope.cartera_id is not None:
            return t.caso.c.cartera_id == self.scope.cartera_id
        mine = sa.select(t.cartera.c.id).where(t.cartera.c.mandante_id == self.scope.mandante_id)
        return t.caso.c.cartera_id.in_(mine)


def day_of(at_ms: int) -> date:
    """The UTC day: good enough to order calls by, never to judge a due date by."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).date()
