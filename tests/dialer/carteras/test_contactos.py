"""Telephones from elsewhere, contacts that others made, and people who must be left alone."""

from __future__ import annotations

import pytest

from dialer.carteras.filas import FilaBloqueo, FilaDemografico, FilaExterna, Telefono
from tests.dialer.carteras.cartera import read_kind, reasons, warnings

DEMOGRAFICOS = "RUT;CELULAR;FONO TRABAJO;MAIL;DIRECCION;COMUNA"
EXTERNAS = "RUT;FECHA;HORA;CANAL;RESULTADO;OBSERVACION"
BLOQUEOS = "RUT;TELEFONO;MOTIVO;OBSERVACION"
ONE = "12345678-5"


def test_a_row_brings_whatever_is_new_and_loses_only_what_is_unusable() -> None:
    result = read_kind("demograficos", DEMOGRAFICOS, f"{ONE};987654320 / 133;222345679;a@x.cl;s/i;nunoa")
    phones = (Telefono("+56987654320", "movil"), Telefono("+56222345679", "laboral"))
    assert list(result.filas) == [FilaDemografico(2, ONE, phones, ("a@x.cl",), "", "Ñuñoa")]
    assert warnings(result) == [(2, "CELULAR", "phone_short")]


def test_a_row_may_have_several_addresses_and_say_where_its_data_come_from() -> None:
    header = "RUT;CELULAR;DIRECCION1;DIRECCION2;DIRECCION3;COMUNA;FUENTE"
    result = read_kind("demograficos", header, f"{ONE};987654320;-;Uno  1;Dos 2;Arica; Equifax  2026")
    (fila,) = result.filas
    assert isinstance(fila, FilaDemografico)
    assert (fila.address, fila.addresses, fila.source) == ("Uno 1", ("Dos 2",), "Equifax 2026")
    (leida,) = result.leidas
    assert (leida.values["address"], leida.values["addresses"]) == ("Uno 1", "Dos 2")


def test_a_row_with_nothing_usable_is_rejected_with_its_first_fault() -> None:
    result = read_kind(
        "demograficos", DEMOGRAFICOS, f"{ONE};133;;;;", f"{ONE};;;;s/i;", f"{ONE};;;;Uno 1;", f"{ONE};;;;Uno 1;"
    )
    assert reasons(result) == [(2, "CELULAR", "phone_short"), (3, "", "empty_row"), (5, "RUT", "duplicate")]


@pytest.mark.parametrize(
    ("row", "channel", "at_local", "answered", "effective"),
    [
        ("20/11/2026;15:30;Llamada;Contacto titular;", "call", "2026-11-20T15:30", True, True),
        ("20/11/2026 09:05:00;;Visita;Tercero;", "visit", "2026-11-20T09:05", True, False),
        ("20/11/2026;3:30 pm;TERRENO;Sin moradores;", "visit", "2026-11-20T15:30", False, False),
        ("2026-11-20;;SMS;Enviado;", "sms", "2026-11-20T00:00", False, False),
        ("2026-11-20;;correo;;", "email", "2026-11-20T00:00", False, False),
        ("2026-11-20;;WhatsApp;leído;", "message", "2026-11-20T00:00", True, True),
        ("2026-11-20;;Carta certificada;;", "letter", "2026-11-20T00:00", False, False),
        ("2026-11-20;;llamado;;", "call", "2026-11-20T00:00", True, True),
        ("20/11/2026;0,6458333;llamado;No contesta;", "call", "2026-11-20T15:30", False, False),
    ],
)
def test_a_contact_that_somebody_else_made(
    row: str, channel: str, at_local: str, answered: bool, effective: bool
) -> None:
    (fila,) = read_kind("externas", EXTERNAS, f"{ONE};{row}").filas
    assert isinstance(fila, FilaExterna)
    assert (fila.channel, fila.at_local, fila.answered, fila.effective) == (channel, at_local, answered, effective)


