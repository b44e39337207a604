"""Files on disk: a mandante's file in, its template, what was rejected out."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from config.faults import Loc
from dialer.carteras import carga, mapeo, plantilla, sugerencia, tabla
from dialer.carteras.carga import CargaError, Origen
from dialer.carteras.lector import Progress
from dialer.carteras.mapeo import Entendido, Vista
from dialer.carteras.model import Carga
from dialer.carteras.monto import Sign
from dialer.carteras.plantilla import Formato, Plantilla, PlantillaError
from dialer.carteras.tabla import Tabla
from dialer.edge.loads_xlsx import is_book, read_book

PACKAGED = Path(__file__).resolve().parent.parent.parent / "config" / "plantillas"
ReadYaml = Callable[[Path], tuple[Any, dict[Loc, int]]]


def read_carga(
    path: str | Path,
    mandante: str,
    cartera: str,
    *,
    kind: str = "asignacion",
    decimal: Sign | None = None,
    formato: Formato | None = None,
    progress: Progress | None = None,
) -> Carga:
    """Read and judge a file, text or workbook; nothing is stored. See `carga.read` for the arguments.

    Raises `CargaError`, with a sentence for a person, when the file cannot be opened or is refused as a whole.
    """
    path = Path(path)
    return read_bytes(
        _bytes(path), path.name, mandante, cartera, kind=kind, decimal=decimal, formato=formato, progress=progress
    )


def read_bytes(
    data: bytes,
    file_name: str,
    mandante: str,
    cartera: str,
    *,
    kind: str = "asignacion",
    decimal: Sign | None = None,
    formato: Formato | None = None,
    progress: Progress | None = None,
) -> Carga:
    """As `read_carga`, of a file that is not on disk."""
    origen = Origen(file_name, hashlib.sha256(data).hexdigest(), mandante, cartera)
    with _no_collection():
        return _judged(data, origen, kind=kind, decimal=decimal, formato=formato, progress=progress)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Rows come and go by the million and none is in a cycle: looking for cycles would take a seventh of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _judged(
    data: bytes,
    origen: Origen,
    *,
    kind: str,
    decimal: Sign | None,
    formato: Formato | None,
    progress: Progress | None,
) -> Carga:
    if not is_book(data):
        return carga.read(data, origen, kind=kind, decimal=decimal, formato=formato, progress=progress)
    book = _book(data, kind, formato)
    return carga.read_tabla(book, origen, kind=kind, decimal=decimal, formato=formato, progress=progress)


def _book(data: bytes, kind: str, formato: Formato | None) -> Tabla:
    return read_book(
        data,
        partial(carga.recognised, kind=kind, formato=formato),
        partial(carga.complete, kind=kind, formato=formato),
        sheet=formato.sheet if formato else "",
        header_row=formato.header_row if formato else 0,
    )


def look(path: str | Path, kind: str, formato: Formato | None = None, how: str = "plantilla") -> Vista:
    """A file's columns with some cells, and what each is taken for: see `mapeo.look`.

    Where the names of the headings are not all known, its header is the row that is likest to one.
    Raises `CargaError` for a file that cannot be opened or has no table.
    """
    carga.known(kind)
    data = _bytes(Path(path))
    book = is_book(data)
    found = _book(data, kind, formato) if book else carga.table(data, kind, formato)
    stated = formato is not None and bool(formato.columns)
    if not stated and not carga.complete(found.header, kind, formato):
        found = _table(data, kind, formato.encoding if formato else "")
    encoding = "" if book else tabla.encoding_of(data, formato.encoding if formato else "")
    said = "" if book else "dicho" if formato and formato.encoding else "archivo"
    return mapeo.look(found, kind, formato, how, Entendido(encoding, said, () if book else mapeo.letters(found)))


def suggest_template(path: str | Path, mandante: str, kind: str) -> str:
    """A template in YAML for a file whose headings are not known yet, for a person to look over and save.

    Raises `CargaError` when the file cannot be opened or has no table.
    """
    carga.known(kind)
    data = _bytes(Path(path))
    return sugerencia.as_yaml(mandante, kind, _table(data, kind), "xlsx" if is_book(data) else "csv")


def load_plantilla(mandante: str, site: Path | None, read_yaml: ReadYaml) -> Plantilla | None:
    """The template of a mandante: the site's own (`site` is its folder), else the packaged one, else None.

    `read_yaml` gives a file's value and the line of each key. Raises what it raises, and `PlantillaError`.
    """
    if site is not None and not site.is_dir():
        raise PlantillaError(f"{site}: there is no such folder; correct the folder of templates")
    for folder in (*((site,) if site else ()), PACKAGED):
        path = folder / f"{mandante}.yaml"
        if Path(path.name).stem == mandante and path.is_file():
            found = plantilla.parse(*_named(path, *read_yaml(path)))
            if found.mandante != mandante:
                raise PlantillaError(
                    f"{path}: mandante = {found.mandante!r}: must be the file's own name, {mandante!r}"
                )
            return found
    return None


def installed(site: Path | None) -> list[str]:
    """The names of the templates that are files: the site's own and the packaged."""
    return sorted({path.stem for folder in (site, PACKAGED) if folder for path in folder.glob("*.yaml")})


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as bad:
        raise CargaError(f"No se pudo abrir {path}: {bad.strerror}. Revise el nombre y los permisos.") from bad


def _table(data: bytes, kind: str, encoding: str = "") -> Tabla:
    recognised = partial(sugerencia.recognised, kind=kind)
    if is_book(data):
        return read_book(data, recognised, lambda header: False)
    return tabla.parse(tabla.decode(data, encoding), recognised)


def _named(path: Path, raw: Any, lines: dict[Loc, int]) -> tuple[object, str, dict[Loc, int]]:
    return raw, str(path), lines

