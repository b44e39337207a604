"""Guiones and trees from YAML files: the packaged ones, and over them those of the site's own folder.

One file holds one guion or tree and is named after its id (``facturas.yaml``). YAML anchors are refused (a small file
could unfold into a huge one), and so are duplicate keys, of which YAML would silently keep the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

from config.faults import Loc
from scripts_llamada import guion, tipificacion
from scripts_llamada.guion import Guion, GuionError
from scripts_llamada.tipificacion import Arbol

PACKAGED = Path(__file__).resolve().parent.parent
BYTES_MAX = 200_000


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


def load_guiones(site: Path | None = None) -> dict[str, Guion]:
    """All guiones by id; those in ``<site>/guiones`` replace packaged ones of the same id.

    Raises `GuionError` with one line for each fault of every file: path, line, key.
    """
    return _load("guiones", site, guion.parse)


def load_arboles(site: Path | None = None) -> dict[str, Arbol]:
    """All disposition trees by id; as `load_guiones`, from ``<site>/arboles``."""
    return _load("arboles", site, tipificacion.parse)


def _load(kind: str, site: Path | None, parse: Callable[[object, str, dict[Loc, int]], N]) -> dict[str, N]:
    found: dict[str, N] = {}
    faults: list[str] = []
    for path in _files(kind, site):
        try:
            each = _load_one(path, parse)
            found[each.id] = each
        except GuionError as bad:
            faults.append(str(bad))
    if faults:
        raise GuionError("\n".join(faults))
    return found


def _files(kind: str, site: Path | None) -> list[Path]:
    if site is not None and not site.is_dir():
        raise GuionError(f"{site}: there is no such folder; correct `scripts` in the configuration")
    folders = [PACKAGED / kind] + ([site / kind] if site else [])
    return [path for folder in folders for path in sorted(folder.glob("*.y*ml"))]


def _load_one(path: Path, parse: Callable[[object, str, dict[Loc, int]], N]) -> N:
    raw, lines = read_yaml(path)
    each = parse(raw, str(path), lines)
    if each.id != path.stem:
        raise GuionError(f"{path}: id = {each.id!r}: must be the file's own name, {path.stem!r}")
    return each


def read_yaml(path: Path) -> tuple[Any, dict[Loc, int]]:
    """A YAML file's value, and the line on which each key's path stands.

    Raises `GuionError` when it cannot be read, is not YAML, has anchors or a duplicate key.
    """
    text = _text(path)
    try:
        _refuse_anchors(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = dict(_lines(path, root, ())) if root else {}
        return _value(path, text), lines
    except yaml.MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        raise GuionError(f"{path}:{mark.line + 1 if mark else 1}: is not YAML: {bad.problem or bad.context}") from None
    except yaml.YAMLError as bad:
        raise GuionError(f"{path}: is not YAML: {bad}") from None
    except RecursionError:
        raise GuionError(f"{path}: is nested too deep") from None


def _value(path: Path, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except ValueError as bad:  # a date or number by its form that is none, such as 2026-13-45
        raise GuionError(f"{path}: is not YAML: {bad}; quote the value if it is a text") from None


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if len(content) > BYTES_MAX:
            raise GuionError(f"{path}: has {len(content)} bytes; at most {BYTES_MAX} are read")
        return content.decode("utf-8-sig")
    except OSError as bad:
        raise GuionError(f"{path}: cannot be read: {bad.strerror}") from None
    except UnicodeDecodeError as bad:
        raise GuionError(f"{path}: byte {bad.start} is not UTF-8; save the file as UTF-8") from None


def _refuse_anchors(path: Path, text: str) -> None:
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            raise GuionError(f"{path}:{token.start_mark.line + 1}: has a YAML anchor (& or *); write the value out")


def _lines(path: Path, node: yaml.Node, loc: Loc) -> Iterator[tuple[Loc, int]]:
    yield loc, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for n, each in enumerate(node.value):
            yield from _lines(path, each, (*loc, n))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise GuionError(f"{path}:{line}: a key must be a word, not a list or a table")
            if key.value in seen:
                raise GuionError(f"{path}:{line}: the key {key.value!r} stands twice in the same table")
            seen.add(key.value)
            yield from _lines(path, value, (*loc, str(key.value)))
            yield (*loc, str(key.value)), line
