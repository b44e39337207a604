"""A file on disk becomes a carga with the fingerprint that keeps it from loading twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dialer.carteras.carga import CargaError
from dialer.edge.loads import read_carga
from dialer.edge.loads_muestra import write_muestra

CSV = "RUT;NOMBRE;NUMERO;FECVENC;SALDO\n12.345.678-5;Peña;1;31/10/2026;1.250\n"


def test_a_carga_carries_its_file_name_and_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "noviembre.csv"
    path.write_bytes(CSV.encode("cp1252"))
    result = read_carga(path, "acme", "facturas", decimal=",")
    assert (result.file_name, result.mandante, result.cartera) == ("noviembre.csv", "acme", "facturas")
    assert result.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert result.deudores[0].name == "Peña"


def test_a_file_that_needs_the_decimal_sign_says_so(tmp_path: Path) -> None:
    path = tmp_path / "noviembre.csv"
    path.write_bytes(CSV.encode())
    with pytest.raises(CargaError, match="signo decimal"):
        read_carga(path, "acme", "facturas")


def test_a_file_that_cannot_be_opened_is_a_sentence_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(CargaError, match=r"No se pudo abrir .*nada\.csv"):
        read_carga(tmp_path / "nada.csv", "acme", "facturas")
    with pytest.raises(CargaError, match="No se pudo abrir"):
        read_carga(tmp_path, "acme", "facturas")


def test_a_sample_of_any_size_can_be_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "muestra.csv"
    write_muestra(path, seed=1, deudores=50)
    result = read_carga(path, "acme", "facturas")
    assert (result.totals.deudores, [one.reason for one in result.rechazos]) == (50, ["total_row"])