def test_a_result_that_nobody_knows_uses_the_week_and_a_person_is_told() -> None:
    result = read_kind("externas", EXTERNAS, f"{ONE};20/11/2026;;Llamada;código 77;")
    (fila,) = result.filas
    assert isinstance(fila, FilaExterna) and fila.answered and fila.effective and fila.detail == "código 77"
    assert warnings(result) == [(2, "RESULTADO", "result_unknown")]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (f"{ONE};20/11/2026;;paloma mensajera;;", "CANAL", "channel_unknown"),
        (f"{ONE};20/11/2026;25:00;Llamada;;", "HORA", "time_format"),
        (f"{ONE};20/11/2026;tarde;Llamada;;", "HORA", "time_format"),
        (f"{ONE};;15:00;Llamada;;", "FECHA", "missing"),
    ],
)
def test_a_contact_that_cannot_be_placed_in_time_or_channel_is_rejected(row: str, column: str, reason: str) -> None:
    assert reasons(read_kind("externas", EXTERNAS, row)) == [(2, column, reason)]


@pytest.mark.parametrize(
    ("motivo", "stop"),
    [
        ("SUPERIR", "concursal"),
        ("Demandado", "emplazado"),
        ("Reclamo", "disputa"),
        ("No contactar", "bloqueado"),
        ("No llamar", "baja_call"),
        ("Baja SMS", "baja_sms"),
        ("no enviar correos", "baja_email"),
        ("No WhatsApp", "baja_message"),
        ("sin teléfono", "bloqueado"),
        ("No visitar", "baja_visit"),
        ("baja de cartas", "baja_letter"),
        ("no llamar ni escribir", "bloqueado"),
        ("Pagado", "pagado"),
        ("", "bloqueado"),
        ("porque sí", "bloqueado"),
    ],
)
def test_whom_nobody_may_contact_and_why(motivo: str, stop: str) -> None:
    result = read_kind("bloqueos", BLOQUEOS, f"{ONE};;{motivo};")
    assert list(result.filas) == [FilaBloqueo(2, ONE, "", stop, motivo)]
    assert [reason for _, _, reason in warnings(result)] == (
        ["stop_unknown"] if motivo in ("porque sí", "no llamar ni escribir", "sin teléfono") else []
    )


def test_who_opts_out_of_a_channel_keeps_the_telephone_of_the_row_for_calls() -> None:
    result = read_kind("bloqueos", BLOQUEOS, f"{ONE};987654320;baja sms;", f"{ONE};987654320;no llamar;")
    assert list(result.filas) == [
        FilaBloqueo(2, ONE, "", "baja_sms", "baja sms"),
        FilaBloqueo(3, ONE, "+56987654320", "baja_call", "no llamar"),
    ]
    assert warnings(result) == []


def test_telephones_are_blocked_alone_or_with_their_owner() -> None:
    result = read_kind(
        "bloqueos", BLOQUEOS, ";987654320 / 222345679;no llamar;", f"{ONE};987654321;;", ";133;;", ";;;x"
    )
    assert list(result.filas) == [
        FilaBloqueo(2, "", "+56987654320", "baja_call", "no llamar"),
        FilaBloqueo(2, "", "+56222345679", "baja_call", "no llamar"),
        FilaBloqueo(3, ONE, "", "bloqueado", ""),
    ]
    assert [(row, reason) for row, _, reason in reasons(result)] == [(4, "phone_short"), (5, "empty_row")]
    assert warnings(result) == [(3, "TELEFONO", "phone_fake")]
    assert result.totals.rows_loaded == len(result.leidas) == 2
    assert next(iter(result.leidas)).values["e164"] == "+56987654320 +56222345679"


def test_a_list_of_telephones_alone_needs_no_rut() -> None:
    assert read_kind("bloqueos", "TELEFONO", "987654320").totals.rows_loaded == 1
