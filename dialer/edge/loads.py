"""Files on disk: a mandante's cartera in, and the sample of the demo out."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from pathlib import Path

from dialer.carteras import carga
from dialer.carteras.asignacion import Progress
from dialer.carteras.carga import CargaError, Origen
from dialer.carteras.model import Carga
from dialer.carteras.monto import Sign
from dialer.sim import muestra

MUESTRA_SEED = 2026
MUESTRA_TODAY = date(2026, 11, 20)


def read_carga(
    path: str | Path,
    mandante: str,
    cartera: str,
    *,
    decimal: Sign | None = None,
    progress: Progress | None = None,
) -> Carga:
    """Read and judge a file of kind asignación; nothing is stored. See `carga.read` for the arguments.

    Raises `CargaError`, with a sentence for a person, when the file cannot be opened or is refused as a whole.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as bad:
        raise CargaError(f"No se pudo abrir {path}: {bad.strerror}. Revise el nombre y los permisos.") from bad
    origen = Origen(path.name, hashlib.sha256(data).hexdigest(), mandante, cartera)
    return carga.read(data, origen, decimal=decimal, progress=progress)


def write_muestra(
    path: str | Path, *, seed: int = MUESTRA_SEED, today: date = MUESTRA_TODAY, deudores: int = muestra.DEUDORES
) -> None:
    """Write the invented cartera of `dialer.sim.muestra`: the same seed and date give the same bytes."""
    text = muestra.facturas(random.Random(seed), today, deudores)
    Path(path).write_bytes(text.encode())


if __name__ == "__main__":
    write_muestra("config/muestra/facturas.csv")
