"""Loading files as the door speaks of it: what may be asked, and the port that the dialer behind it fulfils."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec


class CargaAsked(msgspec.Struct, frozen=True):
    """One file to load. `confirm`: its control totals as a person read them off the dry run (``rows=4072,CLP=4940``).

    `kind`: asignacion, saldos, pagos, retiros, demograficos, externas, bloqueos, uf. `template`: a mandante's template
    other than its own; `decimal`: the file's decimal sign where it cannot be told. `by`: the usuario. `mapping`: which
    column is which field as a person said it, JSON of a `dialer.carteras.mapeo.Mapeo`.
    """

    kind: str
    file_name: str
    mandante: str = ""
    cartera: str = ""
    template: str = ""
    decimal: str = ""
    dry_run: bool = True
    confirm: str = ""
    by: str = ""
    mapping: str = ""


class PlantillaAsked(msgspec.Struct, frozen=True):
    """Keep the columns that a person said as a template of this name. `base`: the template that they lie over."""

    mandante: str
    kind: str
    name: str
    mapping: str
    base: str = ""
    by: str = ""


class CargaRefused(Exception):
    """What was asked cannot be done; `code`: refused (the file or the totals), in_use (an undo), not_found, busy.

    The message is a sentence for the person.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code, self.sentence = code, sentence

    def __str__(self) -> str:
        return self.sentence


class Cargas(Protocol):
    """`dialer.cli.cargas.Desk`. Each method raises `CargaRefused`."""

    async def load(self, asked: CargaAsked, path: str) -> bytes:
        """Read the file at `path` and try or apply it, away from the floor's loop.

        The report of `cintillo load --json`, as JSON already: it may have a million rows.
        """
        ...

    async def look(self, asked: CargaAsked, path: str) -> bytes:
        """The file's columns with some cells, and what each is taken for: a `dialer.carteras.mapeo.Vista`, as JSON."""
        ...

    async def templates(self, mandante: str, kind: str) -> list[dict[str, Any]]:
        """The templates for a kind of the mandante's files: in files and made on the page (`by`, `at_ms`)."""
        ...

    async def save_template(self, asked: PlantillaAsked) -> None:
        """Keep it, in place of the one of the same name."""
        ...

    async def undo(self, carga_id: int, by: str) -> int:
        """Reverse a load; how many rows that were."""
        ...

    async def listed(self, mandante: str) -> list[dict[str, Any]]:
        """The loads there were, newest first."""
        ...

    async def rejects(self, carga_id: int) -> bytes:
        """A workbook (XLSX) with what the load rejected."""
        ...
