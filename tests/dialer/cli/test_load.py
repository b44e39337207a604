"""`cintillo load` as people and programs use it, and the work behind the API's uploads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from agents.cargas import CargaAsked, CargaRefused
from config.settings import parse
from dialer.carteras.confirmacion import NotConfirmed
from dialer.carteras.rechazo import REASONS
from dialer.cli import app
from dialer.cli.cargas import work

ASIGNACION = """RUT;NOMBRE;TELEFONO1;TIPODOCUMENTO;NUMERO;FECVENC;MONEDA;SALDO
12.345.678-5;Ñandú Ltda.;+56961234507;Factura;77;30/09/2026;CLP;1.250.000
12.345.678-5;Ñandú Ltda.;+56961234507;Factura;78;30/10/2026;UF;10,5
12.345.678-0;Nadie;+56961234508;Factura;79;30/09/2026;CLP;5.000
"""
PAGOS = "RUT;NUMERO;MONTO;FECHA PAGO;REFERENCIA\n12.345.678-5;77;250000;20/11/2026;R1\n"
SALDOS = "RUT;NUMERO;SALDO\n12.345.678-5;77;900000\n8.765.432-K;1;5000\n"
Load = Callable[..., Result]


@pytest.fixture
def load(tmp_path: Path, sqlite_url: str) -> Load:
    """`cintillo load` in a folder of its own; the first word is the kind, the second the file's text."""
    config = tmp_path / "c.toml"
    config.write_text(f'database = "{sqlite_url}"\n[carteras.facturas]\n')

    def run(kind: str, text: str, *words: str) -> Result:
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, "utf-8")
        where = ["--mandante", "andes", *(["--cartera", "facturas"] if kind == "asignacion" else [])]
        return CliRunner().invoke(app, ["load", kind, str(file), *where, *words, "-c", str(config)])

    return run


def told(done: Result) -> Any:
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


def test_json_tells_persona_reception_source_and_further_addresses_too(load: Load) -> None:
    header = "RUT;NOMBRE;DIRECCION1;DIRECCION2;DIRECCION3;NUMERO;FECDOC;FECRECEPCION;FECVENC;SALDO;ORIGEN"
    line = "76.086.428-5;Uno SpA;Calle 1;Bodega 2;Casa 3;77;01/09/2026;03/09/2026;30/09/2026;5000;SII"
    (row,) = told(load("asignacion", f"{header}\n{line}\n", "--dry-run", "--json"))["rows"]
    values = {"persona": "juridica", "received": "2026-09-03", "source": "SII", "address": "Calle 1"}
    assert values.items() <= row["values"].items()
    assert row["values"]["addresses"] == ["Bodega 2", "Casa 3"]


def test_json_tells_every_row_as_a_spreadsheet_numbers_it_with_canonical_values_or_the_reason(load: Load) -> None:
    said = told(load("asignacion", ASIGNACION, "--dry-run", "--json"))
    first, second, third = said["rows"]
    assert (first["row"], first["status"], first["effect"]) == (2, "loaded", "new")
    values = {"rut": "12345678-5", "telefonos": ["+56961234507"], "saldo": "1250000", "currency": "CLP"}
    assert values.items() <= first["values"].items()
    assert (second["values"]["saldo"], second["values"]["currency"], second["values"]["due"]) == (
        "10.5",
        "CLF",
        "2026-10-30",
    )
    assert (third["row"], third["column"], third["value"]) == (4, "RUT", "12.345.678-0")
    assert third["reason"] in REASONS
    assert said["totals"] == {
        **{"rows_read": 3, "rows_loaded": 2, "rows_rejected": 1, "deudores": 1, "documentos": 2},
        "saldo": {"CLF": "10.5", "CLP": "1250000"},
    }
    assert said["confirm"] == "rows=2,CLF=10.5,CLP=1250000"
    assert (said["applied"], said["carga_id"], said["saldo_after"]) == (False, None, {"CLF": "10.5", "CLP": "1250000"})


