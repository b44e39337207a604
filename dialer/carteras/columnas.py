"""Which heading means which field: names as they come in Chilean files, whatever their case, accents and spaces.

Another kind of file (saldos, pagos, exclusiones…) is another `Layout` beside `ASIGNACION`. ``RUTCLIENTE`` is missing
on purpose: in these files it is the mandante's own RUT.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dialer.carteras.rechazo import CargaError
from dialer.carteras.texto import fold


class Layout(NamedTuple):
    """What a kind of file may hold: `names` maps a folded heading to its field, `patterns` those that are numbered.

    `many` are the fields that may have several columns; of each group in `needed` one must be there.
    """

    names: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    many: frozenset[str]
    needed: tuple[tuple[str, ...], ...]


_NAMES = {
    "rut": "rut rutdeudor rutcompleto rutnum rutnumero rutsindv ruttitular rutpersona run nrorut numerorut",
    "dv": "dv rutdv dvrut digito digitoverificador",
    "nombre": "nombre nombres nombredeudor nombrecompleto nombretitular nombrerazonsocial razonsocial deudor titular",
    "paterno": "apepat apellidopaterno appaterno paterno apellido apellidos",
    "materno": "apemat apellidomaterno apmaterno materno",
    "direccion": "direccion direccion1 domicilio direcciondeudor direccionparticular",
    "comuna": "comuna nombrecomuna comunadeudor",
    "tipo": "tipodocumento tipodoc tipodedocumento tipodcto",
    "numero": "numero numerodocumento numdocumento nrodocumento ndocumento nodocumento numerodoc numdoc nrodoc "
    "documento folio numerofactura nrofactura nfactura nofactura factura operacion numerooperacion nrooperacion "
    "noperacion",
    "cuota": "cuota numerocuota numcuota nrocuota ncuota nocuota",
    "emision": "fecdoc fechadoc fechadocumento fecemision fechaemision emision fechadeemision",
    "vencimiento": "fecvenc fechavenc fecvencimiento fechavencimiento fechadevencimiento vencimiento fecvcto fechavcto "
    "vcto",
    "moneda": "moneda tipomoneda codmoneda codigomoneda",
    "monto": "montoasignado monto montooriginal montodocumento montofactura montodeuda",
    "saldo": "saldo saldoactual saldopendiente saldodeuda saldodocumento deuda montoadeudado",
    "regimen": "regimen tamano tamanoempresa tipodeudor",
}
_PHONE = r"(?:telefono|fono|tel|celular|cel|movil)"
ASIGNACION = Layout(
    names={name: field for field, names in _NAMES.items() for name in names.split()},
    patterns=(
        (re.compile(_PHONE + r"(?:laboral|trabajo|oficina)[0-9]{0,2}"), "fono_laboral"),
        (re.compile(_PHONE + r"(?:referencia|aval|tercero|familiar)[0-9]{0,2}"), "fono_tercero"),
        (re.compile(_PHONE + r"(?:movil|celular|fijo|particular|casa|contacto)?[0-9]{0,2}"), "fono"),
        (re.compile(r"(?:mail|email|correo|correoelectronico)[0-9]{0,2}"), "mail"),
    ),
    many=frozenset(("fono", "fono_laboral", "fono_tercero", "mail")),
    needed=(("rut",), ("nombre",), ("numero",), ("vencimiento",), ("saldo", "monto")),
)
_HEADINGS = {
    "rut": "RUT (o RUTNUM y RUTDV)",
    "nombre": "NOMBRE",
    "numero": "NUMERO",
    "vencimiento": "FECVENC",
    "saldo": "SALDO",
    "monto": "MONTO ASIGNADO",
}


def field_of(heading: str, layout: Layout) -> str:
    """The field that a heading names, or empty."""
    key = fold(heading)
    named = layout.names.get(key)
    return named or next((field for pattern, field in layout.patterns if pattern.fullmatch(key)), "")


def recognised(cells: Sequence[str], layout: Layout) -> int:
    """How many different fields a row names, if it were the header."""
    return len({field for cell in cells if len(cell) < 60 and (field := field_of(cell, layout))})


def match(header: Sequence[str], layout: Layout) -> dict[str, tuple[int, ...]]:
    """Field -> positions of its columns.

    Raises `CargaError` when a needed column is missing, or when two columns claim a field that can only have one.
    """
    found: dict[str, tuple[int, ...]] = {}
    for at, heading in enumerate(header):
        field = field_of(heading, layout)
        if field and field in found and field not in layout.many:
            raise CargaError(
                f"Las columnas «{header[found[field][0]]}» y «{heading}» dicen lo mismo y no se sabe cuál vale: "
                "deje una sola, o cambie el nombre de la otra."
            )
        if field:
            found[field] = (*found.get(field, ()), at)
    lacking = [group for group in layout.needed if not any(field in found for field in group)]
    if lacking:
        raise CargaError(_lacking(header, lacking, layout))
    return found


def _lacking(header: Sequence[str], lacking: list[tuple[str, ...]], layout: Layout) -> str:
    return (
        f"Faltan columnas: {_named(lacking)}. Se encontró: {', '.join(f'«{h[:40]}»' for h in header if h) or 'nada'}. "
        f"Se necesita: {_named(layout.needed)}."
    )


def _named(groups: Sequence[tuple[str, ...]]) -> str:
    return ", ".join(" o ".join(_HEADINGS.get(field, field.upper()) for field in group) for group in groups)
