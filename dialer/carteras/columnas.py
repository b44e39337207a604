"""Which heading means which field: names as they come in Chilean files, whatever their case, accents and spaces.

Each kind of file has its `Layout` in `LAYOUTS`. ``RUTCLIENTE`` is missing
on purpose: in these files it is the mandante's own RUT.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
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


_RUT = {
    "rut": "rut rutdeudor rutcompleto rutnum rutnumero rutsindv ruttitular rutpersona run nrorut numerorut",
    "dv": "dv rutdv dvrut digito digitoverificador",
}
_DOCUMENTO = {
    "tipo": "tipodocumento tipodoc tipodedocumento tipodcto",
    "numero": "numero numerodocumento numdocumento nrodocumento ndocumento nodocumento numerodoc numdoc nrodoc "
    "documento folio numerofactura nrofactura nfactura nofactura factura operacion numerooperacion nrooperacion "
    "noperacion",
    "cuota": "cuota numerocuota numcuota nrocuota ncuota nocuota",
}
_MONEDA = {"moneda": "moneda tipomoneda codmoneda codigomoneda"}
_SALDO = {"saldo": "saldo saldoactual saldopendiente saldodeuda saldodocumento deuda montoadeudado"}
_LUGAR = {
    "direccion": "direccion domicilio nuevadireccion nuevodomicilio",
    "comuna": "comuna nombrecomuna comunadeudor comunanueva nuevacomuna",
}
_PHONE = r"(?:telefono|fono|tel|celular|cel|movil)"
_PHONES = (
    (re.compile(_PHONE + r"(?:laboral|trabajo|oficina)[0-9]{0,2}"), "fono_laboral"),
    (re.compile(_PHONE + r"(?:referencia|aval|tercero|familiar)[0-9]{0,2}"), "fono_tercero"),
    (re.compile(_PHONE + r"(?:movil|celular|fijo|particular|casa|contacto|nuevo)?[0-9]{0,2}"), "fono"),
)
_MAILS = ((re.compile(r"(?:mail|email|correo|correoelectronico)(?:nuevo)?[0-9]{0,2}"), "mail"),)
_PLACE = "(?:deudor|particular|comercial|laboral|casa|contacto|alternativ[ao]|nuev[ao])?"
_ADDRESSES = ((re.compile(rf"(?:direccion|domicilio){_PLACE}[0-9]{{0,2}}"), "direccion"),)
_FUENTE = {
    "fuente": "fuente origen fuentedato fuentedatos origendato origendatos fuentetelefono origentelefono fuentefono "
    "origenfono",
}
_MANY = frozenset(("fono", "fono_laboral", "fono_tercero", "mail", "direccion"))


def _layout(
    names: dict[str, str],
    *needed: tuple[str, ...],
    patterns: tuple[tuple[re.Pattern[str], str], ...] = (),
) -> Layout:
    by_name = {name: field for field, words in names.items() for name in words.split()}
    return Layout(by_name, patterns, _MANY, needed)


ASIGNACION = _layout(
    _RUT
    | _DOCUMENTO
    | _MONEDA
    | _SALDO
    | _LUGAR
    | _FUENTE
    | {
        "nombre": "nombre nombres nombredeudor nombrecompleto nombretitular nombrerazonsocial razonsocial deudor "
        "titular",
        "paterno": "apepat apellidopaterno appaterno paterno apellido apellidos",
        "materno": "apemat apellidomaterno apmaterno materno",
        "emision": "fecdoc fechadoc fechadocumento fecemision fechaemision emision fechadeemision",
        "recepcion": "fecrecep fecharecep fecrecepcion fecharecepcion fechaderecepcion recepcion fecrecepcionsii "
        "fecharecepcionsii fecacuse fechaacuse fechaacuserecibo",
        "vencimiento": "fecvenc fechavenc fecvencimiento fechavencimiento fechadevencimiento vencimiento fecvcto "
        "fechavcto vcto",
        "monto": "montoasignado monto montooriginal montodocumento montofactura montodeuda",
        "regimen": "regimen tamano tamanoempresa tipodeudor",
        "persona": "persona tipopersona tipodepersona naturalojuridica personanaturalojuridica",
    },
    ("rut",),
    ("nombre",),
    ("numero",),
    ("vencimiento",),
    ("saldo", "monto"),
    patterns=_PHONES + _MAILS + _ADDRESSES,
)
SALDOS = _layout(
    _RUT | _DOCUMENTO | _MONEDA | {"saldo": _SALDO["saldo"] + " monto nuevosaldo saldonuevo saldofinal"},
    ("rut",),
    ("numero",),
    ("saldo",),
)
PAGOS = _layout(
    _RUT
    | _DOCUMENTO
    | _MONEDA
    | {
        "monto": "monto montopago montopagado montoabono pago pagado abono montorecaudado recaudado importe valor "
        "total",
        "fecha": "fecha fechapago fecpago fechadepago fechaabono fecabono fecharecaudacion fechatransaccion "
        "fechacontable",
        "referencia": "referencia comprobante nrocomprobante numerocomprobante idpago numeropago nropago npago "
        "idtransaccion transaccion codigopago numeroreferencia nroreferencia",
    },
    ("rut",),
    ("monto",),
    ("fecha",),
)
RETIROS = _layout(
    _RUT
    | _DOCUMENTO
    | {"motivo": "motivo motivoretiro motivoexclusion razon causa causal observacion comentario glosa"},
    ("rut",),
)
DEMOGRAFICOS = _layout(
    _RUT | _LUGAR | _FUENTE,
    ("rut",),
    ("fono", "fono_laboral", "fono_tercero", "mail", "direccion"),
    patterns=_PHONES + _MAILS + _ADDRESSES,
)
EXTERNAS = _layout(
    _RUT
    | {
        "fecha": "fecha fechagestion fecgestion fechahora fechacontacto fechadegestion fechayhora fechallamada",
        "hora": "hora horagestion horacontacto horainicio horallamada",
        "canal": "canal tipogestion tipocontacto medio accion tipo tipoaccion mediocontacto",
        "resultado": "resultado respuesta estado tipificacion contacto resultadogestion codigoresultado subestado",
        "detalle": "detalle observacion observaciones comentario comentarios glosa",
    },
    ("rut",),
    ("fecha",),
    ("canal",),
)
BLOQUEOS = _layout(
    _RUT
    | {
        "motivo": "motivo motivobloqueo tipobloqueo bloqueo causal causa razon estado tipo",
        "detalle": "detalle observacion observaciones comentario glosa",
    },
    ("rut", "fono"),
    patterns=_PHONES,
)
UF = _layout({"fecha": "fecha dia", "valor": "valor valoruf uf valordelauf clp pesos monto"}, ("fecha",), ("valor",))
LAYOUTS: dict[str, Layout] = {
    "asignacion": ASIGNACION,
    "saldos": SALDOS,
    "pagos": PAGOS,
    "retiros": RETIROS,
    "demograficos": DEMOGRAFICOS,
    "externas": EXTERNAS,
    "bloqueos": BLOQUEOS,
    "uf": UF,
}
_HEADINGS = {
    "rut": "RUT (o RUTNUM y RUTDV)",
    "numero": "NUMERO",
    "vencimiento": "FECVENC",
    "monto": "MONTO ASIGNADO",
    "fono": "TELEFONO",
    "fono_laboral": "TELEFONO LABORAL",
    "fono_tercero": "TELEFONO TERCERO",
}


def fields(layout: Layout) -> tuple[str, ...]:
    """All fields that a kind of file may have."""
    return tuple(dict.fromkeys((*layout.names.values(), *(field for _, field in layout.patterns))))


def field_of(heading: str, layout: Layout) -> str:
    """The field that a heading names, or empty."""
    key = fold(heading)
    named = layout.names.get(key)
    return named or next((field for pattern, field in layout.patterns if pattern.fullmatch(key)), "")


def recognised(cells: Sequence[str], layout: Layout) -> int:
    """How many different fields a row names, if it were the header."""
    return len({field for cell in cells if len(cell) < 60 and (field := field_of(cell, layout))})


def match(header: Sequence[str], layout: Layout, stated: Collection[str] = ()) -> dict[str, tuple[int, ...]]:
    """Field -> positions of its columns. `stated`: fields whose value is known from elsewhere.

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
    if missing := lacking({*found, *stated}, layout):
        raise CargaError(sentence(header, missing, layout))
    return found


def lacking(found: Collection[str], layout: Layout) -> list[tuple[str, ...]]:
    """The groups of needed fields of which none was found."""
    return [group for group in layout.needed if not any(field in found for field in group)]


def sentence(header: Sequence[str], missing: list[tuple[str, ...]], layout: Layout) -> str:
    """What a person is told of groups of needed fields that are missing."""
    return (
        f"Faltan columnas: {_named(missing)}. Se encontró: {', '.join(f'«{h[:40]}»' for h in header if h) or 'nada'}. "
        f"Se necesita: {_named(layout.needed)}."
    )


def _named(groups: Sequence[tuple[str, ...]]) -> str:
    return ", ".join(" o ".join(_HEADINGS.get(field, field.upper()) for field in group) for group in groups)