def test_nothing_is_loaded_until_the_control_totals_are_said_back(load: Load) -> None:
    unsaid = load("asignacion", ASIGNACION)
    assert (unsaid.exit_code, "--confirm rows=2,CLF=10.5,CLP=1250000 or --yes" in unsaid.stderr) == (1, True)
    wrong = load("asignacion", ASIGNACION, "--confirm", "rows=3,CLF=10.5,CLP=1250000")
    assert isinstance(wrong.exception, NotConfirmed)
    right = told(load("asignacion", ASIGNACION, "--json", "--confirm", "rows=2, CLP=1250000.00, clf=10.50"))
    assert (right["applied"], right["changes"]["deudores_new"], right["saldo_before"]) == (True, 1, {})
    again = told(load("asignacion", ASIGNACION, "--json", "--yes"))
    assert (again["already_loaded"], again["applied"], again["carga_id"]) == (True, False, right["carga_id"])


def test_what_only_the_books_refuse_is_told_with_the_rest(load: Load, tmp_path: Path) -> None:
    load("asignacion", ASIGNACION, "--yes")
    said = told(load("saldos", SALDOS, "--yes", "--json", "--rejects", str(tmp_path / "r.xlsx")))
    good, bad = said["rows"]
    assert (good["effect"], good["before"], good["after"]) == ("changed", "1250000", "900000")
    assert (bad["status"], bad["row"], bad["reason"]) == ("rejected", 3, "deudor_unknown")
    assert (said["totals"]["rows_loaded"], said["totals"]["rows_rejected"]) == (1, 1)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == [3, "RUT", "8765432-K", "deudor_unknown"]


def test_people_see_what_would_change_the_list_and_the_undoing(load: Load, tmp_path: Path) -> None:
    load("asignacion", ASIGNACION, "--yes")
    tried = load("pagos", PAGOS, "--dry-run").stdout
    assert "Ensayo, no se escribió nada: 1 filas nuevas" in " ".join(tried.split())
    assert "CLP 1.250.000 → CLF 10,5, CLP 1.000.000" in " ".join(tried.split())
    assert "Carga 2" in load("pagos", PAGOS, "--yes").stdout
    config = ["-c", str(tmp_path / "c.toml")]
    undone = CliRunner().invoke(app, ["load", "undo", "2", "--yes", *config])
    assert "Carga 2 deshecha: 4 registros" in undone.stdout
    listed = told(CliRunner().invoke(app, ["load", "list", "--json", *config]))
    assert [(one["kind"], one["state"], one["rows_loaded"]) for one in listed] == [
        ("pagos", "undone", 1),
        ("asignacion", "applied", 2),
    ]


def test_a_template_is_suggested_for_headings_that_are_not_known(load: Load) -> None:
    said = load("asignacion", ASIGNACION.replace("SALDO", "SALDO DEUDA HOY"), "--suggest").stdout
    assert "mandante: " in said and "SALDO DEUDA HOY" in said


def test_a_template_of_ones_own_says_how_the_file_is_to_be_read(load: Load, tmp_path: Path) -> None:
    template = tmp_path / "andes.yaml"
    template.write_text("mandante: andes\nkinds:\n  saldos:\n    constants: {moneda: CLF}\n    decimal: ','\n")
    load("asignacion", ASIGNACION, "--yes")
    text = "RUT;NUMERO;SALDO\n12.345.678-5;78;9,25\n"
    said = told(load("saldos", text, "--yes", "--json", "--template", str(template)))
    assert (said["rows"][0]["after"], said["saldo_after"]["CLF"]) == ("9.25", "9.25")


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"kind": "nada"}, "there is no such kind of load; there are: asignacion, saldos"),
        ({"mandante": ""}, "a load of asignacion needs the mandante's code"),
        ({"cartera": ""}, "a load of asignacion needs the cartera's code"),
        ({"cartera": "otra"}, "is not in the configuration; there are: facturas"),
        ({"decimal": ";"}, "must be ',' or '.'"),
        ({"template": "nadie"}, "there is no such template"),
        ({"dry_run": False}, "Falta confirmar los totales de control: --confirm rows=2,CLF=10.5,CLP=1250000"),
        ({"dry_run": False, "confirm": "rows=2,CLP=mucho"}, "se espera, por ejemplo, rows=4072,CLP=4940701979"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_a_sentence(
    asked: dict[str, Any], wrong: str, tmp_path: Path, sqlite_url: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(ASIGNACION, "utf-8")
    settings = parse({"database": sqlite_url, "carteras": {"facturas": {}}})
    words: dict[str, Any] = {"kind": "asignacion", "mandante": "andes", "cartera": "facturas", **asked}
    with pytest.raises(CargaRefused, match=wrong.replace("(", r"\(")):
        work(settings, CargaAsked(file_name="a.csv", **words), str(file), 1_795_000_000_000)
